"""When a sweep takes no more trials: its cap is reached, or its target is, or every point has run."""

from __future__ import annotations

from sweepbridge.engine.losses import value_of
from sweepbridge.engine.warm import Warm
from sweepbridge.spec import SweepConfig


def end_of(config: SweepConfig, warm: Warm) -> str | None:
    """Why no trial may begin at this point of the log; None while one may."""
    if config.run_cap is not None and warm.began >= config.run_cap:
        return f"run_cap: {config.run_cap} trials have begun"
    for objective in config.objectives[:1]:
        if objective.target is not None and warm.best is not None:
            value, target = value_of(objective, warm.best[0]), float(objective.target)
            reached = value <= target if objective.goal == "minimize" else value >= target
            if reached:
                return f"target: {objective.name} has reached {value:.6g}"
    if warm.tried is not None and warm.tried.is_complete:
        return f"all {warm.tried.size} points have run"
    return None
