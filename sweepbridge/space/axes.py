"""What a backend sees of a domain: a category index, an integer range, or an interval.

The core picks the simplest axis on which the domain is exact; a domain that has none of its own is searched on
[0, 1] and decoded by its quantile function. So whoever can search three kinds of axes can search every domain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from typing_extensions import assert_never

from sweepbridge.space.domains import Beta, Choice, Constant, Domain, Integer, Normal, Uniform
from sweepbridge.space.quantile import decode, encode, index_of
from sweepbridge.space.values import Json


@dataclass(frozen=True, slots=True)
class Category:
    """An index from 0 to `size` - 1, without order, each as likely as the next."""

    size: int


@dataclass(frozen=True, slots=True)
class IntegerRange:
    """A whole number from `low` to `high`, both included, each as likely as the next."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A number from `low` to `high`, both included, spread evenly over a linear or a log scale."""

    low: float
    high: float
    log: bool = False


Axis: TypeAlias = Category | IntegerRange | Interval
Position: TypeAlias = int | float
"""A place on an axis: an int on a Category or an IntegerRange, a float on an Interval."""

_UNIT = Interval(0.0, 1.0)


def axis(domain: Domain) -> Axis | None:
    """The simplest axis on which a domain is exact; None where there is only one value, so nothing to search."""
    match domain:
        case Constant() | Choice((_,)):
            return None
        case Choice(values, None):
            return Category(len(values))
        case Integer(low, high):
            return IntegerRange(low, high) if low < high else None
        case Uniform(low, high, log, None):
            return Interval(low, high, log) if low < high else None
        case Choice() | Uniform() | Normal() | Beta():
            return _UNIT
        case _:
            assert_never(domain)


def is_by_quantile(domain: Domain) -> bool:
    """Whether a domain is searched on [0, 1] and decoded, because it has no axis of its own."""
    match domain:
        case Choice((_, _, *_), tuple()) | Normal() | Beta():
            return True
        case Uniform(quantum=quantum):
            return quantum is not None
        case _:
            return False


def value_at(domain: Domain, position: Position) -> Json:
    """The value of a domain at a position on its axis. A position outside counts as the nearest end."""
    match axis(domain):
        case None:
            return decode(domain, 0.5)
        case Category(size):
            assert isinstance(domain, Choice)
            return domain.values[min(max(int(position), 0), size - 1)]
        case IntegerRange(low, high):
            return min(max(int(position), low), high)
        case Interval(low, high):
            inside = min(max(float(position), low), high)
            return decode(domain, inside) if is_by_quantile(domain) else float(inside)
        case unknown:
            assert_never(unknown)


def position_of(domain: Domain, value: Json) -> Position:
    """Where on a domain's axis a value stands. ValueError for a value that the domain does not have."""
    match axis(domain):
        case Category():
            assert isinstance(domain, Choice)
            return index_of(domain, value)
        case IntegerRange(low, high):
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not float(value).is_integer():
                raise ValueError(f"{value!r} is not a whole number")
            return min(max(int(value), low), high)
        case Interval(low, high):
            if is_by_quantile(domain):
                return encode(domain, value)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
                raise ValueError(f"{value!r} is not a number")
            return min(max(float(value), low), high)
        case None:
            raise ValueError("a domain with one value has no axis")
        case unknown:
            assert_never(unknown)
