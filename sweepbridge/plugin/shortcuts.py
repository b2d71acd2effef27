"""Two short ways to a backend: a pure function, or an optimizer that changes when it is asked."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from sweepbridge.plugin.contract import Backend, Issue, Problem, Searcher
from sweepbridge.space import Params, same
from sweepbridge.trials import Suggestion, Trial

Suggest: TypeAlias = Callable[[Problem, Sequence[Trial], int], "Suggestion | Params | None"]
"""`suggest(problem, trials, seed)`: params, or a suggestion with a note, or None for "nothing now".

`trials` holds every trial so far, by number, each as it stands now. The function keeps nothing between calls.
"""


def from_function(name: str, suggest: Suggest, *, methods: Sequence[str] = ()) -> Backend:
    """A backend from a pure function. Its one method is its own name, unless `methods` says otherwise."""
    return _FunctionBackend(name, suggest, tuple(methods) or (name,))


@dataclass(frozen=True)
class _FunctionBackend:
    name: str
    suggest: Suggest
    methods: Sequence[str]

    def check(self, problem: Problem) -> Iterable[Issue]:
        return unknown_options(problem, known=())

    def start(self, problem: Problem) -> Searcher:
        return _FunctionSearcher(self.suggest, problem)


@dataclass
class _FunctionSearcher:
    suggest: Suggest
    problem: Problem
    trials: list[Trial] = field(default_factory=list)

    def tell(self, trial: Trial) -> None:
        if trial.is_running:
            self.trials.append(trial)
        else:
            self.trials[trial.number] = trial

    def ask(self, seed: int) -> Suggestion | None:
        answer = self.suggest(self.problem, tuple(self.trials), seed)
        return answer if answer is None or isinstance(answer, Suggestion) else Suggestion(answer)


def unknown_options(problem: Problem, *, known: Iterable[str]) -> list[Issue]:
    """An issue for every option of a problem that is not known; for use in a backend's `check`."""
    names = sorted(known)
    choices = f"one of {', '.join(names)}" if names else "no options"
    return [
        Issue(found=f"option {option} = {value!r}", expected=choices, fix=f"remove {option}")
        for option, value in problem.options.items()
        if option not in names
    ]


class Mutating(Protocol):
    """An optimizer whose own state moves on when it is asked."""

    def ask(self, seed: int) -> Suggestion | None:
        """Name the next trial. Reseed every generator from `seed` first."""

    def began(self, trial: Trial) -> None:
        """The suggestion of the last `ask` was taken up as this trial. `trial.params` is the truth."""

    def ended(self, trial: Trial) -> None:
        """This trial, which began before, has ended."""


class Replayed:
    """Gives a mutating optimizer the contract's `ask` that changes nothing.

    An ask that was not taken up is undone by building the optimizer anew and replaying the log to it: every
    beginning is asked again with its own seed. So an ask after an unused one costs as much as all asks so far.
    """

    def __init__(self, make: Callable[[], Mutating]) -> None:
        self._make = make
        self._log: list[Trial] = []
        self._optimizer = make()
        self._open: tuple[int, Suggestion | None] | None = None
        self._warned = False

    def tell(self, trial: Trial) -> None:
        """Take in one event."""
        if self._open is not None and not (trial.is_running and self._open[0] == trial.seed):
            self._rebuild()
        self._apply(trial)
        self._log.append(trial)

    def ask(self, seed: int) -> Suggestion | None:
        """Name the next trial, and change nothing that a later `tell` or `ask` could see."""
        if self._open is not None and self._open[0] != seed:
            self._rebuild()
        if self._open is None:
            self._open = (seed, self._optimizer.ask(seed))
        return self._open[1]

    def _apply(self, trial: Trial) -> None:
        if not trial.is_running:
            self._optimizer.ended(trial)
            return
        suggestion = self._open[1] if self._open is not None else self._optimizer.ask(trial.seed)
        self._open = None
        if self._is_surprising(suggestion, trial) and not self._warned:
            self._warned = True
            warnings.warn(
                f"asked again, trial {trial.number} comes out different from what is stored; going on from what is "
                "stored. A library may have been upgraded since.",
                stacklevel=3,
            )
        self._optimizer.began(trial)

    def _rebuild(self) -> None:
        self._open = None
        self._optimizer = self._make()
        for trial in self._log:
            self._apply(trial)

    def _is_surprising(self, suggestion: Suggestion | None, trial: Trial) -> bool:
        """Whether a trial is not what its seed suggests, for no reason that lies in the sweep."""
        if trial.search is None:  # nobody asked this optimizer for it
            return False
        if suggestion is None:
            return True
        if same(dict(suggestion.params), dict(trial.params)):
            return False
        earlier = [one for one in self._log if one.is_running]
        # With `duplicates: skip`, the core puts another point in the place of one that was tried before.
        is_duplicate = any(same(dict(suggestion.params), dict(one.params)) for one in earlier)
        is_made_by_hand = suggestion.params.keys() != trial.params.keys()
        return not (is_duplicate or is_made_by_hand)
