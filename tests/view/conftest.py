"""What the view's tests share: a sweep in a store, and an engine that gives out its trials."""

import pytest

from sweepbridge.engine import Engine, Result, create, plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import open_store

CONFIG = {
    "program": "train.py",
    "method": "random",
    "metric": {"name": "score", "goal": "maximize"},
    "parameters": {
        "lr": {"min": 0.0, "max": 1.0},
        "optimizer": {"parameters": {"name": {"values": ["adam", "sgd"]}}},
    },
}


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    with open_store(tmp_path / ".sweepbridge") as opened:
        yield opened


@pytest.fixture
def begin(store):
    """A new sweep, and an engine at work on it."""

    def begun(**more):
        decided = plan(load_object({**CONFIG, **more}).config, Registry())
        return Engine(store, create(store, decided, seed=1), decided, Registry())

    return begun


@pytest.fixture
def run():
    """Run the next trial of an engine to its end: it logs these rows."""

    def ran(engine, *rows, state="finished", reason=None, agent="ann"):
        claim = engine.next(agent)
        engine.record(claim, rows)
        return engine.end(claim, Result(state, {}, reason))

    return ran


@pytest.fixture
def records():
    """The trials of an engine's sweep as they are stored."""

    return lambda engine: engine.store.trials(engine.sweep.id)
