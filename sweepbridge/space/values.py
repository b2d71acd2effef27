"""Values as they leave the core: plain JSON, and when two of them are the same.

`same` follows W&B's grid: 1 and 1.0 are one value, True and 1 are two, and NaN equals itself. Python's `==`
disagrees on all three, so nothing here uses it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeAlias

from typing_extensions import TypeAliasType

Json = TypeAliasType("Json", "bool | int | float | str | list[Json] | dict[str, Json] | None")
"""Anything that JSON can hold, in plain Python types."""

Params: TypeAlias = Mapping[str, Json]
"""A value for each active parameter, by path."""


def identity(value: Json) -> Hashable:
    """A key that two values share exactly when they are the same value."""
    match value:
        case bool() | None:
            return (type(value).__name__, value)
        case float() if math.isnan(value):
            return ("number", "nan")
        case int() | float():
            return ("number", value)
        case str():
            return ("str", value)
        case Mapping():
            return ("dict", frozenset((key, identity(item)) for key, item in value.items()))
        case Sequence():
            return ("list", tuple(identity(item) for item in value))
        case _:
            raise TypeError(f"not a JSON value: {value!r} of type {type(value).__name__}")


def same(one: Json, other: Json) -> bool:
    """Whether two values are the same value."""
    return identity(one) == identity(other)


def is_plain(value: object) -> bool:
    """Whether a value is made of plain Python types only: no numpy scalar, no tuple, no subclass."""
    if type(value) is list:
        return all(is_plain(item) for item in value)
    if type(value) is dict:
        return all(type(key) is str and is_plain(item) for key, item in value.items())
    return value is None or type(value) in (bool, int, float, str)
