"""An agent under which run after run fails: it leaves the work to others, and they run what failed under it."""

import pytest

from sweepbridge.engine import Left, Over, Result, Wait
from sweepbridge.store import Claim

GRID = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2, 3]}}}
BROKEN = Result("failed", {}, "exit code 1", 1)


@pytest.fixture
def leave():
    """Let two runs of an agent fail, and the agent leave: what becomes of the second."""

    def left(engine, agent="sick"):
        first, second = engine.next(agent), None
        engine.end(first, BROKEN)
        second = engine.next(agent)
        return engine.leave(second, BROKEN, [first.trial.number])

    return left


def failed(store, sweep_id):
    return sorted(record.trial.params["a"] for record in store.trials(sweep_id) if record.state == "failed")


def finished(store, sweep_id):
    return sorted(record.trial.params["a"] for record in store.trials(sweep_id) if record.state == "finished")


def test_what_failed_under_it_runs_under_another_agent(begin, join, leave, work):
    engine = begin(GRID)

    left = leave(engine)
    work(join(engine), agent="sound")

    assert left == Left("exit code 1")
    assert finished(engine.store, engine.sweep.id) == [1, 2, 3]
    assert engine.store.sweep(engine.sweep.id).state == "finished"


def test_a_configuration_that_has_failed_under_two_agents_has_failed_for_good(begin, join, leave, work):
    """Else one that is broken would go from agent to agent for ever."""
    engine = begin(GRID)

    leave(engine)
    again = leave(join(engine), agent="other")
    work(join(engine), agent="sound")

    assert again.state == "failed"
    assert failed(engine.store, engine.sweep.id) == [1, 1, 2]
    assert finished(engine.store, engine.sweep.id) == [3]


def test_those_who_wait_for_the_last_run_get_what_it_leaves(begin, join, leave):
    """Were the sweep over for a moment in between, they would have left."""
    engine = begin({**GRID, "run_cap": 2})
    other = join(engine)
    first = engine.next("sick")
    engine.end(first, BROKEN)
    last = engine.next("sick")

    waits = other.next("sound")
    engine.leave(last, BROKEN, [first.trial.number])

    assert isinstance(waits, Wait)
    assert isinstance(other.next("sound"), Claim)


def test_a_run_without_a_usable_result_is_one_that_failed(begin):
    engine = begin(GRID)
    claim = engine.next("sick")

    assert engine.has_failed(claim, Result("finished", {"loss": float("nan")}))
    assert not engine.has_failed(claim, Result("finished", {"loss": 1.0}))
    assert engine.leave(claim, Result("finished", {}), []).reason.startswith("loss was never logged")


def test_a_run_that_was_given_up_on_is_not_left_to_anyone(begin, join, an_hour_passes, die):
    engine = begin(GRID)
    claim = engine.next("sick")
    other = join(engine)
    die(engine)
    an_hour_passes()
    other.next("sound")

    assert engine.leave(claim, BROKEN, []) is None


def test_nothing_is_put_back_into_a_sweep_that_a_person_has_ended(begin, leave):
    engine = begin(GRID)
    first = engine.next("sick")
    engine.end(first, BROKEN)
    last = engine.next("sick")
    engine.store.set_state(engine.sweep.id, "cancelled")

    engine.leave(last, BROKEN, [first.trial.number])

    assert isinstance(engine.next("sound"), Over)


def test_an_agent_has_company_while_another_runs_a_trial(begin, join):
    engine = begin(GRID)
    engine.next("ann")
    alone = engine.has_company()
    join(engine).next("bob")

    assert (alone, engine.has_company()) == (False, True)
