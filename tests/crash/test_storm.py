"""The storm: whoever is killed, each point of a grid is run to its end by one trial, and the sweep ends by itself."""

from __future__ import annotations

import pytest

from tests.crash.sound import points
from tests.crash.storm import Storm, grid


@pytest.fixture
def rage(tmp_path, address, create):
    """Let a storm go over a grid of so many points: the sweep's id, and the storm when it is over."""
    storms = []

    def raged(size, **options):
        sweep_id = create(grid(size))
        storms.append(Storm(tmp_path, address, sweep_id, seed=1, **options))
        storms[-1].rage()
        return sweep_id, storms[-1]

    yield raged
    for storm in storms:
        storm.calm()


@pytest.mark.parametrize(
    ("size", "agents", "pause_s"),
    [(60, 4, (0.1, 0.5)), pytest.param(2000, 16, (0.1, 1.0), marks=[pytest.mark.slow, pytest.mark.timeout(1800)])],
    ids=["short", "long"],
)
@pytest.mark.parametrize("mode", ["program", "function"])
def test_anyone_may_be_killed_and_each_point_is_finished_once(rage, store, size, agents, pause_s, mode):
    sweep_id, storm = rage(size, agents=agents, mode=mode, pause_s=pause_s)

    assert store.counts(sweep_id) == {"waiting": 0, "running": 0, "finished": size, "stopped": 0, "failed": 0}
    assert len(set(points(store, sweep_id))) == size
    assert [run.trial for run in store.runs(sweep_id) if run.state == "finished"] == list(range(size))
    assert (storm.left(), storm.strange_ends()) == ([], [])
    assert storm.killed.total() >= 1  # how often more, depends on the machine
