"""A space as SMAC's `ConfigurationSpace`, and the way between its configurations and our points. Imports ConfigSpace.

An interval, a log scale, a normal or a quantised number is the share of its domain's mass, in [0, 1]. A category is
its index, because ConfigSpace takes equal values for one, and gives numpy's types back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ConfigSpace import Categorical, Configuration, ConfigurationSpace, Float, Integer
from ConfigSpace.hyperparameters import Hyperparameter, UniformFloatHyperparameter
from typing_extensions import assert_never

from sweepbridge.plugin import Json, Space
from sweepbridge.space import Axis, Category, IntegerRange, Interval, Params, decode, encode


class Configurations:
    """The configurations of one space, in which SMAC sees each axis as `form` says."""

    def __init__(self, space: Space, form: Callable[[str, Axis], Hyperparameter[Any, Any]]) -> None:
        self._space = space
        self.vendors = ConfigurationSpace(seed=0)
        """SMAC's own form. Its parameters are named by path."""
        self.vendors.add([form(path, axis) for path, axis in space.axes.items()])
        self._default = dict(self.vendors.get_default_configuration())

    def sample(self, seed: int) -> Configuration:
        """A configuration drawn at random."""
        self.vendors.seed(seed)
        return self.vendors.sample_configuration()

    def params(self, configuration: Configuration) -> dict[str, Json]:
        """The point that a configuration stands for."""
        found = {path: self._value(path, configuration[path]) for path in self._space.axes}
        point = {**self._space.at({}), **found}
        return {path: point[path] for path in self._space}

    def at(self, params: Params) -> Configuration:
        """The configuration that stands at a point. What the point lacks is where SMAC would start."""
        positions = self._space.positions(params)
        found = {path: self._coordinate(path, params[path], place) for path, place in positions.items()}
        return Configuration(self.vendors, values={**self._default, **found})

    def _value(self, path: str, drawn: Any) -> Json:
        if isinstance(self.vendors[path], UniformFloatHyperparameter):
            return decode(self._space[path], min(max(float(drawn), 0.0), 1.0))
        return self._space.at({path: int(drawn)})[path]

    def _coordinate(self, path: str, value: Json, place: int | float) -> int | float:
        return encode(self._space[path], value) if isinstance(self._space.axes[path], Interval) else int(place)


def as_searched(path: str, axis: Axis) -> Hyperparameter[Any, Any]:
    """An axis as it is modelled and searched."""
    match axis:
        case Category(size):
            return Categorical(path, list(range(size)))
        case IntegerRange(low, high):
            return Integer(path, (low, high))
        case Interval():
            return Float(path, (0.0, 1.0))
        case _:
            assert_never(axis)


def as_spread(path: str, axis: Axis) -> Hyperparameter[Any, Any]:
    """An axis as the first trials are spread over it: a whole number is a share of its range.

    SMAC spreads whole numbers by rounding, so that the first and the last come half as often as the others.
    """
    return as_searched(path, axis if isinstance(axis, Category) else Interval(0.0, 1.0))


def expression(path: str, axis: Axis) -> str:
    """The same as one writes it."""
    match axis:
        case Category(size):
            return f"Categorical({path!r}, {list(range(size))})"
        case IntegerRange(low, high):
            return f"Integer({path!r}, ({low}, {high}))"
        case Interval():
            return f"Float({path!r}, (0.0, 1.0))"
        case _:
            assert_never(axis)
