"""Any Python config as plain JSON: a deep copy in bool, int, float, str, None, list and dict, and nothing else.

What has one plain form is converted: tuples, numpy scalars and arrays, enums, dates, subclasses of dict and str.
What has none (a set, a function) is a finding, and its place holds None.
"""

from __future__ import annotations

import datetime
import enum
import os
from collections.abc import Callable, Mapping
from typing import TypeAlias

from sweepbridge.space import Json
from sweepbridge.spec.findings import Finding, Location, shown

Tell: TypeAlias = Callable[[Finding], None]

LARGEST_BITS = 1023
"""Integers of more bits than this do not fit a float, and no other program reads them."""

DEEPEST = 100
"""How deep a config may nest. Python's own limit lies higher, but so do the stacks of those who call us."""


def plain(value: object, tell: Tell, at: Location = ()) -> Json:
    """A deep copy of a value in plain types; `tell` hears of everything that has no plain form."""
    if len(at) > DEEPEST:
        tell(_refused(at, "a value that nests without end", f"at most {DEEPEST} levels"))
        return None
    match value:
        case enum.Enum():
            return plain(value.value, tell, at)
        case None | bool():
            return value
        case str():
            return str(value)
        case int():
            if value.bit_length() > LARGEST_BITS:
                tell(_refused(at, f"an integer of {value.bit_length()} bits", "a number below 1e308"))
                return None
            return int(value)
        case float():
            return float(value)
        case Mapping():
            return {_name(key, tell, at): plain(item, tell, (*at, _text(key))) for key, item in value.items()}
        case list() | tuple() | range():
            return [plain(item, tell, (*at, index)) for index, item in enumerate(value)]
        case _:
            return _converted(value, tell, at)


def _converted(value: object, tell: Tell, at: Location) -> Json:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    # numpy's scalars and arrays, and those of the libraries that follow it; the core imports none of them.
    to_list = getattr(value, "tolist", None)
    converted = to_list() if callable(to_list) else value
    if type(converted) is not type(value):
        return plain(converted, tell, at)
    tell(_refused(at, f"an object of type {type(value).__name__}", "a value that JSON can hold"))
    return None


def _name(key: object, tell: Tell, at: Location) -> str:
    if not isinstance(key, str):
        name = _text(key)
        tell(
            Finding(
                at=(*at, name),
                found=f"the key {name}, which is of type {type(key).__name__}",
                expected="text as a key",
                fix=f"put it in quotes: {shown(name)}",
            )
        )
    return _text(key)


def _text(key: object) -> str:
    match key:
        case str():
            return str(key)
        case int() if key.bit_length() > LARGEST_BITS:
            return "a huge number"
        case None | bool() | int() | float():
            return shown(key)
        case _:
            return type(key).__name__


def _refused(at: Location, found: str, expected: str) -> Finding:
    return Finding(at, found, expected, "use a list, a mapping, text, a number, true, false or null")
