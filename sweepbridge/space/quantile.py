"""Every domain's quantile function, `decode`, and its way back, `encode`.

The formulas are W&B's (`sweeps/params.py`, `HyperParameter.ppf`): sampling is `decode` of a uniform number. Three
things differ, on purpose (`docs/reference/differences.md`): a quantised value stays inside its bounds, a
multiple carries its quantum's own decimals, and the ends of an unbounded domain are finite.
"""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from itertools import accumulate
from statistics import NormalDist

from typing_extensions import assert_never

from sweepbridge.space import beta
from sweepbridge.space.domains import Beta, Choice, Constant, Domain, Integer, Normal, Uniform
from sweepbridge.space.values import Json, identity

_STANDARD = NormalDist()
_SMALLEST = 2.0**-53
"""The least distance from 0 and 1 at which an unbounded quantile function is read: about 8 sigma out."""


def decode(domain: Domain, u: float) -> Json:
    """The value below which the share `u` of a domain's mass lies; `u` is in [0, 1].

    Monotone in `u` for every numeric domain. Finite, inside the bounds, and a plain Python value. Raises
    ValueError for a `u` outside [0, 1].
    """
    if not 0.0 <= u <= 1.0:
        raise ValueError(f"u lies in [0, 1], got {u!r}")
    match domain:
        case Constant(value):
            return value
        case Choice(values, weights):
            return values[_cell(u, len(values)) if weights is None else _weighted_cell(u, weights)]
        case Integer(low, high):
            return low + _cell(u, high - low + 1)
        case Uniform() | Normal() | Beta():
            return _snap(domain, _continuous(domain, u))
        case _:
            assert_never(domain)


def encode(domain: Domain, value: Json) -> float:
    """Where in [0, 1] a value stands, so that `decode(domain, encode(domain, value))` gives it back.

    A value with mass of its own stands at the middle of its share. Raises ValueError for a value that is not in
    the domain's values, and for NaN and the infinities; any other number outside the bounds counts as the
    nearest one inside.
    """
    match domain:
        case Constant():
            return 0.5
        case Choice(values, weights):
            place = index_of(domain, value)
            if weights is None:
                return (place + 0.5) / len(values)
            ends = [0.0, *accumulate(weights)]
            return min(1.0, (ends[place] + ends[place + 1]) / 2)
        case Integer(low, high):
            return (int(min(max(_number(value), low), high)) - low + 0.5) / (high - low + 1)
        case Uniform(quantum=None) | Normal(quantum=None) | Beta(quantum=None):
            return _share_below(domain, _number(value))
        case Uniform() | Normal() | Beta():
            return _middle(domain, _number(value))
        case _:
            assert_never(domain)


def index_of(choice: Choice, value: Json) -> int:
    """The place of a value in a choice: the first of equals that can be drawn. ValueError if there is none."""
    key = identity(value)
    for place, item in enumerate(choice.values):
        if identity(item) == key and (choice.weights is None or choice.weights[place] > 0):
            return place
    raise ValueError(f"{value!r} is not one of the values {list(choice.values)!r}")


def drawn(choice: Choice) -> tuple[Json, ...]:
    """The values of a choice that can be drawn: those whose weight is not 0."""
    if choice.weights is None:
        return choice.values
    return tuple(value for value, weight in zip(choice.values, choice.weights, strict=True) if weight > 0)


def multiple(quantum: float, times: int) -> int | float:
    """`times` quanta, with the decimals that the quantum is written with: 3 of 0.1 are 0.3."""
    if isinstance(quantum, int):
        return times * quantum
    return float(times * _exact(quantum))


def is_multiple(value: float, quantum: float) -> bool:
    """Whether a finite number is what `multiple` makes of some number of quanta."""
    return multiple(quantum, quanta(value, quantum)) == value


def quanta(value: float, quantum: float) -> int:
    """How many quanta a finite number is, rounded."""
    return round(_exact(value) / _exact(quantum))


def multiples(domain: Domain) -> range | None:
    """How many quanta the least and the greatest value of a quantised, bounded domain are; None for the others.

    Empty if no multiple lies inside the bounds. Exact: the bounds and the quantum count as the decimals they are
    written with.
    """
    match domain:
        case Uniform(low, high, quantum=quantum) if quantum is not None:
            pass
        case Beta(quantum=quantum) if quantum is not None:
            low, high = 0.0, 1.0
        case _:
            return None
    step = _exact(quantum)
    return range(math.ceil(_exact(low) / step), math.floor(_exact(high) / step) + 1)


