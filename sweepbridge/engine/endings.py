"""From how a run ended to how its trial did: with the losses that it reached, or those that it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sweepbridge.engine.losses import Tally, imputed
from sweepbridge.space import Json
from sweepbridge.spec import SweepConfig
from sweepbridge.store import Ending


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended, as its agent saw it."""

    state: Literal["finished", "stopped", "failed"]
    summary: Mapping[str, Json]
    reason: str | None = None
    exit_code: int | None = None


def ending_of(config: SweepConfig, tally: Tally, result: Result, worst: Callable[[], Sequence[float] | None]) -> Ending:
    """How the trial ends whose run has logged a tally, and has a result.

    `worst` gives the greatest losses of the trials that ended with results; it is called where they are needed.
    """
    losses = tally.losses(result.summary)
    state, reason = result.state, result.reason
    if state == "finished" and losses is None and config.objectives:
        state, reason = "failed", tally.missing(result.summary)
    if state == "failed" or (state == "stopped" and losses is None):
        losses = imputed(config.impute, tally, worst())
    return Ending(
        state=state,
        losses=losses,
        observations=tuple(tally.observations),
        summary={**tally.last, **result.summary},
        reason=reason,
        exit_code=result.exit_code,
    )
