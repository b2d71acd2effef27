"""What pause, resume, stop and cancel share: one change of a sweep's state, or a word why not."""

from __future__ import annotations

from sweepbridge.errors import UsageError
from sweepbridge.store import Store, SweepState

DONE = {
    "paused": "gives out no new trials until it is resumed",
    "running": "gives out trials again",
    "stopped": "gives out no more trials; those that run may end",
    "cancelled": "gives out no more trials; those that run are being ended",
}


def set_state(store: Store, sweep_id: str, state: SweepState) -> str:
    """Set a sweep's state, and say what that means. UsageError for one that is over."""
    before = store.sweep(sweep_id)
    if not store.set_state(sweep_id, state, reason=None if state == "running" else f"{state} by a person"):
        raise UsageError(
            f"sweep {sweep_id} is over",
            found=f"{before.state}{f': {before.reason}' if before.reason else ''}",
            expected="a sweep that is running or paused",
            fix=f"sweepbridge status {sweep_id}",
        )
    return f"{sweep_id} {DONE[state]}"
