"""The searcher: one of nevergrad's optimizers behind the contract. Imports nevergrad.

An optimizer of nevergrad changes when it is asked, and can't be asked about a past. So it is a `Mutating`, and
`Replayed` makes a fold of it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from contextlib import suppress
from importlib.metadata import version
from typing import Any

from nevergrad.common.errors import TellNotAskedNotSupportedError

from sweepbridge.plugin import Problem, Replayed, Searcher, Suggestion, Trial
from sweepbridge.space import Params, identity, same
from sweepbridge_nevergrad.layout import layout
from sweepbridge_nevergrad.optimizers import Optimizer
from sweepbridge_nevergrad.options import chosen


def start(problem: Problem) -> Searcher:
    """A searcher that has been told nothing yet."""
    return Replayed(lambda: OneByOne(problem) if chosen(problem).num_workers == 1 else SideBySide(problem))


class Asking:
    """One optimizer at work; the first seed also decides what is drawn at the start."""

    def __init__(self, problem: Problem) -> None:
        self._space = problem.space
        self._options = chosen(problem)
        self._layout = layout(problem.space)
        self._optimizer: Optimizer | None = None

    def _named(self, seed: int) -> Any:
        """The optimizer's next candidate."""
        try:
            if self._optimizer is None:
                self._optimizer = Optimizer(self._options, self._layout, seed)
            return self._optimizer.ask(seed)
        except Exception as error:  # the border to nevergrad's five hundred optimizers
            culprit = f"{self._options.optimizer} of nevergrad {version('nevergrad')}"
            raise RuntimeError(f"{culprit} failed with {type(error).__name__}: {error}") from error

    def _stands_at(self, candidate: Any, params: Params) -> bool:
        return same(self._layout.params(candidate.value), dict(params))


class SideBySide(Asking):
    """Several trials may run; each has the candidate whose result it will be."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self._asked: Any = None
        self._waiting: dict[int, Any] = {}
        """The candidate of each trial that has begun, by number."""

    def ask(self, seed: int) -> Suggestion:
        """Name the next trial; there always is one."""
        if not self._space.axes:
            return Suggestion(self._space.at({}))
        self._asked = self._named(seed)
        return Suggestion(self._layout.params(self._asked.value))

    def began(self, trial: Trial) -> None:
        """The last candidate was taken up, as it is or with other params in its place."""
        if self._optimizer is None:
            return
        # A point that lacks a parameter is none of nevergrad's, so the one that was asked stands for it.
        value = None if self._stands_at(self._asked, trial.params) else self._layout.value(trial.params)
        self._waiting[trial.number] = self._asked if value is None else self._optimizer.at(value)

    def ended(self, trial: Trial) -> None:
        """Tell the result, if there is one. A trial that failed without a loss has nothing to tell."""
        candidate = self._waiting.pop(trial.number, None)
        if self._optimizer is not None and candidate is not None and trial.losses:
            # Some take in only what they have named themselves: another's point tells them nothing.
            with suppress(TellNotAskedNotSupportedError):
                self._optimizer.tell(candidate, trial.losses, trial.seed)


class OneByOne(Asking):
    """One trial at a time, for optimizers that want to know each result before they name the next point.

    A candidate stays the one that is named until its result is known, also when other trials come in between.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self._open: Any = None
        """The candidate that was named, and has no result yet."""
        self._running: set[int] = set()
        """The numbers of the trials that have begun and not ended."""
        self._tried: dict[Hashable, tuple[float, ...] | None] = {}
        """The losses of each point, of the first trial there that ended; None where it failed without any."""
        self._worst = (math.inf,) * problem.objectives
        """The worst loss so far, of each objective."""

    def ask(self, seed: int) -> Suggestion | None:
        """Name the next trial, if none is running."""
        if self._running:
            return None
        if not self._space.axes:
            return Suggestion(self._space.at({}))
        if self._open is None:
            self._open = self._named(seed)
        return Suggestion(self._layout.params(self._open.value))

    def began(self, trial: Trial) -> None:
        """Wait for this one."""
        self._running.add(trial.number)

    def ended(self, trial: Trial) -> None:
        """Tell the result. One that failed without a loss counts as the worst so far, as there must be a result."""
        self._running.discard(trial.number)
        if self._optimizer is None:
            return
        self._learn(trial)
        if self._open is not None and self._stands_at(self._open, trial.params):
            self._tell_open(trial.losses, trial.seed)
            return
        if trial.losses and (value := self._layout.value(trial.params)) is not None:
            with suppress(TellNotAskedNotSupportedError):
                self._optimizer.tell(self._optimizer.at(value), trial.losses, trial.seed)
        if self._open is not None and (point := identity(self._layout.params(self._open.value))) in self._tried:
            # The core put another point in its place because it had been tried, and will do so again.
            self._tell_open(self._tried[point], trial.seed)

    def _learn(self, trial: Trial) -> None:
        self._tried.setdefault(identity(dict(trial.params)), trial.losses)
        if trial.losses:
            pairs = zip(self._worst, trial.losses, strict=True)
            self._worst = tuple(loss if worst == math.inf else max(worst, loss) for worst, loss in pairs)

    def _tell_open(self, losses: tuple[float, ...] | None, seed: int) -> None:
        assert self._optimizer is not None
        self._optimizer.tell(self._open, losses or self._worst, seed)
        self._open = None
