"""From how a run ended to how its trial did: with the losses that it reached, or those that it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sweepbridge.engine.losses import Tally, imputed
from sweepbridge.space import Json
from sweepbridge.spec import SweepConfig
from sweepbridge.store import Ending

TrialEnd: TypeAlias = Literal["finished", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended, as its agent saw it."""

    state: TrialEnd
    summary: Mapping[str, Json]
    reason: str | None = None
    exit_code: int | None = None


def outcome(config: SweepConfig, tally: Tally, result: Result) -> tuple[TrialEnd, str | None]:
    """What the trial ends as whose run has logged a tally, and has a result; and why. Without losses, it has failed."""
    counted = tally.with_summary(result.summary)
    if result.state == "finished" and config.objectives and counted.losses is None:
        return "failed", counted.missing
    return result.state, result.reason


def ending_of(config: SweepConfig, tally: Tally, result: Result, worst: Callable[[], Sequence[float] | None]) -> Ending:
    """How that trial ends, whole.

    `worst` gives the greatest losses of the trials that ended with results; it is called where they are needed.
    """
    state, reason = outcome(config, tally, result)
    counted = tally.with_summary(result.summary)
    losses = counted.losses
    if state == "failed" or (state == "stopped" and losses is None):
        losses = imputed(config.impute, counted, worst())
    return Ending(
        state=state,
        losses=losses,
        observations=tuple(counted.observations),
        summary=counted.last,
        reason=reason,
        exit_code=result.exit_code,
    )
