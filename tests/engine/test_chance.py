"""The same seed gives the same search, and an engine that starts anew goes on as if it had never been away."""

import pytest

from sweepbridge.engine import Engine, plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object

PARAMETERS = {
    "lr": {"min": 1e-4, "max": 0.1, "distribution": "log_uniform_values"},
    "units": {"min": 8, "max": 64},
    "kind": {"values": ["a", "b", "c"]},
}
BACKENDS = [("random", "random"), ("tpe", "optuna"), ("tpe", "hyperopt")]
TRIALS = 16
"""More than the random trials with which both TPEs begin by default: optuna's 10; hyperopt's is set to 5."""


def searched(method, backend):
    options = {"optuna": {"n_startup_trials": 5}, "hyperopt": {"n_startup_jobs": 5}}.get(backend, {})
    return {
        "method": method,
        "backend": {"name": backend, **options},
        "metric": {"name": "loss"},
        "parameters": PARAMETERS,
    }


def loss(params):
    return {"loss": params["lr"] * params["units"] + len(params["kind"])}


def configurations(trials):
    return [dict(trial.params) for trial in trials]


@pytest.mark.parametrize(("method", "backend"), BACKENDS)
def test_the_same_seed_gives_the_same_trials_and_another_seed_gives_others(begin, work, method, backend):
    first, again, other = (
        configurations(work(begin(searched(method, backend), seed=seed), logs=loss, count=TRIALS)) for seed in (7, 7, 8)
    )

    assert first == again
    assert first != other


@pytest.mark.parametrize(("method", "backend"), BACKENDS)
def test_an_engine_that_starts_anew_after_each_trial_goes_on_as_one_that_never_stopped(
    begin, work, join, method, backend
):
    steady = begin(searched(method, backend), seed=7)
    restarted = begin(searched(method, backend), seed=7)

    kept = work(steady, logs=loss, count=TRIALS)
    anew = [trial for _ in range(TRIALS) for trial in work(join(restarted), logs=loss, count=1)]

    assert configurations(anew) == configurations(kept)


@pytest.mark.parametrize(("method", "backend"), BACKENDS)
def test_an_agent_that_was_away_and_one_that_starts_late_are_asked_the_same(begin, work, join, method, backend):
    ann = begin(searched(method, backend), seed=7)
    bob = join(ann)
    work(bob, logs=loss, count=6, agent="bob")
    work(ann, logs=loss, count=6, agent="ann")

    assert bob.next("bob").trial.number == 12
    ann._catch_up()
    late = join(ann)
    late._catch_up()
    assert late._warm.ask(3) == ann._warm.ask(3)


def test_random_draws_the_same_trials_whoever_asks_in_whatever_order(begin, work, join, end):
    alone = begin(searched("random", "random"), seed=7)
    shared = begin(searched("random", "random"), seed=7)
    engines = [join(shared) for _ in range(4)]

    by_one = configurations(work(alone, logs=loss, count=8))
    claims = [engine.next(f"{place}") for place, engine in enumerate(engines * 2) for place in [f"{place}"]]

    assert [dict(claim.trial.params) for claim in claims] == by_one


def test_a_sweep_created_from_its_stored_config_is_the_same_search(begin, work, store):
    engine = begin(searched("tpe", "optuna"), seed=7)
    stored = store.sweep(engine.sweep.id)
    decided = plan(load_object(stored.config).config, Registry(), backend=stored.backend)

    again = Engine(store, stored, decided, Registry())

    assert again.next("ann").trial.params == begin(searched("tpe", "optuna"), seed=7).next("ann").trial.params


def test_a_sweep_keeps_the_versions_that_its_suggestions_depend_on(begin):
    engine = begin(searched("tpe", "optuna"))

    assert set(engine.sweep.provenance) >= {"sweepbridge", "sweepbridge-optuna", "optuna"}
