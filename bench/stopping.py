"""What it costs to judge a trial after each of its rows, by how many trials there were before.

    python bench/stopping.py [--rows 100]

The trials before have all run to their end, with curves that differ. The one that is timed is as good as the best, so
that it is never stopped. With `--store`, it is also timed how long an agent that comes late takes to read the curves.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from sweepbridge.engine import Judging
from sweepbridge.engine.growing import Growing
from sweepbridge.registry import Registry
from sweepbridge.spec import Objective
from sweepbridge.store import Ending, NewSweep, Row, open_store
from sweepbridge.trials import Suggestion

TRIALS = (100, 1_000, 10_000)
OPTIONS = {
    "hyperband": {"min_iter": 3},
    "asha": {},
    "median": {},
    "patience": {"patience": 5},
    "optuna-median": {},
    "optuna-successive-halving": {},
    "optuna-hyperband": {"max_resource": 100},
    "optuna-threshold": {"upper": 1e9},
}


def curve(chance: random.Random, rows: int) -> list[float]:
    """A loss that falls to an end of its own."""
    end = chance.random()
    return [end + 1 / (1 + row) for row in range(rows)]


def microseconds(name: str, trials: int, rows: int) -> float:
    """The median time of a verdict on a trial that comes after so many."""
    stopper = Registry().stopper(name).record
    chance, curves = random.Random(0), Growing()
    for number in range(trials):
        for loss in curve(chance, rows):
            curves.log(number, loss)
        curves.finish(number)
    stopper.judge(OPTIONS[name], 0, curves)
    return statistics.median(timed(stopper, OPTIONS[name], trials + repeat, curves, rows) for repeat in range(5))


def timed(stopper, options, number: int, curves: Growing, rows: int) -> float:
    """What a verdict costs the processor, a row counted in, over one trial."""
    began = time.process_time()
    for row in range(rows):
        curves.log(number, 1 / (1 + row) - 1e-9 * number)
        assert not stopper.judge(options, number, curves).stop
    return (time.process_time() - began) / rows * 1e6


def seconds_to_catch_up(trials: int, rows: int) -> float:
    """How long an agent that comes after so many trials takes until its first verdict."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        sweep = store.create(NewSweep({"method": "random"}, 1, "random", "random"))
        chance = random.Random(0)
        for number in range(trials):
            claim = store.begin(sweep.id, Suggestion({}), 1, at=2 * number, agent="a")
            assert claim is not None
            store.record(claim, [Row(place, {}, loss) for place, loss in enumerate(curve(chance, rows))])
            store.end(claim, Ending("finished", (0.0,)))
        stopper = Registry().stopper("hyperband").record
        began = time.perf_counter()
        Judging(store, sweep.id, Objective("loss"), stopper, {"min_iter": 3}, print).verdict(0)
        return time.perf_counter() - began


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--store", action="store_true")
    given = parser.parse_args()
    print(f"{'microseconds a verdict, after':<30}" + "".join(f"{trials:>10,}" for trials in TRIALS) + "  trials")
    for name in OPTIONS:
        found = [microseconds(name, trials, given.rows) for trials in TRIALS]
        print(f"{name:<30}" + "".join(f"{one:>10.1f}" for one in found))
    if given.store:
        print(f"{'seconds to catch up':<30}" + "".join(f"{seconds_to_catch_up(n, given.rows):>10.2f}" for n in TRIALS))


if __name__ == "__main__":
    main()
