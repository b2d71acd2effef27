"""What the store costs when many agents share it, and when it holds many trials, beside optuna's storages.

    python bench/store.py [--trials 200] [--agents 1,8,32] [--seconds 4] [--store postgresql://…]

Three measurements, one after the other:

- Throughput: so many processes begin and finish trials for some seconds, as fast as they can and without any training.
  Of each ask + tell: how many a second in all, and the time that 50 % and 95 % of them stay below.
- Pace: the same processes, each of which pauses between two trials as a (short) training would. Processes that do
  nothing but ask wait for each other and for the processors; this is what an agent sees of the store.
- History: the time of one ask with 10, 1,000 and 10,000 trials in the sweep, and of opening the store and catching up.

All search the same two parameters with the random sampler. An error of any process is counted, and said to be one of a
lock if it says so. Each storage gets a folder of its own on the same disk; --store adds sweepbridge on a server.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import optuna
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from sweepbridge.api import engine_for, new_sweep
from sweepbridge.engine import Result, plan
from sweepbridge.registry import Registry, version_of
from sweepbridge.spec import load_object
from sweepbridge.store import Ending, Store, open_store
from sweepbridge.trials import Suggestion

SPACE = {"x": FloatDistribution(0.0, 1.0), "n": IntDistribution(1, 1_000_000)}
RANDOM = {
    "method": "random",
    "metric": {"name": "loss"},
    "parameters": {"x": {"min": 0.0, "max": 1.0}, "n": {"min": 1, "max": 1_000_000}},
}
GRID = {
    "method": "grid",
    "metric": {"name": "loss"},
    "parameters": {"a": {"values": list(range(1000))}, "b": {"values": list(range(1000))}},
}
PAUSE_S = 0.5
"""How long a trial lasts where agents keep a pace."""

Step: TypeAlias = Callable[[], None]
"""One ask and tell."""


@dataclass(frozen=True)
class Contestant:
    """One storage: how its study is made, and how a process joins it."""

    name: str
    create: Callable[[Path], str]
    """Makes an empty study in a folder; what a process has to know of it to join."""
    join: Callable[[Path, str], Step]


@dataclass
class Measured:
    """What some processes have seen."""

    seconds: float
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Asks and tells a second, of all processes together."""
        return len(self.times) / self.seconds

    def percentile(self, percent: int) -> float:
        """In milliseconds."""
        return statistics.quantiles(self.times, n=100)[percent - 1] * 1000 if len(self.times) > 1 else float("nan")


def create_ours(where: str | None, config: dict[str, object], folder: Path) -> str:
    with open_store(where or folder, folder=folder) as store:
        return new_sweep(plan(load_object(config).config, Registry()), seed=1, store=store).id


def join_ours(where: str | None, folder: Path, sweep_id: str) -> Step:
    engine = engine_for(sweep_id, open_store(where or folder, folder=folder))
    agent = multiprocessing.current_process().name

    def step() -> None:
        claim = engine.next(agent)
        engine.end(claim, Result("finished", {"loss": 0.5}))

    return step


def ours(name: str, where: str | None = None) -> Contestant:
    return Contestant(
        f"sweepbridge, {name}",
        lambda folder: create_ours(where, RANDOM, folder),
        lambda folder, sweep_id: join_ours(where, folder, sweep_id),
    )


def theirs(name: str, storage: Callable[[Path], object]) -> Contestant:
    def create(folder: Path) -> str:
        return optuna.create_study(storage=storage(folder), study_name="bench").study_name

    def join(folder: Path, study_name: str) -> Step:
        sampler = optuna.samplers.RandomSampler()
        study = optuna.load_study(study_name=study_name, storage=storage(folder), sampler=sampler)

        def step() -> None:
            study.tell(study.ask(SPACE), 0.5)

        return step

    return Contestant(f"optuna, {name}", create, join)


def contestants(url: str | None) -> list[Contestant]:
    """Who takes part; sweepbridge on SQLite first."""
    return [
        ours("SQLite"),
        *([ours("PostgreSQL", url)] if url else []),
        theirs("SQLite", lambda folder: f"sqlite:///{folder}/optuna.db"),
        theirs("journal", lambda folder: JournalStorage(JournalFileBackend(str(folder / "optuna.log")))),
    ]


def measured(contestant: Contestant, agents: int, seconds: float, pause_s: float) -> Measured:
    """Let so many processes ask and tell for some seconds, beginning together."""
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = contestant.create(folder)
        ready, pipes = context.Barrier(agents + 1), [context.Pipe(duplex=False) for _ in range(agents)]
        processes = [
            context.Process(target=work, args=(contestant, folder, study, ready, sender, seconds, pause_s, place))
            for place, (_, sender) in enumerate(pipes)
        ]
        for process in processes:
            process.start()
        ready.wait()
        found = Measured(seconds)
        for receiver, _ in pipes:
            times, errors = receiver.recv()
            found.times += times
            found.errors += errors
        for process in processes:
            process.join()
        return found


