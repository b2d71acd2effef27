"""How hyperopt sees a parameter: an `hp` expression, and the way between its numbers and our positions.

Two of hyperopt's own expressions are not what their names say, and are not used. `hp.uniformint` gives the two ends
half the weight of the others, because it rounds a uniform number from end to end; and `hp.choice` reports an index
where its users expect a value. Here each whole number owns an interval of length one, and an index is what is asked
for.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from typing_extensions import assert_never

from sweepbridge.space import Category, Choice, Domain, IntegerRange, Interval, Json, Position, axis


@dataclass(frozen=True, slots=True)
class Expression:
    """A call of one of hyperopt's `hp` functions, without the label that comes first."""

    function: str
    """Its name in `hyperopt.hp`."""
    arguments: tuple[Json | list[tuple[float, int]], ...]
    """What follows the label."""
    offset: int = 0
    """Added to what hyperopt draws."""

    @property
    def is_native(self) -> bool:
        """Whether it stands for the domain itself, and not for the domain's axis."""
        return self.function == "pchoice"

    def call(self, label: str) -> str:
        """The call as one writes it."""
        arguments = ", ".join(repr(argument) for argument in (label, *self.arguments))
        shift = f"{self.offset} + " if self.offset else ""
        return f"{shift}hp.{self.function}({arguments})"


def expression(domain: Domain) -> Expression:
    """The expression that draws a domain's positions as often as the domain has them.

    Normals stay on [0, 1] although hyperopt has `hp.normal`: where the loss does not hold it back, TPE walks out to
    six sigma with it in a hundred trials. Weighted choices are hyperopt's own, because it knows their weights.
    """
    if isinstance(domain, Choice) and domain.weights is not None:
        total = math.fsum(domain.weights)
        return Expression("pchoice", ([(weight / total, place) for place, weight in enumerate(domain.weights)],))
    match axis(domain):
        case Category(size):
            # The node that `hp.choice` makes for its index, without one more node for each option.
            return Expression("randint", (size,))
        case IntegerRange(low, high):
            # Counted from 0, because half a step from a large number is that number again.
            return Expression("quniform", (-0.5, high - low + 0.5, 1), offset=low)
        case Interval(low, high, True):
            return Expression("loguniform", (math.log(low), math.log(high)))
        case Interval(low, high):
            return Expression("uniform", (low, high))
        case None:
            raise ValueError(f"{domain} has one value, so there is nothing to draw")
        case unknown:
            assert_never(unknown)


def position(domain: Domain, drawn: float) -> Position:
    """Where on the domain's axis the number that hyperopt drew stands."""
    if isinstance(domain, Choice) and domain.weights is not None:
        ends = [0.0, *accumulate(domain.weights)]
        place = int(drawn)
        return (ends[place] + ends[place + 1]) / 2
    match axis(domain):
        case IntegerRange(low, high):
            # At half-way hyperopt rounds to the even number, which may be one past the end.
            return min(max(low + int(drawn), low), high)
        case Category():
            return int(drawn)
        case _:
            return float(drawn)


def coordinate(domain: Domain, place: Position) -> int | float:
    """The number that hyperopt would have drawn to stand at a position on the domain's axis."""
    if isinstance(domain, Choice) and domain.weights is not None:
        return min(bisect_right(list(accumulate(domain.weights)), place), len(domain.values) - 1)
    match axis(domain):
        case IntegerRange(low):
            return float(place - low)
        case _:
            return place
