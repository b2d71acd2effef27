"""Chance for libraries that bring their own: a seed as they take it, and the generators that all of a process share.

A searcher's chance comes from the seed that it is asked with. Some libraries draw from the generators of `random`
and `numpy.random` all the same, which belong to the user's program as well.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def in_32_bits(seed: int) -> int:
    """A trial's seed, which has 63 bits, in the 32 that numpy and its like can take."""
    return (seed ^ seed >> 32) & 0xFFFF_FFFF


@contextmanager
def shared_chance(seed: int) -> Iterator[None]:
    """Inside of this, the shared generators draw from the seed; afterwards they stand where they stood before.

    Those of `numpy.random` are meant only if numpy is loaded: nobody else can draw from them.
    """
    kept = random.getstate()
    numpy = sys.modules.get("numpy")
    kept_by_numpy = numpy.random.get_state() if numpy is not None else None
    random.seed(seed)
    if numpy is not None:
        numpy.random.seed(in_32_bits(seed))
    try:
        yield
    finally:
        random.setstate(kept)
        if numpy is not None:
            numpy.random.set_state(kept_by_numpy)
