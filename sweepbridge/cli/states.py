"""What pause, resume, stop and cancel share: one change of a sweep's state, or a word why not."""

from __future__ import annotations

from sweepbridge.api import open_sweep
from sweepbridge.store import Store, SweepState

DONE = {
    "paused": "gives out no new trials until it is resumed",
    "running": "gives out trials again",
    "stopped": "gives out no more trials; those that run may end",
    "cancelled": "gives out no more trials; those that run are being ended",
}


def set_state(store: Store, sweep_id: str, state: SweepState) -> str:
    """Set a sweep's state, and say what that means. UsageError for one that is over."""
    open_sweep(sweep_id, store=store).set_state(state)
    return f"{sweep_id} {DONE[state]}"
