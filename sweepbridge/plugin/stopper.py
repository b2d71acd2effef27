"""What a stopper is: the rule by which running trials are ended early.

A stopper is a pure function of the curves so far, so that the same curves always give the same verdict, whichever
agent asks, and `sweepbridge status ID TRIAL` can say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from sweepbridge.plugin.contract import Issue
from sweepbridge.space import Json

Curves: TypeAlias = Mapping[int, Sequence[float]]
"""For each trial that has logged the objective, by number and in whatever state: its losses in order.

Iteration n of a trial is the n-th row that held a finite objective, counting from 1.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a trial stands among those that got as far as it."""

    band: int
    """The iteration at which it is looked at, counting from 1."""
    loss: float
    rank: int
    """Counting from 1; of equal trials, each has the best of their ranks."""
    of: int
    """How many trials there are at this band, this one among them."""
    threshold: float
    """The greatest loss that may go on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a trial should stop now, and why."""

    stop: bool
    why: str
    """One sentence with the numbers in it, for people."""
    standing: Standing | None = None
    """The numbers behind it, if they are these: people are then shown the metric in its own sign, in place of `why`."""


class Stopper(Protocol):
    """A named rule for early termination, chosen by `early_terminate: {type: NAME}`."""

    @property
    def name(self) -> str:
        """What users write in `early_terminate.type`; lower case."""

    def check(self, options: Mapping[str, Json]) -> Iterable[Issue]:
        """What is wrong with the options that stand beside `type`."""

    def judge(self, options: Mapping[str, Json], number: int, curves: Curves) -> Verdict:
        """Whether trial `number`, which is running, should stop now. Changes nothing."""
