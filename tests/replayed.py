"""Every sweep that a test leaves behind is derived again from its log: what ran is what was suggested."""

import pytest

from sweepbridge.api import derived
from sweepbridge.registry import Registry
from sweepbridge.store import open_store


@pytest.fixture(autouse=True)
def every_sweep_is_replayed(tmp_path):
    """After each test: the sweeps in all stores below its folder, but those whose backend the test has taken away."""
    yield
    installed = Registry().backends
    for file in tmp_path.rglob("sweepbridge.db"):
        with open_store(file.parent, create=False) as store:
            for sweep in store.sweeps():
                if {search.backend for search in store.searches(sweep.id)} <= installed.keys():
                    assert [one for one in derived(sweep.id, store) if not one.is_equal] == []
