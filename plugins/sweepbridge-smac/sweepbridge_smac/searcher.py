"""The searcher: SMAC's parts over our log, each made anew for every question. Imports SMAC.

It keeps the trials as SMAC's configurations, and nothing that a generator has drawn. So a searcher that is told the
log stands where the one stood that lived through it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from copy import deepcopy
from itertools import islice

from ConfigSpace import Configuration
from smac import RunHistory, Scenario

from sweepbridge.plugin import Json, Problem, Suggestion, Trial, in_32_bits
from sweepbridge.space import identity
from sweepbridge_smac.backend import PLANNED
from sweepbridge_smac.configurations import Configurations, as_searched, as_spread
from sweepbridge_smac.models import Parts, at_work

_GREATEST = 1e100
"""Losses are cut off here, so that their differences and squares are numbers."""

_TRIES = 100
"""How many of the model's wishes are looked at for one that has not been tried."""


class SmacSearcher:
    """A fold over the log."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._configurations = Configurations(problem.space, as_searched)
        self._spread = Configurations(problem.space, as_spread)
        self._parts = Parts(problem)
        self._results = RunHistory(n_objectives=problem.objectives)
        self._running: dict[int, Configuration] = {}
        self._began = 0
        self._tried: set[Hashable] = set()
        """The points that trials have begun with. Two configurations may be one point, where numbers are rounded."""
        self._first_seed: int | None = None
        self._design: tuple[int, list[dict[str, Json]]] | None = None
        """The first points, spread evenly: the same for the whole sweep, by the seed of trial 0."""
        self._last: tuple[int, Suggestion] | None = None

    def tell(self, trial: Trial) -> None:
        """Take in one event. A trial that ended without losses has told nothing, but that it was tried."""
        self._last = None
        if not trial.is_running:
            configuration = self._running.pop(trial.number)
            if trial.losses:
                losses = [min(max(loss, -_GREATEST), _GREATEST) for loss in trial.losses]
                # Two trials at one point are two observations; to SMAC, that takes two seeds.
                self._results.add(configuration, losses, seed=trial.number)
            return
        self._first_seed = trial.seed if self._first_seed is None else self._first_seed
        self._began += 1
        self._running[trial.number] = self._configurations.at(trial.params)
        self._tried.add(identity(dict(trial.params)))

    def ask(self, seed: int) -> Suggestion:
        """Name the next trial. There always is one; in a finite space, it may have been tried."""
        if self._last is None or self._last[0] != seed:
            self._last = (seed, self._drawn(seed))
        return Suggestion(deepcopy(dict(self._last[1].params)))  # a copy: it belongs to whoever asked

    def _drawn(self, seed: int) -> Suggestion:
        if not self._problem.space.axes:
            return Suggestion(self._problem.space.at({}))
        by_chance = self._configurations.params(self._configurations.sample(in_32_bits(seed)))
        if self._problem.method == "random":
            return Suggestion(by_chance)
        params = self._designed(seed)
        if params is None and not self._results.empty():
            scenario = self._scenario(self._configurations, seed)
            with at_work():
                wishes = self._parts.challengers(scenario, self._results, list(self._running.values()))
                params = self._untried(self._configurations.params(wish) for wish in islice(wishes, _TRIES))
        return Suggestion(by_chance if params is None else params)

    def _designed(self, seed: int) -> dict[str, Json] | None:
        """One of the first points; None once as many trials have begun, whoever named them."""
        seed = seed if self._first_seed is None else self._first_seed
        if self._design is None or self._design[0] != seed:
            design = self._parts.design(self._scenario(self._spread, seed))
            self._design = (seed, [self._spread.params(each) for each in design])
        points = self._design[1]
        return self._untried(points) if self._began < len(points) else None

    def _untried(self, points: Iterable[dict[str, Json]]) -> dict[str, Json] | None:
        """The first point that no trial has begun with."""
        return next((point for point in points if identity(point) not in self._tried), None)

    def _scenario(self, configurations: Configurations, seed: int) -> Scenario:
        objectives = [f"loss {number}" for number in range(self._problem.objectives)]
        return Scenario(
            configurations.vendors,
            deterministic=True,
            n_trials=self._problem.budget or PLANNED,
            objectives=objectives if len(objectives) > 1 else objectives[0],
            seed=in_32_bits(seed),
        )