def greatest(domain: Domain) -> int | float | None:
    """The greatest value of a quantised, bounded domain; None for the others."""
    match domain, multiples(domain):
        case Uniform(quantum=quantum) | Beta(quantum=quantum), range() as inside if quantum is not None and inside:
            return multiple(quantum, inside[-1])
        case _:
            return None


def _exact(number: float) -> Fraction:
    return Fraction(repr(number))


def _number(value: Json) -> float:
    # Not math.isfinite, which refuses an int that is no float; NaN fails both comparisons.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -math.inf < value < math.inf:
        raise ValueError(f"{value!r} is not a finite number")
    return value


def _cell(u: float, count: int) -> int:
    # W&B: ceil(u*n)-1, which at u = 0 falls below the first cell.
    return min(count - 1, max(0, math.ceil(u * count) - 1))


def _weighted_cell(u: float, weights: tuple[float, ...]) -> int:
    # W&B: the first whose running sum passes u. Rounding can leave the last sum below 1.
    for place, end in enumerate(accumulate(weights)):
        if end > u:
            return place
    return max(place for place, weight in enumerate(weights) if weight > 0)


def _continuous(domain: Uniform | Normal | Beta, u: float) -> float:
    match domain:
        case Uniform(low, high, log):
            start, end = (math.log(low), math.log(high)) if log else (low, high)
            # Halved, which changes no digit: the width of the widest interval is beyond any float.
            place = 2 * (start / 2 + u * (end / 2 - start / 2))
            return min(max(math.exp(place) if log else place, low), high)
        case Normal(mu, sigma, log):
            number = mu + sigma * _STANDARD.inv_cdf(min(max(u, _SMALLEST), 1.0 - _SMALLEST))
            return _exp(number) if log else min(max(number, -sys.float_info.max), sys.float_info.max)
        case Beta(a, b):
            return beta.quantile(u, a, b)
        case _:
            assert_never(domain)


def _exp(exponent: float) -> float:
    return math.exp(exponent) if exponent < 709.0 else sys.float_info.max


def _snap(domain: Uniform | Normal | Beta, value: float) -> int | float:
    if domain.quantum is None:
        return float(value)
    # W&B: round(x/q)*q, where round goes to the even one of two equally near, as Python's does.
    return multiple(domain.quantum, _times(domain, domain.quantum, value))


def _times(domain: Uniform | Normal | Beta, quantum: float, value: float) -> int:
    """How many quanta the multiple nearest to a value is, among those inside the bounds."""
    ratio = value / quantum
    times = round(ratio) if math.isfinite(ratio) else round(_exact(value) / _exact(quantum))
    inside = multiples(domain)
    return min(max(times, inside[0]), inside[-1]) if inside else times


def _share_below(domain: Uniform | Normal | Beta, value: float) -> float:
    match domain:
        case Uniform(low, high, log):
            if high <= low:
                return 0.5
            start, end = (math.log(low), math.log(high)) if log else (low, high)
            place = math.log(max(value, low)) if log else value
            share = (place / 2 - start / 2) / (end / 2 - start / 2)
        case Normal(mu, sigma, log):
            if log and value <= 0:
                return 0.0
            z = ((math.log(value) if log else value) - mu) / sigma
            # erfc keeps the digits of a small share, where 1 + erf would lose them.
            share = 0.5 * math.erfc(-z / math.sqrt(2.0))
        case Beta(a, b):
            share = beta.share_below(value, a, b)
        case _:
            assert_never(domain)
    return min(max(share, 0.0), 1.0)


def _middle(domain: Uniform | Normal | Beta, value: float) -> float:
    assert domain.quantum is not None
    times = _times(domain, domain.quantum, value)
    below, above = 0.0, 1.0
    inside = multiples(domain)
    half = domain.quantum / 2
    here = multiple(domain.quantum, times)
    if not inside or times > inside[0]:
        below = _share_below(domain, here - half)
    if not inside or times < inside[-1]:
        above = _share_below(domain, here + half)
    return (below + above) / 2
