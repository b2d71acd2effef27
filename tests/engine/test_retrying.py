"""Runs that end without their trial: which are tried again, how often, and what a searcher hears of it."""

import pytest

from sweepbridge.engine import Again, Result, Wait, put_back, replay
from sweepbridge.engine.retrying import MOST_LOST, MOST_UNENDED, hopeless
from sweepbridge.errors import UsageError
from sweepbridge.store import Claim, Run

RANDOM = {"method": "random", "metric": {"name": "loss"}, "parameters": {"x": {"min": 0.0, "max": 1.0}}}
GRID = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2, 3]}}}


def fail(engine, claim):
    return engine.end(claim, Result("failed", {}, "exit code 1", 1))


def states(engine, trial=0):
    return [run.state for run in engine.store.runs(engine.sweep.id, trial)]


def test_a_run_that_failed_is_tried_again_first_in_line_with_the_same_parameters(begin):
    engine = begin({**RANDOM, "retries": 2})
    first = engine.next("ann")

    assert fail(engine, first) == Again("exit code 1", 1, 2)
    second = engine.next("bob")
    assert (second.trial, second.run) == (first.trial, 2)
    assert [run.exit_code for run in engine.store.runs(engine.sweep.id)] == [1, None]


def test_a_searcher_hears_of_a_trial_when_it_ends_and_of_no_run_before(begin):
    engine = begin({**RANDOM, "retries": 2})
    ended = [fail(engine, engine.next("ann")) for _ in range(3)]

    assert [type(one).__name__ for one in ended] == ["Again", "Again", "Trial"]
    assert [event.trial.state for event in engine.store.events(engine.sweep.id)] == ["running", "failed"]
    assert states(engine) == ["failed"] * 3


def test_without_retries_the_first_failure_ends_the_trial(begin):
    engine = begin(RANDOM)

    assert fail(engine, engine.next("ann")).state == "failed"


@pytest.mark.parametrize("state", ["lost", "preempted", "interrupted"])
def test_a_run_that_did_not_fail_takes_no_retry_away(begin, state):
    engine = begin({**RANDOM, "retries": 1})
    for _ in range(3):
        engine.give_back(engine.next("ann"), "for the test", state=state)

    assert fail(engine, engine.next("ann")) == Again("exit code 1", 1, 1)


def test_a_run_that_ended_well_without_a_result_is_not_tried_again(begin, end):
    """It would say the same once more."""
    engine = begin({**RANDOM, "retries": 5})

    assert end(engine, engine.next("ann"), {"loss": "much"}).state == "failed"


def test_a_run_that_was_given_up_on_neither_fails_nor_is_tried_again(begin, join, an_hour_passes):
    engine = begin({**RANDOM, "retries": 5})
    late = engine.next("ann")
    an_hour_passes()
    held = join(engine).next("bob")

    assert fail(engine, late) is None
    assert engine.give_back(late, "too late", state="preempted") is False
    assert states(engine) == ["lost", "running"]
    assert (held.trial.number, held.run) == (0, 2)


def test_an_agent_that_died_and_comes_back_has_lost_its_run(begin):
    engine = begin(RANDOM)
    engine.next("ann")

    engine.next("ann")

    assert states(engine) == ["lost", "running"]


def run(state):
    return Run(0, 1, "ann", state, 0.0, 0.0, 1.0, None, None)


