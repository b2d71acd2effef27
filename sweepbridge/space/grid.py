"""The grid of a space: how many points it has, and which point is the i-th.

Nothing is listed in memory, so a grid of a thousand million points costs what a grid of ten costs. Order is
W&B's: names sorted, the last one turning fastest, values as given, equal values once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from sweepbridge.space.domains import Beta, Choice, Constant, Domain, Integer, Uniform
from sweepbridge.space.quantile import drawn, multiple, multiples, quanta
from sweepbridge.space.space import Space
from sweepbridge.space.values import Json, Params, identity

Levels: TypeAlias = Sequence[Json]
"""The values that a parameter takes in a grid, in order; as lazy as `range`."""


class Grid:
    """All points of a space that has finitely many, by number."""

    def __init__(self, space: Mapping[str, Domain], *, values: Callable[[Domain], Levels | None] | None = None) -> None:
        each = {path: (values or levels)(domain) for path, domain in space.items()}
        missing = [path for path, found in each.items() if found is None]
        assert not missing, f"no grid over {missing}: ask `without_grid` first"
        self._levels = {path: found for path, found in each.items() if found is not None}

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

    def index(self, params: Params) -> int | None:
        """The number of the point with these values; None if there is none. What else is in `params` is ignored."""
        index = 0
        for path, found in self._levels.items():
            place = self._place(path, params[path]) if path in params else None
            if place is None:
                return None
            index = index * _count(found) + place
        return index

    def _place(self, path: str, value: Json) -> int | None:
        match self._levels[path]:
            case _Multiples() as found:
                return found.place(value)
            case range() as found:
                is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
                return found.index(value) if is_number and value in found else None  # type: ignore[arg-type]  # 3.0 is 3
            case _:
                return self._places[path].get(identity(value))

    @cached_property
    def _places(self) -> dict[str, dict[Hashable, int]]:
        """The place of each value that is listed, by path and identity."""
        return {
            path: {identity(value): place for place, value in enumerate(found)}
            for path, found in self._levels.items()
            if isinstance(found, tuple)
        }


def every_point(space: Space) -> Grid | None:
    """All points that can be drawn from a space, however seldom, by number; None if there is no end of them.

    Unlike the grid of W&B's method, it is over weighted choices and quantised log scales too.
    """
    return None if space.size is None else Grid(space, values=_every_value)


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


def _every_value(domain: Domain) -> Levels | None:
    """The values that a domain can be drawn at, in order; None if there is no end of them."""
    match domain:
        case Choice():
            return tuple({identity(value): value for value in drawn(domain)}.values())
        case Uniform(quantum=quantum) | Beta(quantum=quantum) if quantum is not None:
            return _Multiples(quantum, multiples(domain) or range(0))
        case _:
            return levels(domain)


class _Multiples(Sequence[Json]):
    def __init__(self, quantum: float, times: range) -> None:
        self._quantum = quantum
        self.times = times

    def __len__(self) -> int:
        return len(self.times)

    def __getitem__(self, place: int) -> Json:  # type: ignore[override]  # slices of levels are never taken
        return multiple(self._quantum, self.times[place])

    def place(self, value: Json) -> int | None:
        """The place of a value; None if it is not among them."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return None
        times = quanta(value, self._quantum)
        is_one = times in self.times and multiple(self._quantum, times) == value
        return times - self.times.start if is_one else None


def _count(found: Levels) -> int:
    # len() refuses what does not fit a C integer; a range of 10^20 values is still a range.
    places = found.times if isinstance(found, _Multiples) else found
    return places.stop - places.start if isinstance(places, range) else len(places)
