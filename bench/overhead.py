"""What a durable trial costs: ask and tell, with sweepbridge on SQLite beside optuna on its own storages.

    python bench/overhead.py [--trials 300] [--repeats 3]

Every contestant searches the same six parameters with the same sampler, one after the other in each repeat, so that
a noisy machine is noisy for all. What counts is the ratio. Each trial's result is stored durably before the next ask.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from sweepbridge.api import engine_for, new_sweep
from sweepbridge.engine import Result, plan
from sweepbridge.registry import Registry, version_of
from sweepbridge.spec import load_object
from sweepbridge.store import open_store

SPACE = {
    "batch": IntDistribution(16, 256),
    "dropout": FloatDistribution(0.0, 0.5),
    "lr": FloatDistribution(1e-5, 1e-1, log=True),
    "momentum": FloatDistribution(0.0, 1.0),
    "optimizer": CategoricalDistribution(["adam", "sgd", "lion"]),
    "depth": IntDistribution(1, 8),
}
CONFIG = {
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {
        "batch": {"min": 16, "max": 256},
        "dropout": {"min": 0.0, "max": 0.5},
        "lr": {"distribution": "log_uniform_values", "min": 1e-5, "max": 1e-1},
        "momentum": {"min": 0.0, "max": 1.0},
        "optimizer": {"values": ["adam", "sgd", "lion"]},
        "depth": {"min": 1, "max": 8},
    },
}
Step = Callable[[], None]
"""One durable ask and tell."""
Contestant = Callable[[Path], Step]
"""Sets itself up in an empty folder, which is not timed."""


def loss(params) -> float:
    """Smooth, with a best point inside."""
    wrong_optimizer = params["optimizer"] != "adam"
    return (math.log10(params["lr"]) + 3) ** 2 + (params["momentum"] - 0.7) ** 2 + params["dropout"] + wrong_optimizer


def sweepbridge_on_sqlite(method: str) -> Contestant:
    def set_up(folder: Path) -> Step:
        store = open_store(folder / "store")
        config = load_object({**CONFIG, "method": method, "backend": "optuna"}).config
        sweep = new_sweep(plan(config, Registry()), seed=1, store=store)
        engine = engine_for(sweep.id, store)

        def step() -> None:
            claim = engine.next("bench")
            engine.end(claim, Result("finished", {"loss": loss(claim.trial.params)}))

        return step

    return set_up


def bare_optuna(sampler: str, storage: Callable[[Path], object]) -> Contestant:
    def set_up(folder: Path) -> Step:
        study = optuna.create_study(storage=storage(folder), sampler=getattr(optuna.samplers, sampler)(seed=1))

        def step() -> None:
            trial = study.ask(SPACE)
            study.tell(trial, loss(trial.params))

        return step

    return set_up


STORAGES = {
    "on SQLite": lambda folder: f"sqlite:///{folder}/optuna.db",
    "on its journal": lambda folder: JournalStorage(JournalFileBackend(str(folder / "optuna.log"))),
    "in memory": lambda _: None,
}


def contestants(method: str, sampler: str) -> dict[str, Contestant]:
    """Who takes part, by name; sweepbridge first."""
    ours = {"sweepbridge on SQLite": sweepbridge_on_sqlite(method)}
    return ours | {f"optuna {name}": bare_optuna(sampler, storage) for name, storage in STORAGES.items()}


def milliseconds(contestant: Contestant, trials: int) -> float:
    """The time of one durable ask and tell, on average over a search of so many trials."""
    with tempfile.TemporaryDirectory() as folder:
        step = contestant(Path(folder))
        start = time.perf_counter()
        for _ in range(trials):
            step()
        return (time.perf_counter() - start) / trials * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(f"sweepbridge {version_of('sweepbridge')}, optuna {optuna.__version__}, {options.trials} trials")
    for method, sampler in (("random", "RandomSampler"), ("tpe", "TPESampler")):
        those = contestants(method, sampler)
        taken: dict[str, list[float]] = {name: [] for name in those}
        for contestant in those.values():
            milliseconds(contestant, 3)  # imports and caches
        for _ in range(options.repeats):
            for name, contestant in those.items():
                taken[name].append(milliseconds(contestant, options.trials))
        ours = taken["sweepbridge on SQLite"]
        print(f"\n{method}: ms a trial, median of {options.repeats} (ratio to sweepbridge, repeat by repeat)")
        for name, each in taken.items():
            ratio = statistics.median(other / own for other, own in zip(each, ours, strict=True))
            print(f"  {name:<24} {statistics.median(each):8.2f}   {ratio:6.2f}x")


if __name__ == "__main__":
    main()