def work(contestant, folder, study, ready, sender, seconds, pause_s, place) -> None:
    """Be one process: what comes back are the times of its steps, and its errors."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    step = contestant.join(folder, study)
    times, errors = [], []
    with contextlib.suppress(Exception):
        step()  # imports and caches
    ready.wait()
    time.sleep(pause_s * place / 32)  # trainings do not end all at once
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        start = time.perf_counter()
        try:
            step()
            times.append(time.perf_counter() - start)
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        time.sleep(pause_s)
    sender.send((times, errors))


def compare(agents: Sequence[int], seconds: float, pause_s: float, those: Sequence[Contestant]) -> None:
    for number in agents:
        print(f"\n  {number} processes          per second      p50 ms    p95 ms   errors (of locks)   p50 to ours")
        first = None
        for contestant in those:
            found = measured(contestant, number, seconds, pause_s)
            first = first or found
            locks = sum("lock" in error.lower() for error in found.errors)
            print(
                f"    {contestant.name:<22}{found.rate:9.1f}  {found.percentile(50):10.2f}{found.percentile(95):10.2f}"
                f"   {len(found.errors):6d} ({locks})  {found.percentile(50) / first.percentile(50):15.1f}x",
                flush=True,
            )


def fill(store: Store, sweep_id: str, trials: int) -> None:
    """Let a sweep have so many finished trials, with what an agent would have written."""
    engine = engine_for(sweep_id, store)
    began = store.sweep(sweep_id).began
    for suggestion in list(engine.plan.first(engine.sweep.seed, trials))[began:]:
        length = store.sweep(sweep_id).length
        claim = store.begin(sweep_id, Suggestion(suggestion.params, suggestion.note), 1, at=length, agent="bench")
        store.end(claim, Ending("finished", (0.5,), (0.5,), {"loss": 0.5}))


@contextmanager
def timed(times: list[float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    times.append((time.perf_counter() - start) * 1000)


def asks(where: str | Path, folder: Path, sweep_id: str, count: int) -> list[float]:
    """Milliseconds of each of so many asks, by an engine that stands at the end of the log."""
    times: list[float] = []
    with open_store(where, folder=folder) as store:
        engine = engine_for(sweep_id, store)
        engine.end(engine.next("bench"), Result("finished", {"loss": 0.5}))
        for _ in range(count):
            with timed(times):
                claim = engine.next("bench")
            engine.end(claim, Result("finished", {"loss": 0.5}))
    return times


def opening(where: str | Path, folder: Path, sweep_id: str) -> tuple[float, float]:
    """Milliseconds until the store is open, and until the first trial is there."""
    times: list[float] = []
    with timed(times):
        store = open_store(where, folder=folder)
        store.sweep(sweep_id)
    with timed(times), store:
        engine = engine_for(sweep_id, store)
        engine.give_back(engine.next("bench"), "for the measurement")
    return times[0], times[1]


def history(where: str | None, sizes: Sequence[int], count: int) -> None:
    for config in (RANDOM, GRID):
        print(
            f"\n  {config['method']}: trials so far      ask p50 ms    p95 ms   open ms   first ask of a new agent ms"
        )
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            sweep_id = create_ours(where, config, folder)
            p50s = []
            for size in sizes:
                with open_store(where or folder, folder=folder) as store:
                    fill(store, sweep_id, size)
                opened, first = opening(where or folder, folder, sweep_id)
                times = asks(where or folder, folder, sweep_id, count)
                p50s.append(statistics.median(times))
                p95 = statistics.quantiles(times, n=20)[-1]
                print(f"    {size:22d}{p50s[-1]:12.2f}{p95:10.2f}{opened:10.1f}{first:20.1f}", flush=True)
            print(f"    an ask at {sizes[-1]} takes {p50s[-1] / p50s[-2]:.2f} times what it takes at {sizes[-2]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", default="1,8,32", help="numbers of processes")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each number of processes and each storage")
    parser.add_argument("--trials", type=int, default=200, help="asks that are timed at each length of the history")
    parser.add_argument("--history", default="10,1000,10000", help="trials in the sweep")
    parser.add_argument("--store", help="the URL of a PostgreSQL database, to measure that as well")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    agents = [int(number) for number in options.agents.split(",")]
    sizes = [int(number) for number in options.history.split(",")]
    print(f"sweepbridge {version_of('sweepbridge')}, optuna {optuna.__version__}, ask + tell, random search")
    print(f"\nThroughput: without a pause, {options.seconds:g} s each")
    compare(agents, options.seconds, 0.0, contestants(options.store))
    print(f"\nPace: {PAUSE_S:g} s between two trials of a process, {options.seconds:g} s each")
    compare(agents, options.seconds, PAUSE_S, contestants(options.store))
    for where in (None, *filter(None, [options.store])):
        print(f"\nHistory: sweepbridge on {'PostgreSQL' if where else 'SQLite'}, one process")
        history(where, sizes, options.trials)


if __name__ == "__main__":
    main()
