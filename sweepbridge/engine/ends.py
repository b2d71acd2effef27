"""When a sweep takes no more trials: a cap, a target or a time is reached, or every point has run.

All of it follows from the log and the config, and from the sweep's age by the store's clock. Trials that have begun run
to their end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sweepbridge.engine.losses import value_of
from sweepbridge.engine.warm import Warm
from sweepbridge.spec import SweepConfig


@dataclass(frozen=True, slots=True)
class End:
    """Why no trial may begin any more."""

    reason: str
    state: Literal["finished", "failed"] = "finished"
    """What becomes of the sweep once its last trial has ended."""


def end_of(config: SweepConfig, warm: Warm, age_s: float) -> End | None:
    """Why no trial may begin at this point of the log; None while one may."""
    if config.max_failures is not None and len(warm.failed) >= config.max_failures:
        return End(f"max_failures: {_trials(len(warm.failed))} failed", "failed")
    reason = next(_reasons(config, warm, age_s), None)
    return End(reason) if reason else None


def _reasons(config: SweepConfig, warm: Warm, age_s: float) -> Iterator[str]:
    if config.run_cap is not None and warm.began - warm.priors >= config.run_cap:
        yield f"run_cap: {config.run_cap} trials have begun"
    yield from _target(config, warm)
    if config.patience is not None and warm.best is not None and warm.since_best >= config.patience:
        yield f"patience: {_trials(warm.since_best)} ended without a better result"
    if config.timeout is not None and age_s >= config.timeout:
        yield f"timeout: {config.timeout:g} seconds have passed since the sweep was created"
    if warm.tried is not None and warm.tried.is_complete:
        yield f"all {warm.tried.size} points have run"


def _target(config: SweepConfig, warm: Warm) -> Iterator[str]:
    for objective in config.objectives[:1]:
        if objective.target is not None and warm.best is not None:
            value, target = value_of(objective, warm.best[0]), float(objective.target)
            if value <= target if objective.goal == "minimize" else value >= target:
                yield f"target: {objective.name} has reached {value:.6g}"


def _trials(count: int) -> str:
    return "1 trial has" if count == 1 else f"{count} trials have"
