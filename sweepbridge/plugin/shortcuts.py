"""Two short ways to a backend: a pure function, or an optimizer that changes when it is asked."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeAlias, TypeVar

from sweepbridge.plugin.contract import Backend, Issue, Problem, Searcher
from sweepbridge.space import Params, same
from sweepbridge.trials import Suggestion, Trial

Suggest: TypeAlias = Callable[[Problem, Sequence[Trial], int], "Suggestion | Params | None"]
"""`suggest(problem, trials, seed)`: params, or a suggestion with a note, or None for "nothing now".

`trials` holds every trial so far, by number, each as it stands now. The function keeps nothing between calls.
"""


Check: TypeAlias = Callable[[Problem], Iterable[Issue]]
"""What a function can't do with a problem, beside what is refused without it."""


def from_function(
    name: str,
    suggest: Suggest,
    *,
    methods: Sequence[str] = (),
    options: Iterable[str] = (),
    check: Check = lambda _: (),
    objectives: int | None = 1,
    libraries: Sequence[str] = (),
) -> Backend:
    """A backend from a pure function.

    Its one method is its own name, unless `methods` says otherwise; the function finds the method, and the options,
    in the problem. Options that `options` does not name are refused, and so are more objectives than `objectives`
    says, where None stands for any number. `check` adds what else there is to refuse. `libraries` are the distributions
    whose versions are stored with a sweep.
    """
    return _FunctionBackend(
        name, suggest, tuple(methods) or (name,), tuple(libraries), tuple(options), check, objectives
    )


@dataclass(frozen=True)
class _FunctionBackend:
    name: str
    suggest: Suggest
    methods: Sequence[str]
    libraries: Sequence[str]
    options: Sequence[str]
    own_check: Check
    objectives: int | None

    def check(self, problem: Problem) -> Iterable[Issue]:
        yield from unknown_options(problem, known=self.options)
        if self.objectives is not None:
            yield from too_many_objectives(problem, most=self.objectives)
        yield from self.own_check(problem)

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


def too_many_objectives(problem: Problem, *, most: int = 1) -> list[Issue]:
    """An issue if a problem has more objectives than `most`; for use in a backend's `check`."""
    if problem.objectives <= most:
        return []
    return [
        Issue(
            found=f"{problem.objectives} objectives",
            expected="one objective" if most == 1 else f"at most {most} objectives",
            fix="keep one metric, or search with a backend for several, such as optuna with method nsga2",
        )
    ]


class Mutating(Protocol):
    """An optimizer whose own state moves on when it is asked."""

    def ask(self, seed: int) -> Suggestion | None:
        """Name the next trial. Reseed every generator from `seed` first."""

    def began(self, trial: Trial) -> None:
        """The suggestion of the last `ask` was taken up as this trial. `trial.params` is the truth."""

    def ended(self, trial: Trial) -> None:
        """This trial, which began before, has ended."""


Optimizer = TypeVar("Optimizer", bound=Mutating)


class Replayed(Generic[Optimizer]):
    """Gives a mutating optimizer the contract's `ask` that changes nothing.

    An ask that was not taken up is undone by building the optimizer anew and replaying the log to it: every beginning
    is asked again with its own seed. So an ask after an unused one costs as much as all asks so far, and with several
    agents at work there is an unused one whenever another agent was faster.

    `copy`, such as `copy.deepcopy`, spares that: each ask then goes to a copy, and undoing it is dropping the copy.
    It must copy all that an ask changes, random state included; the checks of the second law find out.
    """

    def __init__(self, make: Callable[[], Optimizer], *, copy: Callable[[Optimizer], Optimizer] | None = None) -> None:
        self._make = make
        self._copy = copy
        self._log: list[Trial] = []
        self._told: Optimizer | None = make()
        """The optimizer that stands at the end of the log, and was asked nothing since; None if there is none."""
        self._asked: _Asked[Optimizer] | None = None
        self._warned = False

    def tell(self, trial: Trial) -> None:
        """Take in one event."""
        if trial.is_running:
            optimizer = self._begin(trial)
        else:
            optimizer = self._take()
            optimizer.ended(trial)
        self._log.append(trial)
        self._told = optimizer

    def ask(self, seed: int) -> Suggestion | None:
        """Name the next trial, and change nothing that a later `tell` or `ask` could see."""
        if self._asked is None or self._asked.seed != seed:
            self._asked = self._new_ask(seed)
        return deepcopy(self._asked.answer)  # whoever asked may do with it what they like

    def _begin(self, trial: Trial) -> Optimizer:
        is_its_own = self._asked is not None and self._asked.seed == trial.seed
        asked = self._asked if self._asked is not None and is_its_own else self._new_ask(trial.seed)
        self._told = self._asked = None
        self._took_up(asked.optimizer, trial, asked.answer)
        return asked.optimizer

    def _new_ask(self, seed: int) -> _Asked[Optimizer]:
        optimizer = self._take()
        if self._copy is not None:
            self._told, optimizer = optimizer, self._copy(optimizer)
        return _Asked(seed, optimizer, optimizer.ask(seed))

    def _take(self) -> Optimizer:
        """The optimizer that stands at the end of the log. If the caller fails, none is left that knows half of it."""
        optimizer, self._told, self._asked = self._told, None, None
        return optimizer if optimizer is not None else self._rebuilt()

    def _rebuilt(self) -> Optimizer:
        optimizer = self._make()
        for trial in self._log:
            if trial.is_running:
                self._took_up(optimizer, trial, optimizer.ask(trial.seed))
            else:
                optimizer.ended(trial)
        return optimizer

    def _took_up(self, optimizer: Optimizer, trial: Trial, answer: Suggestion | None) -> None:
        if self._is_surprising(answer, trial) and not self._warned:
            self._warned = True
            warnings.warn(
                f"asked again, trial {trial.number} comes out different from what is stored; going on from what is "
                "stored. A library may have been upgraded since.",
                stacklevel=3,
            )
        optimizer.began(trial)

    def _is_surprising(self, answer: Suggestion | None, trial: Trial) -> bool:
        """Whether a trial is not what its seed suggests, for no reason that lies in the sweep."""
        if trial.search is None:  # nobody asked this optimizer for it
            return False
        if answer is None:
            return True
        if same(dict(answer.params), dict(trial.params)):
            return False
        earlier = (one for one in self._log if one.is_running and one.number < trial.number)
        # With `duplicates: skip`, the core puts another point in the place of one that was tried before.
        was_tried = any(same(dict(answer.params), dict(one.params)) for one in earlier)
        is_made_by_hand = answer.params.keys() != trial.params.keys()
        return not (was_tried or is_made_by_hand)


@dataclass(frozen=True)
class _Asked(Generic[Optimizer]):
    """An ask that is open: the seed, the optimizer that has moved on, and what it answered."""

    seed: int
    optimizer: Optimizer
    answer: Suggestion | None
