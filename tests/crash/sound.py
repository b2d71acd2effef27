"""What holds of every sweep at every instant, however many processes have died on it."""

from __future__ import annotations

import json
from collections import Counter

from sweepbridge.store import Store
from tests.replayed import derived


def assert_is_sound(store: Store, sweep_id: str) -> None:
    """The log has no gap, each trial begins once and ends at most once, and each is held by one run at the most."""
    events, records, runs = store.events(sweep_id), store.trials(sweep_id), store.runs(sweep_id)
    began = [event.trial.number for event in events if event.trial.is_running]
    ended = [event.trial.number for event in events if not event.trial.is_running]
    holders = Counter(run.trial for run in runs if run.state == "running")
    assert [event.position for event in events] == list(range(store.sweep(sweep_id).length))
    assert began == [record.trial.number for record in records] == list(range(len(records)))
    assert sorted(ended) == [record.trial.number for record in records if not record.trial.is_running]
    assert holders == Counter(record.trial.number for record in records if record.state == "running")
    assert len(runs) == sum(record.runs for record in records)


def assert_is_replayed(store: Store, sweep_id: str) -> None:
    """Every suggestion of a sweep is derived again from its log."""
    found = derived(store, sweep_id)
    assert [one.trial.number for one in found if not one.is_equal] == []
    assert len(found) == store.sweep(sweep_id).began


def points(store: Store, sweep_id: str) -> list[str]:
    """The parameters of every trial, by number, as text that can be compared."""
    return [json.dumps(dict(record.trial.params), sort_keys=True) for record in store.trials(sweep_id)]
