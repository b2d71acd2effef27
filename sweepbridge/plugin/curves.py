"""The curves of a sweep: what its trials have logged of the objective, as a stopper is shown it.

A loss is smaller-is-better here as everywhere. Iteration n of a trial is its n-th row that held a finite objective,
counting from 1: rows with NaN, with infinity or without the metric are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, islice
from typing import Literal, TypeAlias

Goal: TypeAlias = Literal["minimize", "maximize"]


class Curves(Mapping[int, Sequence[float]]):
    """For each trial that has logged the objective, by number and in whatever state: its losses in order.

    What is worked out here is kept, and the core goes on with it as rows come in: a verdict that rests on `at` and
    `best_so_far` costs the same among ten trials and among ten thousand. Change nothing that you are given.
    """

    def __init__(
        self,
        losses: Mapping[int, Sequence[float]] | None = None,
        *,
        finished: Iterable[int] = (),
        latest: int | None = None,
        goal: Goal = "minimize",
    ) -> None:
        self.latest = latest
        """The trial whose row came last: tells a new row of a trial from another look at those it had."""
        self.goal = goal
        """What becomes of the metric. With `maximize`, a loss is the metric with its sign turned."""
        self._losses = {number: list(curve) for number, curve in (losses or {}).items()}
        self._ended = tuple(finished)
        self._columns: dict[int, list[float]] = {}
        self._best: dict[int, list[float]] = {}

    def __getitem__(self, number: int) -> Sequence[float]:
        return self._losses[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._losses)

    def __len__(self) -> int:
        return len(self._losses)

    @cached_property
    def finished(self) -> Curves:
        """Those of the trials that have run to their end: they do not run, and were not stopped, and did not fail."""
        ended = {number: self._losses[number] for number in self._ended if number in self._losses}
        return Curves(ended, goal=self.goal)

    def at(self, iteration: int) -> Sequence[float]:
        """The losses at an iteration, counting from 1, of all trials that got that far: ascending."""
        if iteration not in self._columns:
            reached = (curve[iteration - 1] for curve in self._losses.values() if len(curve) >= iteration)
            self._columns[iteration] = sorted(reached)
        return self._columns[iteration]

    def best_so_far(self, number: int) -> Sequence[float]:
        """The least loss that a trial had up to each of its iterations. Empty for one that has logged none."""
        curve = self._losses.get(number, [])
        best = self._best.setdefault(number, [])
        new = islice(curve, len(best), None)
        # The last one goes in again, as what the new losses are held against.
        best[-1:] = accumulate([*best[-1:], *new], min)
        return best

    def value(self, loss: float) -> float:
        """The metric's own value, from its loss: for people, and for options that name a value of the metric."""
        return loss if self.goal == "minimize" else -loss
