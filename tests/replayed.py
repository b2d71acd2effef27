"""Every sweep that a test leaves behind is derived again from its log: what ran is what was suggested."""

import pytest

from sweepbridge.api import engine_for
from sweepbridge.engine import replay
from sweepbridge.registry import Registry
from sweepbridge.store import open_store


def derived(store, sweep_id):
    """Each suggestion of a sweep, derived again."""
    engine = engine_for(sweep_id, store)
    return list(replay(engine.plan, engine.sweep.seed, store.events(sweep_id)))


@pytest.fixture(autouse=True)
def every_sweep_is_replayed(tmp_path):
    """After each test: the sweeps in all stores below its folder, but those whose backend the test has taken away."""
    yield
    installed = Registry().backends
    for file in tmp_path.rglob("sweepbridge.db"):
        with open_store(file.parent, create=False) as store:
            for sweep in store.sweeps():
                if sweep.backend in installed:
                    assert [one for one in derived(store, sweep.id) if not one.is_equal] == []
