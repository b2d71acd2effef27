"""How nevergrad sees a space: one array of shares, one array of whole numbers, and a choice for each category.

A candidate of nevergrad is copied at every step, so few large parameters are several times faster than many small
ones. An interval, a log scale or a normal is the share of its domain's mass, in [0, 1]. Where the values of such a
domain lie apart, as those of a quantised number do, the share is counted in whole steps: nevergrad picks another
optimizer for what does not change smoothly, and one for smooth functions would stand still between two values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sweepbridge.plugin import Json, Space
from sweepbridge.space import (
    Beta,
    Category,
    Choice,
    Domain,
    IntegerRange,
    Interval,
    Normal,
    Params,
    Uniform,
    decode,
    encode,
)

Place = TypeVar("Place", int, float)

HALF = 0.5
"""Added at both ends of whole numbers, so that the first and the last own as much as the others."""

STEPS = 2**20
"""Of how many steps the whole mass of a domain is, where it is counted: rarer values are not named."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which parameter stands where."""

    space: Space
    shares: tuple[str, ...]
    """The paths in the array of shares."""
    wholes: tuple[str, ...]
    """The paths in the array of whole numbers: the numbers themselves, or steps of their share."""
    categories: tuple[str, ...]
    """The paths that have a choice of their own."""

    def expressions(self) -> dict[str, str]:
        """What nevergrad is given for each path."""
        found: dict[str, str] = {}
        for paths, lows, highs, is_whole in self.arrays():
            for place, (path, low, high) in enumerate(zip(paths, lows, highs, strict=True)):
                cast = " with integer casting" if is_whole else ""
                found[path] = f"Array(shape=({len(paths)},))[{place}] from {low} to {high}{cast}"
        for path in self.categories:
            found[path] = f"Choice({self.size(path)})"
        return {path: found[path] for path in self.space.axes}

    def arrays(self) -> Iterator[tuple[tuple[str, ...], list[float], list[float], bool]]:
        """The paths in each array, where each begins and ends, and whether they are whole numbers."""
        if self.shares:
            yield self.shares, [0.0] * len(self.shares), [1.0] * len(self.shares), False
        if self.wholes:
            ranges = [self._range(path) for path in self.wholes]
            yield self.wholes, [low - HALF for low, _ in ranges], [high + HALF for _, high in ranges], True

    def size(self, path: str) -> int:
        """How many categories a path has."""
        axis = self.space.axes[path]
        assert isinstance(axis, Category), axis
        return axis.size

    def params(self, value: Sequence[Any]) -> dict[str, Json]:
        """The point that a candidate's value stands for."""
        parts = list(value)
        shares = [min(max(float(share), 0.0), 1.0) for share in parts.pop(0)] if self.shares else []
        wholes = [int(number) for number in parts.pop(0)] if self.wholes else []
        positions = {**_zip(self.wholes, wholes), **_zip(self.categories, [int(index) for index in parts])}
        counted = {path: _share(positions.pop(path)) for path in self.wholes if self._is_counted(path)}
        at_shares = {**_zip(self.shares, shares), **counted}
        point = {path: decode(self.space[path], share) for path, share in at_shares.items()}
        point.update(self.space.at(positions))
        return {path: point[path] for path in self.space}

    def value(self, params: Params) -> tuple[Any, ...] | None:
        """The value of a candidate that stands at a point; None where the point lacks a parameter."""
        positions = self.space.positions(params)
        if len(positions) < len(self.space.axes):
            return None
        arrays = [
            [encode(self.space[path], params[path]) for path in self.shares],
            [_step(positions[path]) if self._is_counted(path) else positions[path] for path in self.wholes],
        ]
        return (*(array for array in arrays if array), *(int(positions[path]) for path in self.categories))

    def _is_counted(self, path: str) -> bool:
        return isinstance(self.space.axes[path], Interval)

    def _range(self, path: str) -> tuple[int, int]:
        """The least and the greatest of the whole numbers that stand for a path."""
        axis = self.space.axes[path]
        return (axis.low, axis.high) if isinstance(axis, IntegerRange) else (0, STEPS - 1)


def layout(space: Space) -> Layout:
    """The layout of a space: within each kind, in the order of the space."""
    by_kind: Mapping[type, list[str]] = {Interval: [], IntegerRange: [], Category: []}
    for path, axis in space.axes.items():
        by_kind[IntegerRange if _lie_apart(space[path]) else type(axis)].append(path)
    return Layout(space, tuple(by_kind[Interval]), tuple(by_kind[IntegerRange]), tuple(by_kind[Category]))


def _lie_apart(domain: Domain) -> bool:
    """Whether the values of a domain that is decoded from its share lie apart from each other."""
    match domain:
        case Choice(weights=weights):
            return weights is not None
        case Uniform() | Normal() | Beta():
            return domain.quantum is not None
        case _:
            return False


def _share(step: int) -> float:
    return (min(max(step, 0), STEPS - 1) + HALF) / STEPS


def _step(share: float) -> int:
    return min(int(share * STEPS), STEPS - 1)


def _zip(paths: Sequence[str], places: Sequence[Place]) -> dict[str, Place]:
    return dict(zip(paths, places, strict=True))
