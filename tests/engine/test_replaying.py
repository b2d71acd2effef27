"""A stored sweep is derived again from its log, trial by trial, and a difference is seen."""

from dataclasses import replace

import pytest

from sweepbridge.engine import replay
from sweepbridge.trials import Event

PARAMETERS = {
    "lr": {"min": 1e-4, "max": 0.1, "distribution": "log_uniform_values"},
    "units": {"min": 8, "max": 64},
    "kind": {"values": ["a", "b", "c"]},
}
METHODS = [
    ("random", "random"),
    ("tpe", "optuna"),
    ("cmaes", "optuna"),
    ("nsga2", "optuna"),
    ("qmc", "optuna"),
    ("tpe", "hyperopt"),
    ("anneal", "hyperopt"),
    ("bayes", "gp"),
    ("nevergrad", "nevergrad"),
    ("rf", {"name": "smac", "n_configs": 15, "challengers": 20}),
    ("bayes", {"name": "optuna", "sampler": "optuna.samplers:NSGAIISampler"}),
]


def searched(method, backend, **keys):
    given = {"method": method, "backend": backend, "metric": {"name": "loss"}, "parameters": PARAMETERS}
    return given | keys


def loss(params):
    return {"loss": params["lr"] * params["units"] + len(params["kind"])}


@pytest.mark.parametrize(("method", "backend"), METHODS)
def test_every_suggestion_of_a_sweep_with_several_agents_is_derived_again(begin, work, join, store, method, backend):
    first = begin(searched(method, backend), seed=7)
    held = [(engine, engine.next(f"agent {place}")) for place, engine in enumerate((first, join(first), join(first)))]
    for engine, claim in reversed(held):
        engine.give_back(claim, "for the test")
    work(first, logs=loss, count=20)

    derived = list(replay({0: first.plan}, 7, store.events(first.sweep.id)))

    assert [one.trial.number for one in derived] == list(range(20))
    assert all(one.is_equal for one in derived)


def test_points_that_took_the_place_of_duplicates_are_derived_again(begin, work, store):
    few = {"kind": {"values": ["a", "b", "c"]}, "units": {"min": 1, "max": 4}, "lr": {"value": 1.0}}
    engine = begin(searched("tpe", "optuna", parameters=few), seed=7)
    work(engine, logs=loss, count=12)

    derived = list(replay({0: engine.plan}, 7, store.events(engine.sweep.id)))

    assert len(derived) == 12
    assert all(one.is_equal for one in derived)


def test_a_trial_that_did_not_run_as_suggested_is_seen_and_those_before_it_are_not_blamed(begin, work, store):
    engine = begin(searched("random", "random"), seed=7)
    work(engine, logs=loss, count=3)
    log = store.events(engine.sweep.id)
    log[2] = Event(2, replace(log[2].trial, params={**log[2].trial.params, "units": 1}))

    derived = list(replay({0: engine.plan}, 7, log))

    assert [one.is_equal for one in derived] == [True, False, True]


def test_another_seed_is_another_search(begin, work, store):
    engine = begin(searched("random", "random"), seed=7)
    work(engine, logs=loss, count=3)

    derived = list(replay({0: engine.plan}, 8, store.events(engine.sweep.id)))

    assert not any(one.is_equal for one in derived)
