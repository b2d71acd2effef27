"""How nevergrad sees a space: one array of shares, one array of whole numbers, and a choice for each category.

A candidate of nevergrad is copied at every step, so few large parameters are several times faster than many small
ones. An interval, a log scale, a normal or a quantised number is the share of its domain's mass, in [0, 1].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sweepbridge.plugin import Json, Space
from sweepbridge.space import Category, IntegerRange, Interval, Params, decode, encode

HALF = 0.5
"""Added at both ends of whole numbers, so that the first and the last own as much as the others."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which parameter stands where."""

    space: Space
    shares: tuple[str, ...]
    """The paths in the array of shares."""
    wholes: tuple[str, ...]
    """The paths in the array of whole numbers."""
    categories: tuple[str, ...]
    """The paths that have a choice of their own."""

    def expressions(self) -> dict[str, str]:
        """What nevergrad is given for each path, as one writes it."""
        found: dict[str, str] = {}
        for paths, low, high, cast in self.arrays():
            bounds = f".set_bounds({low}, {high}){'.set_integer_casting()' if cast else ''}"
            found.update({path: f"Array(shape=({len(paths)},)){bounds}[{place}]" for place, path in enumerate(paths)})
        for path in self.categories:
            found[path] = f"Choice({self.size(path)})"
        return {path: found[path] for path in self.space.axes}

    def arrays(self) -> Iterator[tuple[tuple[str, ...], list[float], list[float], bool]]:
        """The paths in each array, where each begins and ends, and whether they are whole numbers."""
        if self.shares:
            yield self.shares, [0.0] * len(self.shares), [1.0] * len(self.shares), False
        if self.wholes:
            axes = [axis for path in self.wholes if isinstance(axis := self.space.axes[path], IntegerRange)]
            yield self.wholes, [axis.low - HALF for axis in axes], [axis.high + HALF for axis in axes], True

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
        point = {path: decode(self.space[path], share) for path, share in zip(self.shares, shares, strict=True)}
        point.update(self.space.at(positions))
        return {path: point[path] for path in self.space}

    def value(self, params: Params) -> tuple[Any, ...] | None:
        """The value of a candidate that stands at a point; None where the point lacks a parameter."""
        positions = self.space.positions(params)
        if len(positions) < len(self.space.axes):
            return None
        arrays = [
            [encode(self.space[path], params[path]) for path in self.shares],
            [positions[path] for path in self.wholes],
        ]
        return (*(array for array in arrays if array), *(int(positions[path]) for path in self.categories))


def layout(space: Space) -> Layout:
    """The layout of a space: within each kind, in the order of the space."""
    by_kind: Mapping[type, list[str]] = {Interval: [], IntegerRange: [], Category: []}
    for path, axis in space.axes.items():
        by_kind[type(axis)].append(path)
    return Layout(space, tuple(by_kind[Interval]), tuple(by_kind[IntegerRange]), tuple(by_kind[Category]))


def _zip(paths: Sequence[str], places: Sequence[int]) -> dict[str, int]:
    return dict(zip(paths, places, strict=True))
