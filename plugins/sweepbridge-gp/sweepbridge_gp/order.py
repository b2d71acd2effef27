"""Which choices have an order that a model can use."""

from __future__ import annotations

from itertools import pairwise

from sweepbridge.space import Choice


def is_ordered(domain: Choice) -> bool:
    """Whether the values are numbers, each greater than the one before, or each less: then near ones are alike."""
    numbers = [value for value in domain.values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if len(numbers) < len(domain.values):
        return False
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)
