"""What the engine's tests share: a store, engines at work on one sweep, and what a run may log."""

import pytest

from sweepbridge.engine import Engine, Result, create, plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import Claim, open_store
from sweepbridge.store.tables import runs


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    with open_store(tmp_path / ".sweepbridge") as opened:
        yield opened


@pytest.fixture
def begin(store):
    """A new sweep, and an engine at work on it."""

    def begun(config, *, registry=None, seed=1):
        registry = registry or Registry()
        decided = plan(load_object(config).config, registry)
        return Engine(store, create(store, decided, seed=seed), decided, registry)

    return begun


@pytest.fixture
def join(store):
    """Another engine on the same sweep, as another process would have it: it knows what is stored, and no more."""

    def joined(engine):
        return Engine(store, store.sweep(engine.sweep.id), engine.plan, Registry())

    return joined


@pytest.fixture
def die():
    """Let an engine's process be gone, as far as the others on its machine can tell."""

    def died(engine):
        del engine._presence

    return died


@pytest.fixture
def end():
    """Run a claimed trial to its end: it logs these rows, and its agent reports this state."""

    def ended(engine, claim, *rows, state="finished", summary=(), reason=None):
        engine.record(claim, rows)
        return engine.end(claim, Result(state, dict(summary), reason))

    return ended


@pytest.fixture
def work(end):
    """Run trials until the engine has no more for this agent, or `count` have ended: the trials."""

    def worked(engine, *, logs=lambda params: {"loss": 0.0}, agent="ann", count=1000):
        trials = []
        while len(trials) < count and isinstance(claim := engine.next(agent), Claim):
            trials.append(end(engine, claim, logs(engine.params(claim))))
        return trials

    return worked


@pytest.fixture
def an_hour_passes(store):
    """Move the last heartbeat of every run an hour back, by the store's own clock."""

    def shift():
        with store._database.settling() as connection:
            connection.execute(runs.update().values(heard_at=runs.c.heard_at - 3600))

    return shift
