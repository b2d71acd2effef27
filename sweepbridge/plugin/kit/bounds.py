"""Checks of time and memory: a sweep of many trials stays a sweep that can be worked on.

The limits are generous, so that a busy machine breaks none of them: they are there for what grows without end.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace

from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, check
from sweepbridge.plugin.kit.play import Watched, losses_of
from sweepbridge.trials import Trial, seed_of

ASK_S = 10.0
"""The longest that an ask may take, with ten times as many trials told as a play has."""
TELL_S = 0.5
"""The longest that an event may take to be told, on average."""
TRIAL_BYTES = 100_000
"""The most memory that a trial may take for good, on average."""


@check("bounds", per="method")
def asking_stays_quick(case: Case) -> None:
    """With a long history, naming the next trial takes seconds at the most."""
    count = 10 * case.trials
    searcher = case.lasting(count + 1).start()
    for trial in _history(case, count):
        searcher.tell(trial)
    took = _seconds(lambda: searcher.ask(seed_of(41, 0)))
    if took > ASK_S:
        raise Broken(f"with {count} trials told, ask() took {took:.1f} seconds, where at most {ASK_S:g} are taken")


@check("bounds", per="method")
def telling_stays_quick(case: Case) -> None:
    """With a long history, taking in an event takes a moment."""
    count = 10 * case.trials
    searcher = case.lasting(count).start()
    took = _seconds(lambda: _tell(searcher, _history(case, count)))
    if took > TELL_S * 2 * count:
        raise Broken(f"{2 * count} events took {took:.1f} seconds to tell, {took / 2 / count:.3f} each on average")


@check("bounds", per="method")
def memory_stays_small(case: Case) -> None:
    """What a trial leaves behind in memory is small, asks in vain included."""
    count = 3 * case.trials
    searcher = case.lasting(count + 1).start()
    history = list(_history(case, count))
    searcher.ask(seed_of(41, 0))
    grown = _bytes(lambda: _work(searcher, history))
    if grown > TRIAL_BYTES * count:
        raise Broken(f"{count} trials and as many asks left {grown / count:,.0f} bytes each in memory")


def _history(case: Case, count: int) -> Iterator[Trial]:
    """A log of trials that nobody suggested: spread over the space, ended one after the other."""
    space = case.problem.space
    for number in range(count):
        # Multiples of the golden ratio fill [0, 1] evenly; each parameter has a phase of its own.
        shares = {path: (0.618033988749895 * (number + 1) + 0.1 * place) % 1.0 for place, path in enumerate(space)}
        trial = Trial(number, seed_of(43, number), "running", space.decode(shares))
        yield trial
        losses = losses_of(trial.params, case.problem.objectives)
        yield replace(trial, state="finished", losses=losses, observations=losses[:1])


def _tell(searcher: Watched, history: Iterator[Trial]) -> None:
    for trial in history:
        searcher.tell(trial)


def _work(searcher: Watched, history: list[Trial]) -> None:
    """Tell a history, and ask now and then."""
    for place, trial in enumerate(history):
        searcher.tell(trial)
        if place % 32 == 0:
            searcher.ask(seed_of(41, place))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _bytes(work: Callable[[], None]) -> int:
    """How much memory is held after some work that was not held before it."""
    was_tracing = tracemalloc.is_tracing()
    if not was_tracing:
        tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        if not was_tracing:
            tracemalloc.stop()
    return after - before
