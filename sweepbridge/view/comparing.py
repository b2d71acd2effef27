"""Backends side by side: the best so far after each trial, how they rank, and how sure that is.

Every backend has been given the same seeds, and what happened under one seed is compared with what happened under the
same. With few seeds little is sure, and the intervals say so.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

RESAMPLES = 2_000
"""How often the seeds are drawn again, with replacement, for an interval."""

Outcomes = Mapping[str, Sequence[Sequence[float | None]]]
"""For each backend, in order, and for each seed: the loss of each trial in the order in which they ended."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """How one backend did."""

    name: str
    curves: tuple[tuple[float, ...], ...]
    """The least loss after each trial, for each seed; infinite as long as there is none."""
    rank: float
    """The mean of its ranks over the seeds, counting from 1; equal ones share the mean of their ranks."""
    low: float
    high: float
    """Where that mean lies in 95 of 100 draws of the seeds."""

    @property
    def has_nothing(self) -> bool:
        """Whether it has come to no result under any seed."""
        return all(math.isinf(curve[-1]) for curve in self.curves)

    @property
    def median(self) -> list[float]:
        """The median of the curves."""
        return [statistics.median_low(column) for column in zip(*self.curves, strict=True)]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two backends, seed by seed."""

    first: str
    second: str
    wins: int
    """How often the first was better in the end."""
    ties: int
    losses: int

    @property
    def p(self) -> float:
        """How likely so clear a difference is if both are as good: the exact sign test, two-sided, without ties."""
        decided = self.wins + self.losses
        tail = sum(math.comb(decided, few) for few in range(min(self.wins, self.losses) + 1))
        return min(1.0, float(2 * tail / 2**decided))


@dataclass(frozen=True, slots=True)
class Comparison:
    """All backends, the best first, and every two of them."""

    contestants: tuple[Contestant, ...]
    pairs: tuple[Pair, ...]
    trials: int
    seeds: int


def compare(outcomes: Outcomes, trials: int) -> Comparison:
    """The comparison of backends after so many trials. Each must have the same seeds, and at least one."""
    curves = {name: tuple(best_so_far(losses, trials) for losses in seeds) for name, seeds in outcomes.items()}
    last = {name: [curve[-1] for curve in own] for name, own in curves.items()}
    by_seed = [ranks(column) for column in zip(*last.values(), strict=True)]
    own_ranks = dict(zip(last, zip(*by_seed, strict=True), strict=True))
    found = [Contestant(name, curves[name], *_mean(own_ranks[name])) for name in outcomes]
    found.sort(key=lambda one: one.rank)
    pairs = (_pair(first.name, second.name, last) for first, second in combinations(found, 2))
    return Comparison(tuple(found), tuple(pairs), trials, len(by_seed))


def best_so_far(losses: Sequence[float | None], trials: int) -> tuple[float, ...]:
    """The least loss after each of so many trials. A search that has ended before stays where it was."""
    known = [math.inf if loss is None else loss for loss in losses[:trials]]
    best = list(accumulate(known, min))
    return tuple(best + [best[-1] if best else math.inf] * (trials - len(best)))


def ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value, the least first; equal ones share the mean of their ranks."""
    return [1 + sum(other < value for other in values) + (values.count(value) - 1) / 2 for value in values]


def _mean(own: Sequence[float]) -> tuple[float, float, float]:
    """The mean, and the interval that 95 of 100 draws of as many with replacement have theirs in."""
    chance = random.Random(0)
    drawn = sorted(statistics.fmean(chance.choices(own, k=len(own))) for _ in range(RESAMPLES))
    return statistics.fmean(own), drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES)]


def _pair(first: str, second: str, last: Mapping[str, Sequence[float]]) -> Pair:
    both = list(zip(last[first], last[second], strict=True))
    wins, losses = sum(one < other for one, other in both), sum(one > other for one, other in both)
    return Pair(first, second, wins, len(both) - wins - losses, losses)
