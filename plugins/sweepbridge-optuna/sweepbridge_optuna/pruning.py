"""A pruner at work on the curves of one sweep, which are shown to it as a study. Imports Optuna.

What it looks at is made once and kept for the next question. All of it follows from the curves.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, takewhile
from typing import Any

import numpy as np
import optuna
from optuna.pruners import BasePruner
from optuna.samplers import RandomSampler
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from sweepbridge.plugin import Curves, Json, Verdict
from sweepbridge_optuna.memory import STUDY, Memory, blank
from sweepbridge_optuna.pruners import PRUNERS, WRAPPED

# It says so at every row of a trial that is longer than the best one. To catch it there would be to change the filters
# of the training code, which may run in another thread.
warnings.filterwarnings("ignore", message="WilcoxonPruner finds steps", category=UserWarning)


def pruner_of(name: str, options: Mapping[str, Json]) -> BasePruner:
    """The pruner behind a stopper. TypeError or ValueError where Optuna does not take the options."""
    pruner = PRUNERS[name]
    arguments: dict[str, Any] = {
        option.name: int(option.of(options)) if option.kind == "whole" else option.of(options)
        for option in pruner.options
        if option.name in options or option.default is not None
    }
    if pruner.wraps:
        inner = options.get(WRAPPED)
        arguments[WRAPPED] = pruner_of(str(inner["type"]), inner) if isinstance(inner, dict) else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some are experimental, and say so whenever one is made
        made: BasePruner = getattr(optuna.pruners, pruner.type)(**arguments)
    return made


class Judged(Memory):
    """The trials that a pruner may look at, in the metric's own sign. A trial's value is the mean of its curve."""

    def __init__(self, goal: str) -> None:
        super().__init__(1)
        self._directions = [StudyDirection.MAXIMIZE if goal == "maximize" else StudyDirection.MINIMIZE]

    def get_best_trial(self, study_id: int) -> FrozenTrial:
        """The finished trial with the best value; of equal ones, the first by number."""
        done = self.get_all_trials(study_id, states=(TrialState.COMPLETE,))
        if not done:
            raise ValueError("No trials are completed yet.")
        sign = -1.0 if self._directions[0] == StudyDirection.MAXIMIZE else 1.0
        return min(done, key=lambda trial: (sign * (trial.value or 0.0), trial.number))


class Pruning:
    """One pruner with one set of options, and the curves of one sweep."""

    def __init__(self, name: str, options: Mapping[str, Json], curves: Curves) -> None:
        self._kind = PRUNERS[name]
        self._options = options
        self._curves = curves
        self._pruner = pruner_of(name, options)
        self._memory = Judged(curves.goal)
        self._study = optuna.load_study(
            study_name=STUDY, storage=self._memory, sampler=RandomSampler(), pruner=self._pruner
        )
        self._finished: list[FrozenTrial] = []
        self._seen = 0
        """How many finished trials have been looked at."""
        self._at_rungs: defaultdict[int, dict[int, FrozenTrial]] = defaultdict(dict)

    def is_for(self, options: Mapping[str, Json], curves: Curves) -> bool:
        """Whether it was made for these very curves, which grow, and for these options."""
        return self._curves is curves and self._options == options

    def verdict(self, number: int) -> Verdict:
        """What the pruner says of a trial at its last step."""
        values = list(map(self._curves.value, self._curves.get(number, ())))
        if not values:
            return Verdict(False, "no step yet: nothing was logged with the metric")
        with np.errstate(all="ignore"):
            if not self._kind.rungs:
                return self._told(values, is_pruned=self._is_pruned(number, values))
            rungs = self._rungs(len(values) - 1)
            if self._curves.latest != number or len(values) - 1 not in rungs:
                return Verdict(False, f"{_at(values)}; {self._kind.type} judges once at each rung: {_listed(rungs)}")
            return self._told(values, is_pruned=self._is_pruned_at_rung(number, values, rungs))

    def _is_pruned(self, number: int, values: list[float]) -> bool:
        own = _trial(number, values, TrialState.RUNNING)
        self._memory.trials = [*self._all_finished(), own]
        return bool(self._pruner.prune(self._study, own))

    def _is_pruned_at_rung(self, number: int, values: list[float], rungs: Sequence[int]) -> bool:
        """Lead the trial from rung to rung: the pruner marks it at each, and what it says at the last one counts."""
        is_pruned, marks = False, dict[str, Any]()
        for rung in rungs:
            own = _trial(number, values[: rung + 1], TrialState.RUNNING)
            own.system_attrs = marks
            self._memory.wipe()
            self._memory.trials = [*(self._others_at(rungs, number) if rung == rungs[-1] else ()), own]
            is_pruned = bool(self._pruner.prune(self._study, own))
            marks = {**marks, **self._memory.aside["trial"]}
        return is_pruned

    def _all_finished(self) -> list[FrozenTrial]:
        """The trials that have run to their end, made once each: nothing more is logged in them."""
        finished = self._curves.finished
        if len(finished) > self._seen:
            new = {number: list(map(self._curves.value, finished[number])) for number in list(finished)[self._seen :]}
            self._seen = len(finished)
            self._finished += [_trial(number, values, TrialState.COMPLETE) for number, values in new.items() if values]
        return self._finished

    def _others_at(self, rungs: Sequence[int], number: int) -> Iterator[FrozenTrial]:
        """The other trials that have got to the last of these rungs.

        Which rung of its own that is for a trial depends on its bracket, which the pruner knows. So it bears the mark
        of any rung that it may be.
        """
        step, known = rungs[-1], self._at_rungs[rungs[-1]]
        for other, curve in self._curves.items():
            if len(curve) > step and other != number:
                value = self._curves.value(curve[step])
                if other not in known or known[other].system_attrs[_mark(0)] != value:
                    known[other] = blank(other, TrialState.RUNNING)
                    known[other].system_attrs = {_mark(rung): value for rung in range(len(rungs))}
                yield known[other]

    def _rungs(self, last: int) -> list[int]:
        """The steps up to `last` at which a trial may be judged; in a bracket, not at each of them."""
        first, factor, *left_out = (option.of(self._options) for option in self._kind.rungs)
        steps = (int(first * factor**k) for k in count(int(sum(left_out))))
        return list(takewhile(lambda step: step <= last, steps))

    def _told(self, values: list[float], *, is_pruned: bool) -> Verdict:
        does = "stops" if is_pruned else "lets run"
        return Verdict(is_pruned, f"{self._kind.type} {does} a trial with {_at(values)}")


def _trial(number: int, values: Sequence[float], state: TrialState) -> FrozenTrial:
    trial = blank(number, state)
    trial.intermediate_values = dict(enumerate(values))
    if state == TrialState.COMPLETE:
        trial.value = sum(values) / len(values)
    return trial


def _listed(rungs: Sequence[int]) -> str:
    return f"the last one was step {rungs[-1]}" if rungs else "it has come to none yet"


def _mark(rung: int) -> str:
    """The mark that the pruner puts on a trial which has got to a rung."""
    return f"completed_rung_{rung}"


def _at(values: Sequence[float]) -> str:
    return f"{values[-1]:.6g} at step {len(values) - 1}"
