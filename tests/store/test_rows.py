"""What runs log: rows, and the curves that stoppers look at."""

import math

from sweepbridge.store import Ending, Row


def test_rows_come_back_in_order_with_nan_and_infinity(store, sweep, begin):
    rows = [
        Row(0, {"loss": math.inf, "b": None}),
        Row(1, {"loss": math.nan, "é": [0, False]}),
        Row(5, {"loss": 0.5}, 0.5),
    ]

    assert store.record(begin(), rows)
    assert repr(store.rows(sweep.id, 0)) == repr(rows)


def test_a_row_that_is_sent_again_is_there_once_and_stays_as_it_was(store, sweep, begin):
    claim = begin()
    store.record(claim, [Row(0, {"loss": 1.0}, 1.0), Row(2, {"loss": 3.0}, 3.0)])

    store.record(claim, [Row(1, {"loss": 2.0}, 2.0), Row(1, {}), Row(2, {"loss": 9.0}, 9.0), Row(3, {})])

    assert [(row.index, row.loss) for row in store.rows(sweep.id, 0)] == [(0, 1.0), (1, 2.0), (2, 3.0), (3, None)]


def test_nothing_is_recorded_for_a_run_that_has_ended(store, sweep, begin):
    claim = begin()
    store.end(claim, Ending("finished"))

    assert not store.record(claim, [Row(0, {})])
    assert store.rows(sweep.id, 0) == []


def test_the_rows_of_a_trial_are_those_of_its_latest_run_unless_one_is_named(store, sweep, begin):
    claim = begin()
    store.record(claim, [Row(0, {"run": 1})])
    store.give_back(claim, "interrupted")
    store.record(store.take_waiting(sweep.id, "bob"), [Row(0, {"run": 2})])

    assert store.rows(sweep.id, 0) == [Row(0, {"run": 2})]
    assert store.rows(sweep.id, 0, run=1) == [Row(0, {"run": 1})]


def test_curves_hold_the_rows_that_have_a_loss(store, sweep, begin):
    first, second = begin(), begin()
    store.record(first, [Row(0, {}, 0.5), Row(1, {}), Row(2, {}, 0.4)])
    store.record(second, [Row(0, {}, 0.9)])

    assert [(point.trial, point.row, point.loss) for point in store.curves(sweep.id)] == [
        (0, 0, 0.5),
        (0, 2, 0.4),
        (1, 0, 0.9),
    ]


def test_curves_are_read_on_from_the_cursor_of_the_last_point(store, sweep, begin):
    claim = begin()
    store.record(claim, [Row(0, {}, 0.5), Row(1, {}, 0.4)])
    last = store.curves(sweep.id)[-1]
    store.record(claim, [Row(1, {}, 0.4), Row(2, {}, 0.3)])

    assert [point.loss for point in store.curves(sweep.id, last.cursor)] == [0.3]


def test_a_later_run_begins_a_trials_curve_anew(store, sweep, begin):
    claim = begin()
    store.record(claim, [Row(0, {}, 0.5), Row(1, {}, 0.4)])
    read = store.curves(sweep.id)[-1].cursor
    store.give_back(claim, "interrupted")
    store.record(store.take_waiting(sweep.id, "bob"), [Row(0, {}, 0.6)])

    assert [(point.run, point.loss) for point in store.curves(sweep.id)] == [(2, 0.6)]
    assert store.curves(sweep.id, read) == store.curves(sweep.id)


def test_a_run_that_has_not_logged_yet_leaves_the_curve_of_the_one_before(store, sweep, begin):
    claim = begin()
    store.record(claim, [Row(0, {}, 0.5)])
    store.give_back(claim, "interrupted")
    store.take_waiting(sweep.id, "bob")

    assert [(point.run, point.loss) for point in store.curves(sweep.id)] == [(1, 0.5)]
