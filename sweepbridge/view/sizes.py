"""How large a sweep is, in words."""

from __future__ import annotations

from sweepbridge.engine import Plan


def size_text(plan: Plan) -> str | None:
    """`grid of 24 points`, and how many of them `run_cap` lets run; None where there is no grid."""
    size = plan.problem.space.size
    if plan.problem.method != "grid" or size is None:
        return None
    points = f"grid of {size:,} point{'' if size == 1 else 's'}"
    is_capped = plan.trials is not None and plan.trials < size
    return f"{points}, of which run_cap lets {plan.trials:,} run" if is_capped else points
