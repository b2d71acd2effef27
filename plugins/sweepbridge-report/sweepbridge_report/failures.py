"""What went wrong: the trials that failed, the reasons that differ, and the tracebacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sweepbridge import OpenSweep, TrialRecord

REASONS = 40
"""At most so many different reasons are shown, the most frequent first."""
TRACEBACKS = 5
"""Of each reason, the tracebacks of at most so many trials, the latest ones."""
LONGEST = 6000
"""Of a traceback, the last so many characters."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to fail."""

    reason: str
    trials: Sequence[int]
    """Every trial that failed so, by number."""
    tracebacks: Sequence[tuple[int, str | None]]
    """For some of these trials, the end of what its last run wrote to standard error; None if that is not here."""


def failures(opened: OpenSweep, failed: Sequence[TrialRecord]) -> list[Failure]:
    """The ways in which trials failed, the most frequent first."""
    ways: dict[str, list[int]] = {}
    for record in failed:
        ways.setdefault(record.trial.reason or "no reason is known", []).append(record.trial.number)
    told = sorted(ways.items(), key=lambda way: (-len(way[1]), way[1]))[:REASONS]
    return [
        Failure(why, trials, [(trial, _end_of(opened.stderr(trial))) for trial in trials[-TRACEBACKS:]])
        for why, trials in told
    ]


def _end_of(text: str | None) -> str | None:
    if text is None or len(text) <= LONGEST:
        return text
    return f"… {len(text) - LONGEST} characters before\n{text[-LONGEST:]}"
