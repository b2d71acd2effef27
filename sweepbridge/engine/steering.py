"""What a person may do with a sweep as a whole: pause, resume, stop, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from sweepbridge.errors import UsageError
from sweepbridge.store import Store, SweepState

Verb: TypeAlias = Literal["pause", "resume", "stop", "cancel"]

STATES: Mapping[Verb, SweepState] = {
    "pause": "paused",
    "resume": "running",
    "stop": "stopped",
    "cancel": "cancelled",
}
"""The state that each of them leads to."""


def steer(store: Store, sweep_id: str, verb: Verb) -> None:
    """Do it. UsageError for a sweep that is over, unless it is resumed; one that was stopped can still be cancelled."""
    state = STATES[verb]
    if store.set_state(sweep_id, state, reason=None if verb == "resume" else f"{state} by a person"):
        return
    found = store.sweep(sweep_id)
    raise UsageError(
        f"sweep {sweep_id} is over",
        found=f"{found.state}{f': {found.reason}' if found.reason else ''}",
        expected="a sweep that is running or paused",
        fix=f"sweepbridge status {sweep_id}; sweepbridge resume {sweep_id} lets it run again",
    )
