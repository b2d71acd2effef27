"""Which points of a finite space have been tried, so that each runs once: `duplicates: skip`.

Whoever searches, a suggestion that the log holds already is asked for again, with seeds made from the trial's own; and
if those come to nothing new either, chance picks among the points that are left. So what trial n is depends on the log
and the sweep's seed alone, as it does without this.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from sweepbridge.space import Params, Space, every_point
from sweepbridge.trials import Suggestion, seed_of

TRIES = 5
"""How often a searcher is asked for one trial. An ask of a model-based one can take longer than all else here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A suggestion, and the seed that it was asked with."""

    suggestion: Suggestion
    seed: int


class Tried:
    """The points of a finite space that trials have begun with. Of a space without end it remembers nothing."""

    def __init__(self, space: Space) -> None:
        self._points = every_point(space)
        self._numbers: set[int] = set()

    @property
    def size(self) -> int | None:
        """How many points there are, whether tried or not; None if there is no end of them."""
        return self._points.size if self._points is not None else None

    @property
    def is_complete(self) -> bool:
        """Whether every point has been tried."""
        return len(self._numbers) == self.size

    def add(self, params: Params) -> None:
        """A trial has begun with these."""
        number = self._points.index(params) if self._points is not None else None
        if number is not None:
            self._numbers.add(number)

    def fresh(self, ask: Callable[[int], Suggestion | None], seed: int) -> Asked | None:
        """A suggestion that has not been tried; None if the searcher has none at all. `seed` is the trial's own."""
        assert not self.is_complete, "every point has been tried: look at `is_complete` first"
        asked = None
        for attempt in range(TRIES):
            one = seed if attempt == 0 else seed_of(seed, attempt)
            suggestion = ask(one)
            if suggestion is None:
                return None
            asked = Asked(suggestion, one)
            if not self._has(suggestion.params):
                return asked
        assert asked is not None, f"{TRIES} is not 0"
        # The note stays that of the last ask: what a searcher has written there belongs to the trial, not to its point.
        return replace(asked, suggestion=replace(asked.suggestion, params=self._left(asked.seed)))

    def _has(self, params: Params) -> bool:
        return self._points is not None and self._points.index(params) in self._numbers

    def _left(self, seed: int) -> Params:
        """One of the points that are left, each as likely as the next."""
        assert self._points is not None, "a space without end is never tried out"
        number = random.Random(seed).randrange(self._points.size - len(self._numbers))
        for tried in sorted(self._numbers):
            if tried > number:
                break
            number += 1
        return self._points.point(number)
