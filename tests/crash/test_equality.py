"""Killed at any moment and started again, a search is the search that was never killed.

One agent at a time; each is a process that kills itself with SIGKILL at an event of the log, and the next one, under
another name, is a process that knows only what is stored.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.sound import points

LIVES = Path(__file__).parent / "agents" / "lives.py"
EVENTS = 30
METHODS = [
    ("grid", "grid"),
    ("random", "random"),
    ("qmc", "optuna"),
    ("tpe", "optuna"),
    ("cmaes", "optuna"),
    ("tpe", "hyperopt"),
]
PARAMETERS = {
    "lr": {"min": 1e-5, "max": 0.1, "distribution": "log_uniform_values"},
    "units": {"min": 8, "max": 64},
    "kind": {"values": ["adam", "sgd", "lion"]},
}
FINITE = {
    "lr": {"values": [1e-4, 1e-3, 1e-2]},
    "units": {"values": [8, 16, 32, 64]},
    "kind": {"values": ["adam", "sgd", "lion"]},
}
EVERY_MOMENT = [f"{when}-{position}" for position in range(EVENTS) for when in ("before", "after")]
IMPORTED_LATE = ["scipy.stats", "cmaes"]


def config(method, backend):
    """A search of fifteen trials. Those that learn from results do so from the fifth trial on."""
    early = {"hyperopt": "n_startup_jobs", "optuna": "n_startup_trials"}
    options = {early[backend]: 4} if method in ("tpe", "cmaes") else {}
    return {
        "method": method,
        "backend": {"name": backend, **options},
        "metric": {"name": "loss"},
        "parameters": FINITE if method == "grid" else PARAMETERS,
        "run_cap": EVENTS // 2,
    }


@pytest.fixture
def live(tmp_path, address):
    """Let agents live and die on sweeps: each sweep's id, with the moments at which its agents die."""

    def lived(lives):
        file = tmp_path / "lives.jsonl"
        lines = [json.dumps({"sweep": sweep_id, "moments": moments}) for sweep_id, moments in lives.items()]
        file.write_text("\n".join(lines))
        words = [sys.executable, LIVES, address, file, *IMPORTED_LATE]
        found = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
        assert (found.returncode, found.stderr) == (0, "")

    return lived


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("method", "backend"), METHODS)
def test_killed_at_any_event_and_started_again_is_never_killed(create, live, store, method, backend):
    whole = create(config(method, backend))
    killed = {moment: create(config(method, backend)) for moment in EVERY_MOMENT}

    live({whole: [], **{sweep_id: [moment] for moment, sweep_id in killed.items()}})

    never_killed = points(store, whole)
    assert len(never_killed) == EVENTS // 2
    assert [moment for moment, sweep_id in killed.items() if points(store, sweep_id) != never_killed] == []


@pytest.mark.parametrize("address", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
@pytest.mark.parametrize(("method", "backend"), METHODS)
def test_killed_at_every_event_of_one_sweep_is_never_killed(create, live, store, method, backend):
    """The agent dies thirty times: between any two events there is another process."""
    whole, killed = create(config(method, backend)), create(config(method, backend))

    live({whole: [], killed: [f"after-{position}" for position in range(EVENTS)]})

    assert points(store, killed) == points(store, whole)
    assert store.counts(killed)["finished"] == EVENTS // 2
