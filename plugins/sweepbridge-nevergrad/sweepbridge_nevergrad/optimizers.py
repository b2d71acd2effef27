"""Nevergrad's optimizers by name: made, and tried out before the first trial. Imports nevergrad.

The registry has more than 500 of them. What each can do stands nowhere, so `trial_issues` lets one name a few points
of the problem itself, and tells it results as they will come: late, out of order, or never.
"""

from __future__ import annotations

import difflib
import io
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib.metadata import version
from typing import Any

import nevergrad
import numpy as np
from nevergrad.optimization.recaster import _MessagingThread

from sweepbridge.plugin import Issue, Problem, in_32_bits, shared_chance
from sweepbridge_nevergrad.layout import Layout
from sweepbridge_nevergrad.options import Options

FAVOURITES = ("NGOpt", "NgIohTuned", "OnePlusOne", "DE", "TwoPointsDE", "PSO", "CMA", "RandomSearch")
"""Those that an error names, where it can't name all."""

ASKS = 20
"""How many points an optimizer has to name before a sweep starts, at the most."""

_MOST = 4.9e20
"""Nevergrad cuts losses off at 5e20, and says so each time."""


_CMAS = [
    made for made in nevergrad.optimizers.registry.values() if isinstance(made, nevergrad.optimizers.ParametrizedCMA)
]

_WAITS = "it waits for each result before it names the next point"

_ENDS_WITHIN_S = 10.0
"""How long a thread may take to end that has been told to, on a machine with much to do."""

_LOOKS_AGAIN_S = 1e-4
"""How often is looked whether a solver has named its next point."""


class Sequential(Exception):
    """An optimizer, or a solver that it has started, waits for each result before it names the next point."""


class Optimizer:
    """One optimizer of the registry. All that it draws comes from the seeds that it is given."""

    def __init__(self, options: Options, layout: Layout, seed: int) -> None:
        self.is_alone = options.num_workers == 1
        """Whether each result is told before the next point is asked for."""
        with _seeded(seed):
            parametrization = _parametrization(layout)
            parametrization.random_state = np.random.RandomState(in_32_bits(seed))
            registered = nevergrad.optimizers.registry[options.optimizer]
            if registered.no_parallelization and not self.is_alone:
                raise Sequential(_WAITS)
            self._vendors = registered(parametrization, budget=options.budget, num_workers=options.num_workers)
            self._solvers: list[_MessagingThread] = []
            """What it has started, where it is told each result before it is asked again."""

    def ask(self, seed: int) -> Any:
        """The next candidate. Sequential if another ask might never come back, and there will be one."""
        before = threading.enumerate()
        with _seeded(seed):
            self._vendors.parametrization.random_state.seed(in_32_bits(seed))
            candidate = self._vendors.ask()
        begun = [it for it in threading.enumerate() if isinstance(it, _MessagingThread) and it not in before]
        if self.is_alone:
            self._solvers += begun
            return candidate
        for thread in begun:
            if _waits(thread):
                thread.stop()
                raise Sequential(_WAITS)
        return candidate

    def at(self, value: Sequence[Any]) -> Any:
        """A candidate that stands where the caller says. It draws nothing."""
        return self._vendors.parametrization.spawn_child(new_value=value)

    def tell(self, candidate: Any, losses: Sequence[float], seed: int) -> None:
        """Take in a result."""
        capped = [min(loss, _MOST) for loss in losses]
        with _seeded(seed):
            self._vendors.tell(candidate, capped[0] if len(capped) == 1 else capped)
            # A solver goes on at once, in its own thread; what it draws has to come from this seed, and no other.
            while any(map(_thinks, self._solvers)):
                time.sleep(_LOOKS_AGAIN_S)


def _parametrization(layout: Layout) -> Any:
    """A layout in nevergrad's own form."""
    arrays = []
    for _, low, high, is_whole in layout.arrays():
        low_, high_ = np.array(low), np.array(high)
        # Steps of a sixth of the range, as nevergrad takes them for one bounded number. The bounds are set afterwards,
        # because `Array(lower=…, upper=…)` samples around its middle, and not all over its range.
        array = nevergrad.p.Array(init=low_ / 2 + high_ / 2).set_mutation(sigma=(high_ - low_) / 6)
        array = array.set_bounds(low_, high_)
        arrays.append(array.set_integer_casting() if is_whole else array)
    return nevergrad.p.Tuple(*arrays, *(nevergrad.p.Choice(layout.size(path)) for path in layout.categories))


def _waits(thread: _MessagingThread) -> bool:
    """Whether a solver's thread waits for a result. One that served inside of an ask is about to end by itself."""
    thread.join(timeout=_ENDS_WITHIN_S)
    return bool(thread.is_alive())


def _thinks(thread: _MessagingThread) -> bool:
    """Whether a solver has had all of its results, and has not named its next point yet."""
    has_had = thread.messages_tell.unfinished_tasks  # all that were ever put there: nobody says that one is done
    return bool(thread.is_alive() and thread.call_count <= has_had)


def name_issues(name: str) -> Iterator[Issue]:
    """What is wrong with the name of an optimizer, with the nearest that there is."""
    registry = nevergrad.optimizers.registry
    if name in registry:
        return
    by_lower = {known.lower(): known for known in registry}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    yield Issue(
        found=f"option optimizer = {name!r}",
        expected=f"one of the {len(registry)} in nevergrad.optimizers.registry, such as {', '.join(FAVOURITES)}",
        fix=f'did you mean "{by_lower[near[0]]}"?' if near else f"optimizer: {FAVOURITES[0]}",
    )


def trial_issues(problem: Problem, options: Options, layout: Layout) -> Iterator[Issue]:
    """What an optimizer says against the problem when it is made and asked for a few points."""
    found = f"optimizer {options.optimizer} of nevergrad {version('nevergrad')}"
    other = f"optimizer: {FAVOURITES[0]}" if options.optimizer != FAVOURITES[0] else "backend: optuna"
    try:
        with redirect_stdout(io.StringIO()):
            _try_out(Optimizer(options, layout, seed=0), min(ASKS, options.budget), problem.objectives)
    except ImportError as error:
        yield Issue(f"{found}, and {error.name or error} not installed", "what it needs", f"install it, or {other}")
    except Sequential as error:
        expected = f"one that can have several trials running; {error}"
        yield Issue(found, expected, f"num_workers: 1, for one trial at a time; or {other}")
    except Exception as error:  # the border to nevergrad's five hundred optimizers
        yield Issue(found, _why(error, problem), other)


def _try_out(optimizer: Optimizer, asks: int, objectives: int) -> None:
    """Ask for points, and tell results as they will come: late, out of order, or never; or each before the next."""
    waiting: list[Any] = []
    for number in range(asks):
        waiting.append(optimizer.ask(number))
        if number % 3 or optimizer.is_alone:
            optimizer.tell(waiting.pop(number % 2 - 1), [float(number % 7)] * objectives, number)


def _why(error: Exception, problem: Problem) -> str:
    several = f" for {problem.objectives} objectives" if problem.objectives > 1 else ""
    return f"one that can search this space{several}; it fails with {type(error).__name__}: {error}"


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """All chance from the seed, as some optimizers draw from what everyone shares; and no warnings.

    The models that others fit warn of what the user can't change. And what is set for one search is not for the next:
    at a single number, CMA turns to a package that may not be here, in settings that all its optimizers share.
    """
    fcmaes = [made.fcmaes for made in _CMAS]
    with shared_chance(seed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            for made, before in zip(_CMAS, fcmaes, strict=True):
                made.fcmaes = before
