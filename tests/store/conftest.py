"""A store that is empty, a sweep in it, and a trial that is running: what most facts start from.

Whoever asks for `place` or `store` states a fact about every database, and is run once on each.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sweepbridge.store import Claim, NewSweep, Store, Sweep, open_store
from sweepbridge.store.tables import runs
from sweepbridge.trials import Suggestion


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a store on this machine is, and where one on a server keeps its runs."""
    return tmp_path / ".sweepbridge"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, folder: Path) -> str | Path:
    """Where the store is: a folder, or a URL."""
    return folder if request.param == "sqlite" else request.getfixturevalue("postgres")


@pytest.fixture
def store(place, folder):
    """An empty store."""
    with open_store(place, folder=folder) as opened:
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
