"""Where crashes happen: a store of its own for each test, of which every sweep is held to the laws afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sweepbridge.api import new_sweep
from sweepbridge.engine import plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import Store, open_store
from tests.crash.sound import assert_is_replayed, assert_is_sound


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a store on this machine is, and where one on a server keeps its runs."""
    made = tmp_path / ".sweepbridge"
    made.mkdir()
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, folder: Path) -> str:
    """What names the store: a folder, or a URL."""
    return str(folder if request.param == "sqlite" else request.getfixturevalue("postgres"))


@pytest.fixture
def store(address: str, folder: Path) -> Iterator[Store]:
    """A store. Every sweep that a test leaves in it has a sound log, and is derived again from it."""
    with open_store(address, folder=folder) as opened:
        yield opened
        for sweep in opened.sweeps():
            assert_is_sound(opened, sweep.id)
            assert_is_replayed(opened, sweep.id)


@pytest.fixture
def create(store: Store):
    """Create a sweep from a config: its id."""

    def created(config, *, seed=7):
        return new_sweep(plan(load_object(config).config, Registry()), seed=seed, store=store).id

    return created
