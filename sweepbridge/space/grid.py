"""The grid of a space: how many points it has, and which point is the i-th.

Nothing is listed in memory, so a grid of a thousand million points costs what a grid of ten costs. Order is
W&B's: names sorted, the last one turning fastest, values as given, equal values once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from sweepbridge.space.domains import Choice, Constant, Domain, Integer, Uniform
from sweepbridge.space.quantile import multiple, multiples
from sweepbridge.space.space import Space
from sweepbridge.space.values import Json, identity

Levels: TypeAlias = Sequence[Json]
"""The values that a parameter takes in a grid, in order; as lazy as `range`."""


class Grid:
    """All points of a space that has finitely many, by number."""

    def __init__(self, space: Mapping[str, Domain]) -> None:
        missing = [path for path, domain in space.items() if levels(domain) is None]
        assert not missing, f"no grid over {missing}: ask `without_grid` first"
        self._levels = {path: found for path, domain in space.items() if (found := levels(domain)) is not None}

    @cached_property
    def size(self) -> int:
        """How many points there are."""
        return math.prod(_count(found) for found in self._levels.values())

    def point(self, index: int) -> dict[str, Json]:
        """The point at `index`, counting from 0. IndexError past the end."""
        if not 0 <= index < self.size:
            raise IndexError(f"the grid has {self.size} points, none at {index}")
        chosen: dict[str, Json] = {}
        for path, found in reversed(self._levels.items()):
            index, place = divmod(index, _count(found))
            chosen[path] = found[place]
        return dict(reversed(chosen.items()))


def without_grid(space: Space) -> list[str]:
    """The paths that no grid can cover, because they have no end of values or because values have weights."""
    return [path for path, domain in space.items() if levels(domain) is None]


def levels(domain: Domain) -> Levels | None:
    """The values that a domain takes in a grid; None where W&B has no grid over it either."""
    match domain:
        case Constant(value):
            return (value,)
        case Choice(values, None):
            # W&B keeps the place of the first of equal values, and the spelling of the last: 1, 1.0 is 1.0.
            return tuple({identity(value): value for value in values}.values())
        case Integer(low, high):
            return range(low, high + 1)
        case Uniform(log=False, quantum=quantum) if quantum is not None:
            return _Multiples(quantum, multiples(domain) or range(0))
        case _:
            return None


class _Multiples(Sequence[Json]):
    def __init__(self, quantum: float, times: range) -> None:
        self._quantum = quantum
        self.times = times

    def __len__(self) -> int:
        return len(self.times)

    def __getitem__(self, place: int) -> Json:  # type: ignore[override]  # slices of levels are never taken
        return multiple(self._quantum, self.times[place])


def _count(found: Levels) -> int:
    # len() refuses what does not fit a C integer; a range of 10^20 values is still a range.
    places = found.times if isinstance(found, _Multiples) else found
    return places.stop - places.start if isinstance(places, range) else len(places)
