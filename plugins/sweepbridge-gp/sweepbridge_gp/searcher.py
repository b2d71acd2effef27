"""The searcher: processes made anew for every question. Imports numpy and scipy.

It keeps the trials as vectors, and nothing that a generator has drawn. So a searcher that is told the log stands where
the one stood that lived through it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from copy import deepcopy

import numpy as np
from threadpoolctl import ThreadpoolController

from sweepbridge.plugin import Json, Problem, Suggestion, Trial
from sweepbridge.space import identity
from sweepbridge_gp.cube import Cube, Floats
from sweepbridge_gp.improvement import wishes
from sweepbridge_gp.process import Processes

_SPREAD, _ENOUGH = 4, 2
"""How many trials are spread evenly over the space, and with how many results the model is asked instead.

So one agent alone comes to the model sooner, and four at once begin apart. Both were measured to be better.
"""
_GREATEST = 1e100
"""Losses are cut off here, so that their differences and squares are numbers."""
_MOST = 100
"""How many results, and how many running trials, a process is told of: what it costs grows with their cube."""
_TRIES = 200
"""How many points are drawn by chance, to find one that has not been tried."""
_SHARE_OF_ALL = 0.05
"""How much all objectives count beside the worst of them (Knowles, ParEGO, 2006)."""


class GpSearcher:
    """A fold over the log."""

    def __init__(self, problem: Problem, startup: int | None) -> None:
        self._problem = problem
        self._startup = startup or _SPREAD
        self._enough = startup or _ENOUGH
        self._cube = Cube(problem.space)
        self._threads = ThreadpoolController()
        self._points: list[Floats] = []
        self._losses: list[tuple[float, ...]] = []
        self._running: dict[int, Floats] = {}
        self._began = 0
        self._first_seed: int | None = None
        self._tried: set[Hashable] = set()
        self._last: tuple[int, dict[str, Json]] | None = None

    def tell(self, trial: Trial) -> None:
        """Take in one event. A trial that ended without losses has told nothing, but that it was tried."""
        self._last = None
        if not trial.is_running:
            point = self._running.pop(trial.number)
            if trial.losses:
                self._points.append(point)
                self._losses.append(tuple(min(max(loss, -_GREATEST), _GREATEST) for loss in trial.losses))
            return
        self._first_seed = trial.seed if self._first_seed is None else self._first_seed
        self._began += 1
        self._running[trial.number] = self._cube.vector(trial.params)
        self._tried.add(identity(dict(trial.params)))

    def ask(self, seed: int) -> Suggestion:
        """Name the next trial. There always is one; in a finite space, it may have been tried."""
        if self._last is None or self._last[0] != seed:
            # The matrices are small: more threads would wait for each other, and take the cores of other agents.
            with self._threads.limit(limits=1, user_api="blas"):
                self._last = (seed, self._named(seed))
        return Suggestion(deepcopy(self._last[1]))  # a copy: it belongs to whoever asked

    def _named(self, seed: int) -> dict[str, Json]:
        if not self._cube.axes:
            return self._problem.space.at({})
        chance = np.random.default_rng(seed)
        if self._began < self._startup and len(self._losses) < self._enough:
            first = chance if self._first_seed is None else np.random.default_rng(self._first_seed)
            spread = self._cube.spread(self._startup, first)
            # Whoever named the trials so far: the next of the first points that none of them has tried.
            untried = self._untried(np.roll(spread, -self._began, axis=0))
            if untried is not None:
                return untried
        found = self._wishes(chance) if self._losses else list(self._cube.anywhere(_TRIES, chance))
        return self._untried(found) or self._cube.params(found[0])

    def _wishes(self, chance: np.random.Generator) -> list[Floats]:
        """Points that the model would try, from the best down."""
        points, losses = _told(np.array(self._points), self._scalar(chance))
        processes = Processes(points, losses, self._cube.labels)
        running = list(self._running.values())[-_MOST:]
        if running:
            processes.believe(np.array(running))
        return list(wishes(processes, self._cube, points, losses, chance))

    def _untried(self, points: Iterable[Floats]) -> dict[str, Json] | None:
        """The first point that no trial has begun with."""
        params = (self._cube.params(point) for point in points)
        return next((point for point in params if identity(point) not in self._tried), None)

    def _scalar(self, chance: np.random.Generator) -> Floats:
        """One loss for each trial: several objectives are weighed by chance, anew for each question."""
        losses: Floats = np.array(self._losses)
        if losses.shape[1] == 1:
            only: Floats = losses[:, 0]
            return only
        least, most = losses.min(axis=0), losses.max(axis=0)
        scaled = (losses - least) / np.where(most > least, most - least, 1.0)
        weighed = scaled * chance.dirichlet(np.ones(losses.shape[1]))
        scalar: Floats = weighed.max(axis=1) + _SHARE_OF_ALL * weighed.sum(axis=1)
        return scalar


def _told(points: Floats, losses: Floats) -> tuple[Floats, Floats]:
    """What the process is told of: the best half and the latest others, and the losses as it is to see them."""
    if len(losses) > _MOST:
        order = np.argsort(losses, kind="stable")
        best, others = order[: _MOST // 2], np.sort(order[_MOST // 2 :])
        kept = np.sort(np.concatenate([best, others[-(_MOST - _MOST // 2) :]]))
        points, losses = points[kept], losses[kept]
    return points, _evened(losses)


def _evened(losses: Floats) -> Floats:
    """Losses with mean 0 and variance 1, and as far apart as before up to the median.

    Beyond the median it is their logarithm that counts: how bad the bad ones are does not say where the good ones lie.
    """
    median = float(np.median(losses))
    better = median - losses[losses <= median]
    unit = float(np.median(better)) or float(better.max()) or 1.0
    # In two steps, as the difference of two great losses in a small unit can be beyond all floats.
    worse = np.minimum(np.maximum(losses - median, 0.0) / unit, _GREATEST)
    evened: Floats = np.minimum(losses, median) / unit - median / unit + np.log1p(worse)
    deviation = float(evened.std())
    told: Floats = (evened - evened.mean()) / (deviation if deviation > 0 else 1.0)
    return told
