"""Several objectives: passed to backends that can, refused before trial 1 by those that can't."""

import pytest

from sweepbridge.engine import plan
from sweepbridge.errors import ConfigError
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.view.status import best_text, sweep_text

TWO = [{"name": "error"}, {"name": "speed", "goal": "maximize"}]


def config(method, backend, **more):
    return {
        "method": method,
        "backend": backend,
        "metrics": TWO,
        "parameters": {"x": {"min": 0.0, "max": 1.0}, "n": {"min": 1, "max": 50}},
        **more,
    }


def measured(params):
    """Two goals at odds: what is fast is wrong."""
    return {"error": (params["x"] - 0.3) ** 2 + 1 / params["n"], "speed": 100.0 / params["n"]}


def is_beaten(one, others):
    return any(all(b <= a for a, b in zip(one, other, strict=True)) and other != one for other in others)


@pytest.mark.parametrize(
    "search",
    [("nsga2", {"name": "optuna", "population_size": 8}), ("tpe", "optuna"), ("random", "random")],
    ids=["nsga2", "tpe", "random"],
)
def test_a_sweep_with_two_metrics_runs_and_every_trial_has_both_losses(begin, work, search):
    engine = begin(config(*search, run_cap=40), seed=3)

    trials = work(engine, logs=measured)

    assert len(trials) == 40
    assert all(trial.losses[0] > 0 > trial.losses[1] for trial in trials)
    assert sum(not is_beaten(trial.losses, [one.losses for one in trials]) for trial in trials) > 1


@pytest.mark.parametrize("turned", ["error", "speed"])
def test_nsga2_searches_elsewhere_when_either_metric_is_turned_round(begin, work, turned):
    backend = {"name": "optuna", "population_size": 8}

    one = work(begin(config("nsga2", backend, run_cap=30)), logs=measured)
    other = work(begin(config("nsga2", backend, run_cap=30)), logs=lambda params: turn(measured(params), turned))

    assert [trial.params for trial in one[:8]] == [trial.params for trial in other[:8]]
    assert [trial.params for trial in one[8:]] != [trial.params for trial in other[8:]]


def turn(row, name):
    return {**row, name: -row[name]}


@pytest.mark.parametrize(
    ("method", "backend", "fix"),
    [
        ("cmaes", "optuna", "method: nsga2, or method: tpe"),
        ("tpe", "hyperopt", "keep one metric, or search with a backend for several, such as optuna with method nsga2"),
    ],
)
def test_a_backend_that_knows_one_objective_refuses_two_before_trial_1(method, backend, fix):
    with pytest.raises(ConfigError) as refused:
        plan(load_object(config(method, backend)).config, Registry())

    assert [fault.fix for fault in refused.value.faults] == [fix]


def test_a_trial_that_logs_one_of_two_metrics_has_failed_and_says_which(begin, work):
    (trial,) = work(begin(config("nsga2", "optuna", run_cap=1)), logs=lambda params: {"error": 0.1})

    assert (trial.state, trial.reason) == ("failed", "speed was never logged; logged: error")


def test_people_see_both_metrics_in_their_own_sign(begin, work, store):
    engine = begin(config("nsga2", "optuna", run_cap=2))
    work(engine, logs=lambda params: {"error": 0.25, "speed": 8.0})

    shown = sweep_text(store.sweep(engine.sweep.id), engine.config, store.trials(engine.sweep.id))

    assert "error=0.25 speed=8" in shown
    assert "error=0.25 speed=8" in best_text(
        store.sweep(engine.sweep.id), engine.config, store.trials(engine.sweep.id), runs=store.folder
    )
