"""The long storm: 22,500 points, 32 agents, and a killer that sends SIGKILL to one of their processes all the time.

    python -m bench.storm [--points 22500] [--agents 32] [--mode program|function] [--store URL] [--seed 1]

Prints how it goes, and one line of result: how many trials finished, how many points were run by two of them or by
none, how many processes were killed, and how many were left. Exits with 1 if anything is not as it should be.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from sweepbridge.api import new_sweep
from sweepbridge.engine import plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import Store, open_store
from tests.crash.sound import assert_is_replayed, assert_is_sound, points
from tests.crash.storm import Storm, grid

EVERY_S = 10.0
"""How often it is told how things stand."""


class Progress:
    """Tells how a storm goes on."""

    def __init__(self, storm: Storm) -> None:
        self._storm = storm
        self._began = time.monotonic()
        self._next = EVERY_S

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    def look(self, store: Store) -> None:
        """Say how things stand, if it is time to."""
        if self.seconds >= self._next:
            self._next = self.seconds + EVERY_S
            counts = store.counts(self._storm.sweep_id)
            print(f"{self.seconds:7.0f} s  {counts['finished']} finished, {killed(self._storm)}", flush=True)


def killed(storm: Storm) -> str:
    parts = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(storm.killed.items()))
    return f"{storm.killed.total()} killed ({parts or 'none'})"


def rage(storm: Storm, store: Store, size: int) -> bool:
    """Let it rage, and print what came of it; whether all is as it should be."""
    progress = Progress(storm)
    try:
        storm.rage(progress.look)
        left, strange = storm.left(), storm.strange_ends()
    finally:
        storm.calm()
    assert_is_sound(store, storm.sweep_id)
    assert_is_replayed(store, storm.sweep_id)
    ran = points(store, storm.sweep_id)
    finished = store.counts(storm.sweep_id)["finished"]
    twice, lost = len(ran) - len(set(ran)), size - len(set(ran))
    print(
        f"{progress.seconds:.0f} s: {finished} of {size} finished, {twice} twice, {lost} lost, {killed(storm)}, "
        f"{len(left)} processes left, {len(strange)} ended strangely, replay finds 0 differences"
    )
    return (finished, twice, lost, left, strange) == (size, 0, 0, [], [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=22_500)
    parser.add_argument("--agents", type=int, default=32)
    parser.add_argument("--mode", choices=["program", "function"], default="program")
    parser.add_argument("--store", help="a URL; default: a folder of its own")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / ".sweepbridge").mkdir()
        address = options.store or str(folder / ".sweepbridge")
        with open_store(address, folder=folder / ".sweepbridge") as store:
            config = load_object(grid(options.points)).config
            sweep_id = new_sweep(plan(config, Registry()), seed=options.seed, store=store).id
            storm = Storm(folder, address, sweep_id, options.agents, options.mode, options.seed, (0.1, 1.0))
            return 0 if rage(storm, store, options.points) else 1


if __name__ == "__main__":
    sys.exit(main())
