"""Trials as columns of plain JSON, small enough that ten thousand of them make a page.

A number keeps six digits: it is to be seen, and `sweepbridge export` has all of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from types import EllipsisType

from sweepbridge.plugin import Json
from sweepbridge.space import Domain, Normal, Params, Uniform, dotted, identity

Column = dict[str, Json]


def number(value: object) -> float | int | None:
    """A finite number with six digits, or None. A truth value is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, int):
        return value if abs(value) < 2**53 else float(value) if abs(value) < 10**300 else None
    return float(f"{value:.6g}") if math.isfinite(value) else None


def parameters(every: Sequence[Params], space: Mapping[str, Domain]) -> list[Column]:
    """A column for each parameter of the space, and for each other one that a trial has."""
    paths = dict.fromkeys([*space, *(path for params in every for path in params)])
    return [_parameter(path, [params.get(path, ...) for params in every], space.get(path)) for path in paths]


def numbers(name: str, values: Iterable[object]) -> Column:
    """A column of numbers, with null where there is none."""
    return {"name": name, "kind": "number", "values": [number(value) for value in values]}


def categories(name: str, values: Iterable[Json | EllipsisType]) -> Column:
    """A column of anything: each value is its place among the labels, and `...`, for one that is missing, is null."""
    labels: dict[object, int] = {}
    texts: list[str] = []
    places: list[Json] = []
    for value in values:
        if isinstance(value, EllipsisType):
            places.append(None)
            continue
        key = identity(value)
        if key not in labels:
            labels[key] = len(texts)
            texts.append(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        places.append(labels[key])
    return {"name": name, "kind": "category", "labels": list(texts), "values": places}


def _parameter(path: str, values: Sequence[Json | EllipsisType], domain: Domain | None) -> Column:
    known = [value for value in values if not isinstance(value, EllipsisType)]
    if known and all(number(value) is not None for value in known):
        column = numbers(dotted(path), values)
        is_log = isinstance(domain, (Uniform, Normal)) and domain.log
        column["log"] = is_log and all(isinstance(value, (int, float)) and value > 0 for value in known)
        return column
    return categories(dotted(path), values)
