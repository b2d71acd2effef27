"""The best trial of a sweep, and the commands and values that make it again."""

from __future__ import annotations

from collections.abc import Iterable

from sweepbridge.store import TrialRecord


def best_of(trials: Iterable[TrialRecord]) -> TrialRecord | None:
    """The trial with the least first loss; the earlier of two equal ones; None if no trial has a result.

    Trials that were stopped early count with what they had reached. Failed ones never do: their losses are imputed.
    """
    done = [record for record in trials if record.trial.state in ("finished", "stopped") and record.trial.losses]
    return min(done, key=lambda record: (record.trial.losses, record.trial.number), default=None)
