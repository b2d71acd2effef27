"""A store that is empty, a sweep in it, and a trial that is running: what most facts start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from sweepbridge.store import Claim, NewSweep, Store, Sweep, open_store
from sweepbridge.store.tables import runs
from sweepbridge.trials import Suggestion


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / ".sweepbridge"


@pytest.fixture
def store(place):
    """An empty store. The suite asks nothing of it that only one database could do."""
    with open_store(place) as opened:
        yield opened


@pytest.fixture
def new_sweep() -> NewSweep:
    return NewSweep({"method": "random"}, 7, "random", "random")


@pytest.fixture
def sweep(store: Store, new_sweep) -> Sweep:
    return store.create(new_sweep)


@pytest.fixture
def begin(store: Store, sweep):
    """Begin the next trial of the sweep, by an agent."""

    def begin_next(agent: str = "ann", **params) -> Claim:
        claim = store.begin(sweep.id, Suggestion(params), 1, at=store.sweep(sweep.id).length, agent=agent)
        assert claim is not None
        return claim

    return begin_next


@pytest.fixture
def an_hour_passes(store: Store):
    """Move the last heartbeat of every run an hour back, by the store's own clock."""

    def shift() -> None:
        with store._database.settling() as connection:
            connection.execute(runs.update().values(heard_at=runs.c.heard_at - 3600))

    return shift
