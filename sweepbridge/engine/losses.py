"""From what a run logged to losses: smaller is better, finite, one for each objective.

A trial's loss is the best value that its metric reached in any row or in its summary, as in W&B's own search
(`docs/decisions/0005-loss-is-best-of-history.md`). NaN, infinities, booleans, strings and nulls are not values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sweepbridge.space import Json
from sweepbridge.spec import Objective


def loss_of(objective: Objective, row: Mapping[str, Json]) -> float | None:
    """The loss that a row gives for an objective; None where it has no usable value for it."""
    value = row.get(objective.name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer that no float can hold
        return None
    if not math.isfinite(number):
        return None
    return number if objective.goal == "minimize" else -number


def value_of(objective: Objective, loss: float) -> float:
    """The metric's own value, from its loss."""
    return loss if objective.goal == "minimize" else -loss


@dataclass
class Tally:
    """What one run has logged so far, as far as its objectives go."""

    objectives: Sequence[Objective]
    rows: int = 0
    observations: list[float] = field(default_factory=list)
    """The first objective's losses, in order."""
    last: dict[str, Json] = field(default_factory=dict)
    """The last value of everything that was logged."""
    best: dict[str, float] = field(default_factory=dict)
    """The least loss of each objective so far, by its name."""

    def loss(self, row: Mapping[str, Json]) -> float | None:
        """The first objective's loss in a row, if it has one. Counts nothing."""
        return loss_of(self.objectives[0], row) if self.objectives else None

    def add(self, row: Mapping[str, Json]) -> None:
        """Count a row in."""
        self.rows += 1
        self.last.update(row)
        self.best = self._improved(row)
        loss = self.loss(row)
        if loss is not None:
            self.observations.append(loss)

    def with_summary(self, summary: Mapping[str, Json]) -> Tally:
        """The same, with what the run put in its summary counted in."""
        return replace(self, last={**self.last, **summary}, best=self._improved(summary))

    @property
    def losses(self) -> tuple[float, ...] | None:
        """One loss for each objective; None if any objective has none."""
        found = [self.best.get(objective.name) for objective in self.objectives]
        return None if not found or None in found else tuple(loss for loss in found if loss is not None)

    @property
    def missing(self) -> str:
        """Why there are no losses: which metric is missing, and what stood there instead."""
        faults = []
        for objective in self.objectives:
            if objective.name in self.best:
                continue
            if objective.name in self.last:
                faults.append(f"{objective.name} was last {self.last[objective.name]!r}, and never a finite number")
            else:
                logged = ", ".join(name for name in self.last if not name.startswith("_"))
                faults.append(f"{objective.name} was never logged; logged: {logged or _nothing(objective.name)}")
        return "; ".join(faults)

    def _improved(self, row: Mapping[str, Json]) -> dict[str, float]:
        """The least losses, with those of a row."""
        found = {objective.name: loss_of(objective, row) for objective in self.objectives}
        new = {name: min(loss, self.best.get(name, loss)) for name, loss in found.items() if loss is not None}
        return {**self.best, **new}


def _nothing(name: str) -> str:
    """What to do about a run that logged nothing here, though it may have logged elsewhere."""
    advice = f'nothing. Call sweepbridge.log({{"{name}": value}})'
    return f"{advice}; what goes to wandb.log() is read with `import sweepbridge as wandb`"


def imputed(how: str, tally: Tally, worst: Sequence[float] | None) -> tuple[float, ...] | None:
    """The losses that a trial without results is given, by `metric.impute`; None where there is nothing to give.

    `worst` are the greatest losses of the trials that ended with results. `best` and `latest` are the run's own.
    W&B falls back to 0.0, which can be the best or the worst of all; here a trial then has no losses.
    """
    own = [tally.best.get(objective.name) for objective in tally.objectives]
    match how:
        case "latest" if tally.observations and len(own) == 1:
            return (tally.observations[-1],)
        case "best" | "latest" if own and None not in own:
            return tuple(loss for loss in own if loss is not None)
        case _:
            return tuple(worst) if worst else None
