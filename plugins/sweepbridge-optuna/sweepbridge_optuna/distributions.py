"""Axes as Optuna's distributions. Imports Optuna.

A category is its index, never its value: Optuna takes 1, 1.0 and True for one choice, and warns of lists.
"""

from __future__ import annotations

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from typing_extensions import assert_never

from sweepbridge.plugin import Problem
from sweepbridge.space import Axis, Category, IntegerRange, Interval


def distributions(problem: Problem) -> dict[str, BaseDistribution]:
    """What the sampler is given for each axis, by path, in the order of the space.

    The order matters: with another one, the same seed gives other suggestions.
    """
    chosen = _coordinate if problem.method == "qmc" else _distribution
    return {path: chosen(axis) for path, axis in problem.space.axes.items()}


def _distribution(axis: Axis) -> BaseDistribution:
    match axis:
        case Category(size):
            return CategoricalDistribution(tuple(range(size)))
        case IntegerRange(low, high):
            return IntDistribution(low, high)
        case Interval(low, high, log):
            return FloatDistribution(low, high, log=log)
        case _:
            assert_never(axis)


def _coordinate(axis: Axis) -> BaseDistribution:
    """One coordinate of a sequence. A category takes the whole part of a number: each index has an equal stretch.

    Optuna 4 leaves categories out of the sequence, and draws them at random.
    """
    return FloatDistribution(0.0, float(axis.size)) if isinstance(axis, Category) else _distribution(axis)
