"""What pause, resume, stop and cancel share: the deed, and what it means for the sweep."""

from __future__ import annotations

from sweepbridge.api import bare_id, store_at
from sweepbridge.engine import steer
from sweepbridge.engine.steering import Verb

DONE = {
    "pause": "gives out no new trials until it is resumed",
    "resume": "gives out trials again",
    "stop": "gives out no more trials; those that run may end",
    "cancel": "gives out no more trials; those that run are being ended",
}


def done(verb: Verb, sweep: str, store: str | None) -> str:
    """Do it to a sweep, and say what that means. UsageError for one that is over."""
    sweep_id = bare_id(sweep)
    steer(store_at(store, create=False), sweep_id, verb)
    return f"{sweep_id} {DONE[verb]}"
