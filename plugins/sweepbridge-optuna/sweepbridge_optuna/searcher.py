"""The searcher: one study in memory, and a fresh sampler for every question. Imports Optuna.

A sampler that lives on keeps its own random state, which no log holds: started again, it repeats its first points.
Here a sampler lives for one `ask`, and what it would remember goes into the suggestion's note.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from sweepbridge.plugin import Json, Problem, Suggestion, Trial
from sweepbridge.space import Category, IntegerRange, Interval, Position
from sweepbridge_optuna.distributions import distributions
from sweepbridge_optuna.memory import STUDY, Memory, blank
from sweepbridge_optuna.samplers import MakesSamplers, Samplers


@dataclass(frozen=True, slots=True)
class _Draw:
    """What a sampler answered, and the marks that it made."""

    positions: Mapping[str, Position]
    note: dict[str, Json]
    """The marks, on the `trial` and on the `study`, and whether it made a `model`. What is empty is left out."""
    model: dict[str, str]
    """CMA-ES's model, pickled: derived again where it is needed, and never stored."""


class OptunaSearcher:
    """Folds a log into a study, and asks samplers about it: Optuna's own, unless others are given."""

    def __init__(self, problem: Problem, samplers: MakesSamplers | None = None) -> None:
        self._problem = problem
        self._samplers = samplers or Samplers(problem)
        self._distributions = distributions(problem)
        self._memory = Memory(problem.objectives)
        self._first_seed: int | None = None
        self._last: tuple[int, _Draw] | None = None
        self._shared: frozenset[str] | None = None
        self._inferred: dict[frozenset[str] | None, dict[str, BaseDistribution]] = {}

    def tell(self, trial: Trial) -> None:
        """Take in one event."""
        trials = self._memory.trials
        marks = self._marks(trial) if trial.is_running else trials[trial.number].system_attrs
        if trial.is_running:
            self._memory.study_marks.update(_part(trial, "study"))
            self._first_seed = trial.seed if self._first_seed is None else self._first_seed
        frozen = self._frozen(trial, marks)
        if frozen.state == TrialState.COMPLETE:
            names = frozenset(frozen.params)
            self._shared = names if self._shared is None else self._shared & names
        trials[trial.number : trial.number + 1] = [frozen]
        self._last = None

    def ask(self, seed: int) -> Suggestion:
        """Name the next trial. There always is one: no sampler comes to an end."""
        draw = self._draw(seed)
        return Suggestion(self._problem.space.at(draw.positions), copy.deepcopy(draw.note))

    def after_trial(self, ended: Trial) -> None:
        """Let a sampler that lives on learn from a trial, before `tell` is told that it ended."""
        state, values = _state(ended), list(ended.losses) if ended.losses else None
        with self._samplers.at_work(ended.seed):
            sampler = self._samplers.make(self._sampler_seed(ended.seed))
            sampler.after_trial(self._study(sampler), self._memory.trials[ended.number], state, values)

    def _draw(self, seed: int) -> _Draw:
        if self._last is None or self._last[0] != seed:
            self._last = (seed, self._drawn(seed))
        return self._last[1]

    def _drawn(self, seed: int) -> _Draw:
        self._memory.wipe()
        with self._samplers.at_work(seed):
            positions = self._positions(self._samplers.make(self._sampler_seed(seed)))
        return _read(positions, self._memory.aside)

    def _positions(self, sampler: BaseSampler) -> dict[str, Position]:
        probe = blank(len(self._memory.trials), TrialState.RUNNING)
        study = self._study(sampler)
        with self._memory.showing(probe if self._samplers.are_named else None):
            sampler.before_trial(study, probe)
            relative = sampler.sample_relative(study, probe, self._together(sampler, study, probe))
            return {
                path: relative[path]
                if path in relative and self._fits(path, relative[path])
                else sampler.sample_independent(study, probe, path, distribution)
                for path, distribution in self._distributions.items()
            }

    def _study(self, sampler: BaseSampler) -> optuna.Study:
        return optuna.load_study(study_name=STUDY, storage=self._memory, sampler=sampler)

    def _fits(self, path: str, value: Any) -> bool:
        """Whether a value lies on its axis. One that does not is drawn again by itself, as Optuna does it."""
        if not self._samplers.are_named:
            return True
        match self._problem.space.axes[path]:
            case Category(size):
                return value in range(size)
            case IntegerRange(low, high) | Interval(low, high):
                return bool(low <= value <= high)

    def _together(self, sampler: BaseSampler, study: optuna.Study, probe: FrozenTrial) -> dict[str, BaseDistribution]:
        """The parameters that are drawn together, rather than each on its own."""
        if self._problem.method == "qmc":
            # Left to itself, the sampler draws trial 0 at random, and the sequence starts at trial 1.
            return self._distributions
        if self._samplers.are_named or self._problem.options.get("group"):
            # Here the sampler also keeps its groups in mind, which `sample_relative` reads.
            return sampler.infer_relative_search_space(study, probe)
        # A fresh sampler would compare the distributions of all trials, and find the same as long as the
        # completed ones share the same parameters. Over 1,000 trials that takes longer than the draw.
        if self._shared not in self._inferred:
            self._inferred[self._shared] = sampler.infer_relative_search_space(study, probe)
        return self._inferred[self._shared]

    def _sampler_seed(self, seed: int) -> int:
        """The seed in 32 bits. A sequence is scrambled alike in all trials: by the seed of trial 0."""
        if self._problem.method == "qmc" and self._first_seed is not None:
            seed = self._first_seed
        return (seed ^ seed >> 32) & 0xFFFF_FFFF

    def _marks(self, began: Trial) -> dict[str, Any]:
        """The marks on a trial that begins: from its note, and CMA-ES's model if it made one.

        The model is derived by asking again with the trial's seed. So the store holds no pickle, which would be
        code to whoever can write to the store, and would not outlive an upgrade.
        """
        marks = dict(_part(began, "trial"))
        if began.note.get("model"):
            marks.update(self._draw(began.seed).model)
        return marks

    def _frozen(self, trial: Trial, marks: Mapping[str, Any]) -> FrozenTrial:
        positions = self._problem.space.positions(trial.params)
        frozen = blank(trial.number, _state(trial))
        frozen.params = positions
        frozen.distributions = {path: self._distributions[path] for path in positions}
        frozen.system_attrs = dict(marks)
        frozen.values = list(trial.losses) if frozen.state == TrialState.COMPLETE and trial.losses else None
        return frozen


