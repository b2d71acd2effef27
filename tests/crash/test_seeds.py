"""The same seed is the same search: again, and with any number of agents where a search learns nothing from results."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.crash.sound import points
from tests.crash.storm import WORKS

PARAMETERS = {"a": {"min": 0, "max": 1000}, "x": {"min": 0.0, "max": 1.0}, "kind": {"values": ["u", "v", "w"]}}
FINITE = {"a": {"values": list(range(8))}, "kind": {"values": ["u", "v", "w"]}}
ALL = [("grid", "grid"), ("random", "random"), ("qmc", "optuna"), ("tpe", "optuna"), ("cmaes", "optuna")]
ALL += [("tpe", "hyperopt"), ("anneal", "hyperopt")]


def config(method, backend, *, run_cap=24, **keys):
    parameters = FINITE if method == "grid" else PARAMETERS
    given = {"method": method, "backend": backend, "metric": {"name": "loss"}, "parameters": parameters}
    return given | {"run_cap": run_cap} | keys


@pytest.fixture
def work(tmp_path, address):
    """Let so many agents, in processes of their own, work through a sweep."""

    def worked(sweep_id, workers):
        words = [sys.executable, WORKS, address, sweep_id, str(workers)]
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)

    return worked


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("method", "backend"), ALL)
def test_the_seed_of_a_config_gives_the_same_list_twice(create, work, store, method, backend):
    one, other = (create(config(method, backend, seed=7, run_cap=12), seed=None) for _ in range(2))
    work(one, 1)
    work(other, 1)

    assert points(store, one) == points(store, other)
    assert len(points(store, one)) == 12


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("method", "backend"), [("random", "random"), ("qmc", "optuna")])
def test_another_seed_gives_another_list(create, work, store, method, backend):
    one, other = create(config(method, backend), seed=7), create(config(method, backend), seed=8)
    work(one, 1)
    work(other, 1)

    assert set(points(store, one)) != set(points(store, other))


@pytest.mark.parametrize("address", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
@pytest.mark.parametrize(("method", "backend"), ALL[:3])
def test_one_agent_and_two_and_eight_run_the_same_set(create, work, store, method, backend):
    sets = []
    for workers in (1, 2, 8):
        sweep_id = create(config(method, backend), seed=7)
        work(sweep_id, workers)
        sets.append(sorted(points(store, sweep_id)))

    assert sets[0] == sets[1] == sets[2]
    assert len(set(sets[0])) == 24


def test_a_cap_is_kept_to_the_trial_by_thirty_two_agents(create, work, store):
    sweep_id = create(config("random", "random", run_cap=100))

    work(sweep_id, 32)

    assert len(store.trials(sweep_id)) == store.counts(sweep_id)["finished"] == 100
    assert store.sweep(sweep_id).reason == "run_cap: 100 trials have begun"
