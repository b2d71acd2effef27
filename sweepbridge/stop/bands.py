"""The iterations at which trials are compared, each eta times as far as the one before, and how one stands there."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

from sweepbridge.plugin import Standing

BANDS = 100
"""How many bands go upwards; the last ones are out of any trial's reach."""

FURTHEST = 1e15
"""Past so many iterations a float no longer tells one from the next, and nobody gets there."""

MOST = 10_000
"""How many bands go downwards at the most, whatever `s` says."""


@lru_cache
def upwards(min_iter: float, eta: float) -> tuple[int, ...]:
    """The bands min_iter, min_iter·eta, min_iter·eta², …, each rounded down."""
    many = max(1, min(BANDS, int(math.log(FURTHEST, eta))))
    return tuple(int(min_iter * eta**k) for k in range(many))


@lru_cache
def downwards(max_iter: float, eta: float, s: float) -> tuple[int, ...]:
    """The bands max_iter/eta, max_iter/eta², …, s of them, ascending; none comes before the first iteration."""
    many = min(int(s), int(math.log(max_iter, eta)) + 1, MOST)
    lengths = (max_iter / eta**k for k in range(1, many + 1))
    return tuple(sorted({int(length) for length in lengths if length >= 1}))


def reached(bands: Sequence[int], iterations: int) -> int | None:
    """The last band that a trial with so many iterations has got to; None before the first."""
    place = bisect_right(bands, iterations)
    return bands[place - 1] if place else None


def standing(peers: Sequence[float], loss: float, *, last: int, band: int, word: str) -> Standing:
    """How a loss stands among its peers, which ascend. Those up to place `last`, counting from 0, may go on."""
    return Standing(band, loss, 1 + bisect_left(peers, loss), len(peers), peers[last], word)