def _state(trial: Trial) -> TrialState:
    """What Optuna calls a trial's state. A trial with losses is complete, however it ended.

    A failed one has losses only where the core imputed them. A stopped one has the best that it reached: PRUNED
    would hide that from all samplers but TPE, and where most trials are stopped, CMA-ES would never learn.
    Without losses there is nothing to learn: FAIL, so that it does not count as running, which repels TPE for ever.
    """
    if trial.is_running:
        return TrialState.RUNNING
    return TrialState.COMPLETE if trial.losses else TrialState.FAIL


def _read(positions: Mapping[str, Position], aside: Mapping[str, Mapping[str, Any]]) -> _Draw:
    """A draw from what a sampler answered and wrote."""
    # A trial that began has its params in the log, so it need not carry them a second time.
    marks = {key: mark for key, mark in aside["trial"].items() if ":relative_params:" not in key}
    model = {key: mark for key, mark in marks.items() if ":optimizer:" in key}
    plain = {key: mark for key, mark in marks.items() if key not in model}
    parts = {"trial": plain, "study": aside["study"], "model": bool(model)}
    # As a store gives it back, so that lists are lists for the searcher that asked, too.
    note = json.loads(json.dumps({name: part for name, part in parts.items() if part}))
    return _Draw(positions, note, model)


def _part(trial: Trial, name: str) -> Mapping[str, Json]:
    part = trial.note.get(name)
    return part if isinstance(part, Mapping) else {}
