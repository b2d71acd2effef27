"""Curves that grow: the same as a stopper is shown, kept up to date as rows come in, begin anew, and trials end."""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import cached_property

from sweepbridge.plugin import Curves


class Growing(Curves):
    """Adds to what was worked out, in place of working it out again."""

    @cached_property
    def finished(self) -> Growing:
        """Those of the trials that have run to their end."""
        return Growing(goal=self.goal)

    def log(self, number: int, loss: float) -> None:
        """A trial has logged a row."""
        curve = self._losses.setdefault(number, [])
        curve.append(loss)
        if len(curve) in self._columns:
            insort(self._columns[len(curve)], loss)
        self.latest = number

    def void(self, number: int) -> None:
        """What a trial has logged does not count any more: it is run again."""
        for iteration, loss in enumerate(self._losses.pop(number, []), start=1):
            if iteration in self._columns:
                column = self._columns[iteration]
                del column[bisect_left(column, loss)]
        self._best.pop(number, None)

    def finish(self, number: int) -> None:
        """A trial has run to its end, and will log no more. It may be said twice."""
        for loss in self._losses.get(number, []) if number not in self.finished else ():
            self.finished.log(number, loss)
