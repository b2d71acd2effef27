"""From rows of the tables to records."""

from __future__ import annotations

from sqlalchemy import RowMapping

from sweepbridge.store.records import Claim, TrialRecord
from sweepbridge.trials import Event, Trial


def trial_of(found: RowMapping) -> Trial:
    """A trial as it stands, from a row of `trials`. One that waits is running, as far as the log is concerned."""
    return Trial(
        number=found["number"],
        seed=found["seed"],
        state="running" if found["state"] == "waiting" else found["state"],
        params=found["params"],
        note=found["note"],
        losses=None if found["losses"] is None else tuple(found["losses"]),
        observations=tuple(found["observations"] or ()),
        reason=found["reason"],
        search=found["search"],
        is_prior=_is_prior(found),
    )


def event_of(found: RowMapping) -> Event:
    """An event, from a row of the log: the trial as it was then."""
    if found["kind"] == "ended":
        return Event(found["position"], trial_of(found))
    begun = {name: found[name] for name in ("number", "seed", "params", "note", "search")}
    return Event(found["position"], Trial(state="running", is_prior=_is_prior(found), **begun))


def _is_prior(found: RowMapping) -> bool:
    """Whether a trial has ended and never had a run here."""
    return bool(found["run"] == 0 and found["state"] != "waiting")


def claim_of(found: RowMapping, sweep_id: str, agent: str, *, run: int) -> Claim:
    """An agent's hold on a run of a trial, from a row of `trials`."""
    return Claim(sweep_id, trial_of(found), run, agent)


def record_of(found: RowMapping) -> TrialRecord:
    """A trial and what people ask about it, from a row of `trials`."""
    return TrialRecord(
        trial=trial_of(found),
        backend=found["backend"],
        method=found["method"],
        is_waiting=found["state"] == "waiting",
        runs=found["run"],
        agent=found["agent"],
        summary=found["summary"] or {},
        began_at=found["began_at"],
        ended_at=found["ended_at"],
    )
