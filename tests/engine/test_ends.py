"""When a sweep ends by itself: what the config allows, and that no agent has to be there to see it."""

import pytest

from sweepbridge.engine import Over, Wait
from sweepbridge.engine.ends import End, end_of
from sweepbridge.engine.warm import Warm
from sweepbridge.errors import ConfigError
from sweepbridge.spec import load_object
from sweepbridge.store import Claim
from sweepbridge.store.tables import sweeps
from sweepbridge.trials import Event, Trial

RANDOM = {"method": "random", "metric": {"name": "loss"}, "parameters": {"x": {"min": 0.0, "max": 1.0}}}
GRID = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2, 3]}}}


@pytest.fixture
def ends(begin):
    """What a config says once trials have ended like this, one after the other: a loss, or None for a failure."""

    def ended(config, losses, age_s=0.0):
        engine = begin(config)
        warm = Warm(engine.plan)
        for number, loss in enumerate(losses):
            state = "failed" if loss is None else "finished"
            began = Trial(number, number, "running", {"x": 0.5})
            over = Trial(number, number, state, {"x": 0.5}, losses=None if loss is None else (loss,))
            warm.catch_up([Event(2 * number, began), Event(2 * number + 1, over)])
        return end_of(engine.config, warm, age_s)

    return ended


@pytest.mark.parametrize(
    ("losses", "has_ended"),
    [
        ([3.0, 3.0], False),
        ([3.0, 3.0, 4.0], True),
        ([3.0, 4.0, 2.0, 2.5], False),
        ([3.0, None, None], True),
        ([None, None, None], False),
    ],
)
def test_patience_ends_after_so_many_trials_without_a_better_one(ends, losses, has_ended):
    assert (ends({**RANDOM, "patience": 2}, losses) is not None) is has_ended


@pytest.mark.parametrize(("losses", "has_ended"), [([None, 1.0], False), ([None, 1.0, None], True)])
def test_max_failures_ends_the_sweep_as_failed(ends, losses, has_ended):
    end = ends({**RANDOM, "max_failures": 2}, losses)

    assert end == (End("max_failures: 2 trials have failed", "failed") if has_ended else None)


@pytest.mark.parametrize(("timeout", "age_s", "has_ended"), [(60, 59.9, False), (60, 60, True), ("1h30m", 5400, True)])
def test_timeout_is_the_age_of_the_sweep(ends, timeout, age_s, has_ended):
    assert (ends({**RANDOM, "timeout": timeout}, [], age_s) is not None) is has_ended


def test_failures_come_before_any_other_end(ends):
    end = ends({**RANDOM, "max_failures": 1, "run_cap": 1}, [None])

    assert end.state == "failed"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("2h30m", 9000), ("2h 30m", 9000), ("1.5h", 5400), ("1d", 86400), ("1d2h3m4s", 93784), (0.5, 0.5)],
)
def test_a_length_of_time_is_a_number_of_seconds_or_has_units(text, seconds):
    assert load_object({**RANDOM, "timeout": text}).config.timeout == seconds


def test_patience_needs_one_metric_to_be_patient_about():
    without = {key: value for key, value in RANDOM.items() if key != "metric"}
    two = {**without, "metrics": [{"name": "a"}, {"name": "b"}]}

    for config in (without, two):
        with pytest.raises(ConfigError) as caught:
            load_object({**config, "patience": 2})
        assert [fault.where for fault in caught.value.faults] == ["patience"]


def test_a_sweep_whose_time_is_over_lets_its_trials_end(begin, end, store):
    engine = begin({**RANDOM, "timeout": "1h"})
    claim = engine.next("ann")
    with store._database.settling() as connection:
        connection.execute(sweeps.update().values(created_at=sweeps.c.created_at - 3600))

    assert isinstance(engine.next("bob"), Wait)
    assert end(engine, claim, {"loss": 1.0}).state == "finished"
    assert engine.next("bob") == Over("timeout: 3600 seconds have passed since the sweep was created")


def test_a_sweep_with_too_many_failures_is_failed_and_what_runs_may_end(begin, end):
    engine = begin({**RANDOM, "max_failures": 1})
    first, second = engine.next("ann"), engine.next("bob")
    end(engine, first, state="failed")

    assert isinstance(engine.next("ann"), Wait)
    assert end(engine, second, {"loss": 1.0}).state == "finished"
    assert engine.store.sweep(engine.sweep.id).state == "failed"


@pytest.mark.parametrize(
    "config",
    [
        {**RANDOM, "run_cap": 3},
        {**RANDOM, "metric": {"name": "loss", "target": 0.5}},
        {**RANDOM, "patience": 2},
        {**RANDOM, "parameters": {"x": {"values": [1, 2, 3]}}},
        GRID,
    ],
    ids=["run_cap", "target", "patience", "finite", "grid"],
)
def test_the_last_trial_to_end_ends_the_sweep_though_no_agent_asks_again(begin, end, config):
    engine = begin(config)
    claims = [engine.next(agent) for agent in ("ann", "bob", "cyd")]
    before = [engine.store.sweep(engine.sweep.id).state for claim in claims if end(engine, claim, {"loss": 0.5})]

    assert before[0] == "running"
    assert before[-1] == "finished"


def test_a_grid_with_a_trial_put_back_is_not_over_before_its_last_point(begin, end, work):
    engine = begin(GRID)
    end(engine, engine.next("ann"), state="failed")
    engine.store.begin_again(engine.sweep.id, engine.store.trial(engine.sweep.id, 0).trial, at=2)

    trials = work(engine)

    assert [trial.params["a"] for trial in trials] == [1, 2, 3]


def test_a_failed_trial_that_was_put_back_no_longer_counts_as_a_failure(begin, end):
    engine = begin({**RANDOM, "max_failures": 1})
    failed = end(engine, engine.next("ann"), state="failed")
    engine.store.begin_again(engine.sweep.id, failed, at=2)
    end(engine, engine.next("ann"), {"loss": 1.0})

    assert isinstance(engine.next("ann"), Claim)


def test_a_cap_is_not_overrun_by_many_agents(begin, join, end):
    engines = [begin({**RANDOM, "run_cap": 10})]
    engines += [join(engines[0]) for _ in range(31)]

    claims = [engine.next(f"agent-{place}") for place, engine in enumerate(engines)]

    assert sum(isinstance(claim, Claim) for claim in claims) == 10
