"""One sweep on PostgreSQL, with agents in processes of their own, one of which is killed."""

import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from sweepbridge.store import open_store

GRID = {
    "method": "grid",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {"a": {"values": list(range(20))}, "b": {"values": ["x", "y", "z"]}},
}
POINTS = list(product(range(20), ["x", "y", "z"]))
WORKS = Path(__file__).parent / "agents" / "works.py"


@pytest.fixture
def store(postgres, tmp_path):
    """An empty store on a server."""
    with open_store(postgres, folder=tmp_path) as opened:
        yield opened


@pytest.fixture
def start(postgres):
    """Start an agent of a sweep. What is left of it when the test is over is killed."""
    started = []

    def start_one(engine, agent):
        command = [sys.executable, WORKS, postgres, engine.sweep.id, agent]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


def points(store, engine):
    return sorted((record.trial.params["a"], record.trial.params["b"]) for record in store.trials(engine.sweep.id))


def test_a_grid_in_four_processes_hands_out_each_point_once_and_ends_by_itself(begin, store, start):
    engine = begin(GRID)

    told = [agent.communicate() for agent in [start(engine, f"agent-{place}") for place in range(4)]]

    assert sorted(int(number) for out, _ in told for number in out.split()) == list(range(60))
    assert [complaints for _, complaints in told] == [""] * 4
    assert points(store, engine) == POINTS
    assert store.sweep(engine.sweep.id).state == "finished"


def test_what_a_killed_agent_was_running_is_run_by_another(begin, store, start, an_hour_passes):
    engine = begin(GRID)
    victim = start(engine, "victim")
    victim.stdout.readline()
    victim.kill()
    an_hour_passes()

    told = start(engine, "other").communicate()

    assert told[1] == ""
    assert points(store, engine) == POINTS
    assert store.counts(engine.sweep.id)["finished"] == 60
