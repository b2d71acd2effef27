"""Sweeps in the store: making, finding, listing, ending."""

import re

import pytest

from sweepbridge.errors import SweepNotFound
from sweepbridge.store import NewSweep, open_store


def test_a_sweep_comes_back_as_it_was_given(store):
    given = NewSweep(
        {"parameters": {"a": {"values": [0, False, None]}}},
        2**80,
        "tpe",
        "bayes",
        "é\n",
        "me",
        "p",
        {"x": "1"},
        {"n": 0},
    )

    made = store.create(given)

    assert store.sweep(made.id) == made
    assert {name: getattr(made, name) for name in NewSweep.__slots__} == {
        name: getattr(given, name) for name in NewSweep.__slots__
    }


def test_a_new_sweep_runs_and_has_an_empty_log(sweep):
    assert (sweep.state, sweep.length, sweep.began, sweep.ended_at) == ("running", 0, 0, None)


def test_an_id_is_eight_lower_case_letters_and_digits_and_is_no_number(store, new_sweep):
    ids = [store.create(new_sweep).id for _ in range(20)]

    assert all(re.fullmatch("[a-z][a-z0-9]{7}", one) for one in ids)
    assert len(set(ids)) == 20


def test_an_id_that_is_taken_is_drawn_again(store, new_sweep, monkeypatch):
    draws = iter(["taken000", "taken000", "free0000"])
    monkeypatch.setattr("sweepbridge.store.store._new_id", lambda: next(draws))

    first, second = store.create(new_sweep), store.create(new_sweep)

    assert (first.id, second.id) == ("taken000", "free0000")


def test_sweeps_are_listed_in_the_order_in_which_they_were_made(store, new_sweep):
    made = [store.create(new_sweep) for _ in range(5)]

    assert store.sweeps() == made


def test_a_sweep_outlives_the_process_that_made_it(place, store, sweep):
    store.close()

    with open_store(place) as reopened:
        assert reopened.sweeps() == [sweep]


def test_an_unknown_sweep_is_answered_with_the_nearest_ids(store, new_sweep, monkeypatch):
    monkeypatch.setattr("sweepbridge.store.store._new_id", lambda: "abcdefgh")
    store.create(new_sweep)

    with pytest.raises(SweepNotFound) as raised:
        store.sweep("abcdefgx")

    assert raised.value.found.startswith("1 sweep in ")
    assert raised.value.fix == "did you mean abcdefgh? `sweepbridge list` shows them all"


def test_an_unknown_sweep_in_an_empty_store_is_answered_with_how_to_make_one(store):
    with pytest.raises(SweepNotFound) as raised:
        store.sweep("abcdefgx")

    assert raised.value.fix == "`sweepbridge sweep FILE` makes one"


@pytest.mark.parametrize("ask", ["sweep", "beat", "set_state"])
def test_who_needs_a_sweep_that_is_not_there_is_told(store, ask):
    arguments = {"sweep": [], "beat": ["ann"], "set_state": ["paused"]}[ask]

    with pytest.raises(SweepNotFound):
        getattr(store, ask)("nowhere0", *arguments)


def test_a_sweep_pauses_and_goes_on(store, sweep):
    store.set_state(sweep.id, "paused", reason="the machine is needed")
    paused = store.sweep(sweep.id)
    store.set_state(sweep.id, "running")

    assert (paused.state, paused.reason, paused.ended_at) == ("paused", "the machine is needed", None)
    assert store.sweep(sweep.id) == sweep


@pytest.mark.parametrize("end", ["stopped", "cancelled", "finished"])
def test_the_end_of_a_sweep_has_a_time_and_a_reason(store, sweep, end):
    was_moved = store.set_state(sweep.id, end, reason="enough")

    ended = store.sweep(sweep.id)
    assert was_moved
    assert (ended.state, ended.reason, ended.is_over) == (end, "enough", True)
    assert ended.ended_at >= ended.created_at


@pytest.mark.parametrize("end", ["stopped", "cancelled", "finished"])
def test_of_two_that_end_a_sweep_one_is_told_so(store, sweep, end):
    assert [store.set_state(sweep.id, end) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("end", ["stopped", "cancelled", "finished", "failed"])
def test_what_is_over_can_run_again(store, sweep, end):
    store.set_state(sweep.id, end, reason="enough")

    assert store.set_state(sweep.id, "running")
    assert store.sweep(sweep.id) == sweep


@pytest.mark.parametrize("state", ["paused", "stopped", "finished"])
@pytest.mark.parametrize("end", ["stopped", "cancelled", "finished"])
def test_what_is_over_stays_over_otherwise(store, sweep, end, state):
    store.set_state(sweep.id, end)

    assert not store.set_state(sweep.id, state)
    assert store.sweep(sweep.id).state == end


def test_a_stopped_sweep_can_still_be_cancelled_and_ended_when_it_was_stopped(store, sweep):
    store.set_state(sweep.id, "stopped")
    stopped = store.sweep(sweep.id)

    assert store.set_state(sweep.id, "cancelled")
    assert store.sweep(sweep.id).state == "cancelled"
    assert store.sweep(sweep.id).ended_at == stopped.ended_at


def test_a_state_can_be_set_unless_the_sweep_is_in_another(store, sweep):
    store.set_state(sweep.id, "paused")

    assert not store.set_state(sweep.id, "finished", unless=["paused"])
    assert store.set_state(sweep.id, "finished", unless=["running"])
