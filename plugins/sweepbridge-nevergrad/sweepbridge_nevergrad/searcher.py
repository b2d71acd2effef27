"""The searcher: one of nevergrad's optimizers behind the contract. Imports nevergrad.

An optimizer of nevergrad changes when it is asked, and can't be asked about a past. So it is a `Mutating`, and
`Replayed` makes a fold of it.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version
from typing import Any

from nevergrad.common.errors import TellNotAskedNotSupportedError

from sweepbridge.plugin import Problem, Replayed, Searcher, Suggestion, Trial
from sweepbridge.space import same
from sweepbridge_nevergrad.layout import layout
from sweepbridge_nevergrad.optimizers import Optimizer
from sweepbridge_nevergrad.options import chosen


def start(problem: Problem) -> Searcher:
    """A searcher that has been told nothing yet."""
    return Replayed(lambda: Asking(problem))


class Asking:
    """One optimizer at work, and the candidates whose results it waits for."""

    def __init__(self, problem: Problem) -> None:
        self._space = problem.space
        self._options = chosen(problem)
        self._layout = layout(problem.space)
        self._optimizer: Optimizer | None = None
        self._asked: Any = None
        self._waiting: dict[int, Any] = {}
        """The candidate of each trial that has begun, by number."""

    def ask(self, seed: int) -> Suggestion:
        """Name the next trial; there always is one. The first seed also decides what is drawn at the start."""
        if not self._space.axes:
            return Suggestion(self._space.at({}))
        try:
            if self._optimizer is None:
                self._optimizer = Optimizer(self._options, self._layout, seed)
            self._asked = self._optimizer.ask(seed)
        except Exception as error:  # the border to nevergrad's five hundred optimizers
            culprit = f"{self._options.optimizer} of nevergrad {version('nevergrad')}"
            raise RuntimeError(f"{culprit} failed with {type(error).__name__}: {error}") from error
        return Suggestion(self._layout.params(self._asked.value))

    def began(self, trial: Trial) -> None:
        """The last candidate was taken up, as it is or with other params in its place."""
        if self._optimizer is None:
            return
        is_as_asked = same(self._layout.params(self._asked.value), dict(trial.params))
        # A point that lacks a parameter is none of nevergrad's, so the one that was asked stands for it.
        value = None if is_as_asked else self._layout.value(trial.params)
        self._waiting[trial.number] = self._asked if value is None else self._optimizer.at(value)

    def ended(self, trial: Trial) -> None:
        """Tell the result, if there is one. A trial that failed without a loss has nothing to tell."""
        candidate = self._waiting.pop(trial.number, None)
        if self._optimizer is not None and candidate is not None and trial.losses:
            # Some take in only what they have named themselves: another's point tells them nothing.
            with suppress(TellNotAskedNotSupportedError):
                self._optimizer.tell(candidate, trial.losses, trial.seed)
