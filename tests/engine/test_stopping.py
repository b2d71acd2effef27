"""Trials that are stopped early: what the engine shows a stopper, and what it makes of the verdict."""

import pytest

from sweepbridge.plugin import Verdict
from tests.engine.made_up import Judge, raises, registry

RANDOM = {"method": "random", "metric": {"name": "loss"}, "parameters": {"x": {"min": 0.0, "max": 1.0}}}
JUDGED = {**RANDOM, "early_terminate": {"type": "judge"}}
FINE = Verdict(False, "fine")
HYPERBAND = {**RANDOM, "early_terminate": {"type": "hyperband", "min_iter": 2, "eta": 3}}


def rows(*losses):
    return [{"loss": loss} for loss in losses]


@pytest.fixture
def begin_judged(begin):
    """A sweep whose trials a made-up stopper judges."""

    def begun(judge):
        return begin(JUDGED, registry=registry(stoppers=[Judge(judge)]))

    return begun


@pytest.fixture
def seen():
    """The curves that the stopper of `begin_seen` was shown, each time."""
    return []


@pytest.fixture
def begin_seen(begin_judged, seen):
    """A sweep whose stopper stops nothing, and keeps what it sees."""

    def shown(options, number, curves):
        seen.append({trial: list(losses) for trial, losses in curves.items()})
        return FINE

    return lambda: begin_judged(shown)


def test_hyperband_stops_the_worse_trial_at_its_first_band_with_numbers_in_the_reason(begin):
    engine = begin(HYPERBAND)
    good, bad = engine.next("ann"), engine.next("bob")

    assert engine.record(good, rows(1.0, 0.5)).stop is None
    assert engine.record(bad, rows(2.0)).stop is None
    verdict = engine.record(bad, rows(1.5)).stop

    assert verdict.why == "band 2: loss 1.5 ranks 2 of 2 and is above the threshold 0.5"


def test_hyperband_maximizes_too(begin):
    engine = begin({**HYPERBAND, "metric": {"name": "loss", "goal": "maximize"}})
    good, bad = engine.next("ann"), engine.next("bob")

    assert engine.record(good, rows(0.5, 0.9)).stop is None
    assert engine.record(bad, rows(0.5, 0.6)).stop is not None


def test_an_agent_knows_the_curves_that_others_have_stored(begin, join):
    ann = begin(HYPERBAND)
    bob = join(ann)
    ann.record(ann.next("ann"), rows(1.0, 0.5))

    assert bob.record(bob.next("bob"), rows(2.0, 1.5)).stop is not None


def test_a_trial_is_judged_at_heartbeats_too_because_others_go_on_meanwhile(begin):
    engine = begin(HYPERBAND)
    first, second = engine.next("ann"), engine.next("bob")
    alone = engine.record(first, rows(1.0, 0.9))
    engine.record(second, rows(1.0, 0.5))

    assert alone.stop is None
    assert engine.beat(first).stop is not None


def test_rows_without_the_metric_are_no_iterations(begin_seen, seen):
    engine = begin_seen()

    engine.record(engine.next("ann"), [{"loss": 3.0}, {"epoch": 1}, {"loss": float("nan")}, {"loss": 2.0}])

    assert seen == [{0: [3.0]}, {0: [3.0, 2.0]}]


def test_a_trial_is_judged_after_each_of_its_rows_also_where_an_agent_reads_many_at_once(begin_seen, seen, join):
    """Else, which rows a stopper sees would be a matter of when an agent looks."""
    ann = begin_seen()
    bob = join(ann)
    ann.record(ann.next("ann"), rows(3.0, 2.0))
    seen.clear()

    bob.record(bob.next("bob"), rows(1.0, 0.5, 0.25))

    assert seen == [
        {0: [3.0, 2.0], 1: [1.0]},
        {0: [3.0, 2.0], 1: [1.0, 0.5]},
        {0: [3.0, 2.0], 1: [1.0, 0.5, 0.25]},
    ]


def test_a_stop_at_any_of_the_rows_counts_and_the_first_one_is_the_reason(begin_judged):
    engine = begin_judged(lambda options, number, curves: Verdict(curves[number][-1] > 5, f"{curves[number][-1]}"))

    heard = engine.record(engine.next("ann"), rows(1.0, 7.0, 8.0, 2.0))

    assert heard.stop.why == "7.0"


def test_the_curve_of_a_trial_that_is_run_again_begins_anew(begin_seen, seen):
    engine = begin_seen()
    engine.record(engine.next("ann"), rows(3.0, 2.0))
    again = engine.next("ann")
    engine.record(again, rows(9.0))

    assert again.run == 2
    assert seen[-1] == {0: [9.0]}


def test_a_stopper_knows_who_has_finished_whose_row_came_last_and_what_the_metric_is_for(begin, end):
    told = []
    engine = begin(
        {**JUDGED, "metric": {"name": "loss", "goal": "maximize"}},
        registry=registry(stoppers=[Judge(lambda options, number, curves: told.append(about(curves)) or FINE)]),
    )
    first, second, third = (engine.next(name) for name in ("ann", "bob", "cat"))
    end(engine, first, {"loss": 3.0})
    end(engine, second, {"loss": 2.0}, state="stopped", reason="for the test")

    engine.record(third, rows(1.0))
    end(engine, engine.next("ann"), {"loss": 0.0})
    engine.beat(third)

    assert told[-2:] == [({0: [-3.0]}, 3, "maximize"), ({0: [-3.0], 3: [0.0]}, 3, "maximize")]
    assert ({0: [-3.0]}, 2, "maximize") in told


def about(curves):
    return dict(curves.finished), curves.latest, curves.goal


@pytest.mark.parametrize("judge", [raises(ZeroDivisionError("by zero")), lambda *given: None, lambda *given: True])
def test_a_stopper_that_fails_stops_nothing_and_is_named_once(begin_judged, judge):
    engine = begin_judged(judge)
    claim = engine.next("ann")

    with pytest.warns(UserWarning, match="stopper judge failed, and stops nothing") as told:
        heard = [engine.record(claim, rows(loss)) for loss in (3.0, 2.0, 1.0)]

    assert [one.stop for one in heard] == [None, None, None]
    assert len(told) == 1


def test_a_stopped_trial_counts_for_the_search_with_what_it_reached(begin_judged, end):
    engine = begin_judged(lambda options, number, curves: Verdict(True, "enough"))
    claim = engine.next("ann")

    verdict = engine.record(claim, rows(2.0)).stop
    ended = end(engine, claim, state="stopped", reason=verdict.why)

    assert (ended.state, ended.reason, ended.losses) == ("stopped", "enough", (2.0,))
    assert engine.store.trial(engine.sweep.id, 0).trial == ended
