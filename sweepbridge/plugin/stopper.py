"""What a stopper is: the rule by which running trials are ended early.

A stopper is a pure function of the curves so far, so that the same curves always give the same verdict, whichever
agent asks, and `sweepbridge status ID TRIAL` can say why. `sweepbridge.plugin.stopper_testing.StopperLaws` tests it.

It is asked about a trial after each of the trial's rows, with the curves as they were when that row came in, however
many rows are read at once. So what is decided does not depend on when an agent looks. And it is asked again every two
seconds while the run goes on, because others go on meanwhile: `curves.latest` then names another trial, unless nobody
has logged anything since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sweepbridge.plugin.contract import Issue
from sweepbridge.plugin.curves import Curves, Goal
from sweepbridge.space import Json


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
    word: str = "band"
    """What people call the iteration: a band, a rung."""

    def sentence(self, metric: str = "loss", goal: Goal = "minimize") -> str:
        """It in words, with the metric in its own sign."""
        loss, threshold = (one if goal == "minimize" else -one for one in (self.loss, self.threshold))
        worse = "above" if goal == "minimize" else "below"
        side = worse if self.loss > self.threshold else f"not {worse}"
        return (
            f"{self.word} {self.band}: {metric} {loss:.6g} ranks {self.rank} of {self.of} "
            f"and is {side} the threshold {threshold:.6g}"
        )


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
        """What is wrong with the options that stand beside `type`. An issue about one of them has it as `path`."""

    def judge(self, options: Mapping[str, Json], number: int, curves: Curves) -> Verdict:
        """Whether trial `number`, which is running, should stop now. Changes nothing, and raises on no curves."""