@pytest.mark.parametrize(
    ("before", "is_hopeless"),
    [
        (["lost"] * (MOST_LOST - 1), False),
        (["lost"] * MOST_LOST, True),
        (["lost"] * MOST_LOST + ["preempted"], False),
        (["preempted"] * MOST_LOST * 2, False),
        (["preempted", "lost"] * (MOST_UNENDED // 2), True),
        (["interrupted"] * MOST_UNENDED, False),
    ],
)
def test_a_trial_whose_runs_vanish_one_after_the_other_is_given_up(before, is_hopeless):
    assert (hopeless([run(state) for state in before]) is not None) is is_hopeless


def test_a_configuration_that_kills_its_machine_is_failed_in_the_end_and_the_search_goes_on(begin):
    engine = begin(GRID)
    for _ in range(MOST_LOST):
        engine.next("ann")  # dies, and comes back

    claim = engine.next("ann")

    killer = engine.store.trial(engine.sweep.id, 0)
    assert (claim.trial.number, killer.state) == (1, "failed")
    assert killer.trial.reason == "10 runs in a row were lost: their agents died, or went silent"


def test_a_failed_trial_is_put_back_as_a_new_one_with_its_seed_and_params(begin, end):
    engine = begin(RANDOM)
    failed = fail(engine, engine.next("ann"))

    number = put_back(engine.store, engine.sweep.id, 0)
    claim = engine.next("ann")

    assert (number, claim.trial.number, claim.run) == (1, 1, 1)
    assert (claim.trial.params, claim.trial.seed) == (failed.params, failed.seed)
    assert end(engine, claim, {"loss": 1.0}).state == "finished"
    assert engine.store.trial(engine.sweep.id, 0).state == "failed"


def test_a_sweep_that_has_finished_runs_again_for_it_and_ends_again(begin, work):
    engine = begin(GRID)
    fail(engine, engine.next("ann"))
    work(engine)
    was_over = engine.store.sweep(engine.sweep.id).is_over

    put_back(engine.store, engine.sweep.id, 0)
    again = work(engine)

    assert was_over
    assert [(trial.number, trial.params, trial.state) for trial in again] == [(3, {"a": 1}, "finished")]
    assert engine.store.sweep(engine.sweep.id).state == "finished"


def test_a_trial_that_is_put_back_twice_waits_once(begin):
    engine = begin(GRID)
    fail(engine, engine.next("ann"))

    numbers = [put_back(engine.store, engine.sweep.id, 0) for _ in range(2)]

    assert numbers == [1, 1]


def test_a_trial_that_is_put_back_while_the_end_is_written_is_not_forgotten(begin, work, monkeypatch):
    engine = begin(GRID)
    fail(engine, engine.next("ann"))
    work(engine, count=1)
    finish = engine.store.finish

    def late(*given, **how):
        monkeypatch.undo()
        put_back(engine.store, engine.sweep.id, 0)
        return finish(*given, **how)

    monkeypatch.setattr(engine.store, "finish", late)
    work(engine, count=1)

    assert engine.next("ann").trial.number == 3


def test_replay_asks_nothing_for_a_trial_that_a_person_has_put_back(begin, work):
    engine = begin(RANDOM)
    fail(engine, engine.next("ann"))
    work(engine, count=2)
    put_back(engine.store, engine.sweep.id, 0)
    work(engine, count=3)

    derived = list(replay({0: engine.plan}, engine.sweep.seed, engine.store.events(engine.sweep.id)))

    assert [(one.trial.number, one.is_equal) for one in derived] == [(n, True) for n in (0, 1, 2, 4, 5)]


@pytest.mark.parametrize("number", [0, 1])
def test_only_a_trial_that_has_failed_can_be_put_back(begin, end, number):
    engine = begin(GRID)
    end(engine, engine.next("ann"), {"loss": 1.0})
    engine.next("ann")

    with pytest.raises(UsageError, match="has not failed"):
        put_back(engine.store, engine.sweep.id, number)


def test_a_trial_that_was_put_back_and_ended_well_is_not_put_back_again(begin, end):
    engine = begin(GRID)
    fail(engine, engine.next("ann"))
    put_back(engine.store, engine.sweep.id, 0)
    end(engine, engine.next("ann"), {"loss": 1.0})

    with pytest.raises(UsageError, match="put back before"):
        put_back(engine.store, engine.sweep.id, 0)


def test_what_a_person_has_ended_stays_ended(begin):
    engine = begin(GRID)
    fail(engine, engine.next("ann"))
    engine.store.set_state(engine.sweep.id, "cancelled")

    with pytest.raises(UsageError, match="takes no trials any more"):
        put_back(engine.store, engine.sweep.id, 0)


def test_in_a_paused_sweep_it_waits_for_its_run(begin):
    engine = begin(GRID)
    fail(engine, engine.next("ann"))
    engine.store.set_state(engine.sweep.id, "paused")
    put_back(engine.store, engine.sweep.id, 0)
    paused = engine.next("ann")
    engine.store.set_state(engine.sweep.id, "running")

    assert isinstance(paused, Wait)
    assert isinstance(engine.next("ann"), Claim)
