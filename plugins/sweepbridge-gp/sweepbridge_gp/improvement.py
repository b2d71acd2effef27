"""Where processes expect to improve most. Imports numpy and scipy."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.special import erfcx, ndtr

from sweepbridge_gp.cube import Bools, Cube, Floats
from sweepbridge_gp.process import Processes

_ANYWHERE = 1000
"""How many points are looked at all over the cube."""
_BEST, _AROUND = 5, 40
"""Around how many of the best trials more points are looked at, and how many around each."""
_CLIMBERS, _STEPS, _ROUNDS = 8, 24, 6
"""How many points are improved upon, how many steps each tries in a round, and how many rounds there are."""
_FIRST_STEP, _SHRINKING = 0.15, 0.55
"""How long a step is in the first round, and by what factor it shrinks from one to the next."""
_SHUNNED, _AT_THE_EDGE = 4.0, 0.05
"""How much the edges of the cube are shunned as long as there is one result, and what a point there still counts."""


def wishes(
    processes: Processes, cube: Cube, trials: Floats, losses: Floats, chance: np.random.Generator
) -> Iterator[Floats]:
    """Points, from the one where the expected improvement is greatest down.

    A process knows least about the edges, which are far from everything, so it would try one corner of the cube after
    the other. Edges are shunned at first, and less with every result: the improvement is weighed by a density over the
    cube to the power of `_SHUNNED` by the number of results (Hvarfner and others, "piBO", 2022, equation 6).
    """
    least, shunned = float(losses.min()), _SHUNNED / len(losses)

    def worth(points: Floats) -> Floats:
        return expected(processes, points, least) + shunned * inwards(points, cube.labels)

    best = trials[np.argsort(losses, kind="stable")[:_BEST]]
    points = np.vstack(
        [cube.snap(cube.anywhere(_ANYWHERE, chance)), cube.near(np.repeat(best, _AROUND, axis=0), _FIRST_STEP, chance)]
    )
    found = worth(points)
    order = np.argsort(-found, kind="stable")
    tops, heights = points[order[:_CLIMBERS]], found[order[:_CLIMBERS]]
    step = _FIRST_STEP
    for _ in range(_ROUNDS):
        beside = cube.near(np.repeat(tops, _STEPS, axis=0), step, chance)
        reached = worth(beside).reshape(len(tops), _STEPS)
        rows, highest = np.arange(len(tops)), reached.argmax(axis=1)
        is_higher = reached[rows, highest] > heights
        tops = np.where(is_higher[:, None], beside.reshape(len(tops), _STEPS, -1)[rows, highest], tops)
        heights = np.where(is_higher, reached[rows, highest], heights)
        step *= _SHRINKING
    yield from tops[np.argsort(-heights, kind="stable")]
    yield from points[order]


def expected(processes: Processes, points: Floats, least: float) -> Floats:
    """The logarithm of the expected improvement on the least loss at each point, by all processes."""
    parts = [weight + log_improvement(means, spread, least) for weight, means, spread in processes.predict(points)]
    found: Floats = np.logaddexp.reduce(parts)
    return found


def inwards(points: Floats, labels: Bools) -> Floats:
    """The logarithm of how much each point counts: about 1 in the middle of the cube, less towards its edges."""
    parts = np.log(4 * points * (1 - points) + _AT_THE_EDGE)
    found: Floats = np.where(labels, 0.0, parts).sum(axis=1)
    return found


def log_improvement(means: Floats, deviations: Floats, least: float) -> Floats:
    """The logarithm of the expected improvement on the least loss, also where the improvement itself is 0 to a float.

    Ament and others, "Unexpected improvements to expected improvement for Bayesian optimization", 2023, equation 9.
    """
    away = (least - means) / deviations
    near = np.maximum(away, -1.0)
    plain = np.log(np.exp(-(near**2) / 2) / math.sqrt(2 * math.pi) + near * ndtr(near))
    far = np.minimum(away, -1.0)
    tail = np.maximum(1 + far * math.sqrt(math.pi / 2) * erfcx(-far / math.sqrt(2)), 1e-300)
    asymptotic = -(far**2) / 2 - math.log(2 * math.pi) / 2 + np.log(tail)
    found: Floats = np.where(away > -1, plain, asymptotic) + np.log(deviations)
    return found
