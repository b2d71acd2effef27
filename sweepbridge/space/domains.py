"""What one parameter may be: six domains, one closed union.

All of W&B's eighteen distribution names fold into these. A reader may miss an `inverse_log` scale: there is
none, because W&B's inverse-log quantile function is the log-uniform one over the inverted bounds
(`docs/decisions/0002-no-inverse-log.md`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from sweepbridge.space.values import Json


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same value; not part of the search."""

    value: Json


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, each as likely as its weight says."""

    values: tuple[Json, ...]
    """At least one. Duplicates are allowed, and count twice."""
    weights: tuple[float, ...] | None = None
    """One for each value, none negative, adding up to 1; None means all the same."""


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `low` to `high`, both included, each as likely as the next."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Uniform:
    """A number from `low` to `high`, both included, spread evenly over a linear or a log scale."""

    low: float
    high: float
    log: bool = False
    """Evenly over the logarithm; `low` is above 0 then."""
    quantum: float | None = None
    """Values are rounded to multiples of this, inside the bounds; an int quantum gives ints."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A normally distributed number, or with `log` one whose natural logarithm is."""

    mu: float = 0.0
    sigma: float = 1.0
    """Above 0."""
    log: bool = False
    """`mu` and `sigma` are then those of the logarithm."""
    quantum: float | None = None
    """Values are rounded to multiples of this; an int quantum gives ints."""


@dataclass(frozen=True, slots=True)
class Beta:
    """A number from 0 to 1, distributed as Beta(a, b)."""

    a: float = 1.0
    """Above 0."""
    b: float = 1.0
    """Above 0."""
    quantum: float | None = None
    """Values are rounded to multiples of this, inside [0, 1]; an int quantum gives ints."""


Domain: TypeAlias = Constant | Choice | Integer | Uniform | Normal | Beta
