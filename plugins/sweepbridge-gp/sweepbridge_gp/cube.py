"""A space as the unit cube: where a point lies, and which points there are near another. Imports numpy.

A coordinate is the share of a domain's mass that lies below the value, so every distribution is spread evenly over it.
Choices without an order are labels: their coordinate only says which one it is.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sweepbridge.space import Choice, Json, Params, Space, decode, drawn, encode
from sweepbridge_gp.order import is_ordered

Floats: TypeAlias = NDArray[np.float64]
"""Shape: points, axes; or one of them."""
Bools: TypeAlias = NDArray[np.bool_]

_LOOKS = 512
"""At how many shares of a domain it is looked which values there are."""
_FEW = 128
"""Up to how many values a domain is taken for discrete. More of them are as good as a continuum."""
ELSEWHERE = -1.0
"""The coordinate of a value that the space does not have, or that is missing: beside the cube."""


class Cube:
    """The cube of a space."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._paths = list(space.axes)
        domains = [space[path] for path in self._paths]
        self.labels: Bools = np.array([isinstance(one, Choice) and not is_ordered(one) for one in domains], dtype=bool)
        """Which axes only tell equal from different."""
        self._cells = [_cells(space, path) for path in self._paths]

    @property
    def axes(self) -> int:
        """How many there are."""
        return len(self._paths)

    def vector(self, params: Params) -> Floats:
        """Where a point lies."""
        shares = self._space.shares(params)
        return np.array([shares.get(path, ELSEWHERE) for path in self._paths])

    def params(self, vector: Floats) -> dict[str, Json]:
        """The point that lies there."""
        return self._space.decode({path: float(share) for path, share in zip(self._paths, vector, strict=True)})

    def spread(self, count: int, chance: np.random.Generator) -> Floats:
        """So many points, each axis divided evenly among them: a Latin hypercube."""
        rows = [(chance.permutation(count) + chance.random(count)) / count for _ in self._paths]
        found: Floats = np.array(rows).T.reshape(count, self.axes)
        return found

    def anywhere(self, count: int, chance: np.random.Generator) -> Floats:
        """So many points, each by chance."""
        return chance.random((count, self.axes))

    def near(self, points: Floats, distance: float, chance: np.random.Generator) -> Floats:
        """For each point another one, which differs in at least one coordinate, and in some by about this distance."""
        count = len(points)
        moved = chance.random((count, self.axes)) < max(0.35, 1.5 / self.axes)
        moved[np.arange(count), chance.integers(0, self.axes, count)] = True
        points = np.where(points == ELSEWHERE, chance.random(points.shape), points)
        steps = np.array([max(distance, 1 / len(cells)) if len(cells) else distance for cells in self._cells])
        beside = np.abs(points + chance.normal(0, 1, points.shape) * steps)
        beside = np.where(beside > 1, 2 - beside, beside).clip(0, 1)
        beside = np.where(self.labels, chance.random(points.shape), beside)
        return self.snap(np.where(moved, beside, points))

    def snap(self, points: Floats) -> Floats:
        """The same points, each coordinate of few values where the nearest of them lies, as trials are told."""
        points = points.copy()
        for axis, cells in enumerate(self._cells):
            if len(cells):
                between = (cells[1:] + cells[:-1]) / 2
                points[:, axis] = cells[np.searchsorted(between, points[:, axis])]
        return points


def _cells(space: Space, path: str) -> Floats:
    """The coordinates of an axis' values, if these are few; else none."""
    domain = space[path]
    if isinstance(domain, Choice):
        return np.unique([encode(domain, value) for value in drawn(domain)])
    shares = {encode(domain, decode(domain, (place + 0.5) / _LOOKS)) for place in range(_LOOKS)}
    return np.array(sorted(shares) if len(shares) <= _FEW else [])
