"""What becomes of a trial whose run has ended without an end of its own, and how a person puts a failed one back.

A run that failed is tried again as often as `retries` says. One that was lost or preempted has done nothing wrong, and
is tried again without that. But a configuration that takes its machine down each time must not be tried for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sweepbridge.errors import UsageError
from sweepbridge.store import Run, Store, Sweep
from sweepbridge.trials import Event, Trial

MOST_LOST = 10
"""So many runs in a row that were lost end their trial as failed."""

MOST_UNENDED = 100
"""The same for runs that were lost or preempted."""


@dataclass(frozen=True, slots=True)
class Again:
    """A run has failed, and its trial waits for another one: no event has happened."""

    reason: str
    retry: int
    """Which of its retries that will be, counting from 1."""
    retries: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class Left:
    """A run has failed under an agent that gives up, and its trial waits for another one: no event has happened."""

    reason: str


def again(reason: str, runs: Sequence[Run], retries: int) -> Again | None:
    """Whether a trial is to be run once more after a run that failed; `runs` are those before that one."""
    retry = 1 + sum(run.state == "failed" for run in runs)
    return Again(reason, retry, retries) if retry <= retries else None


def hopeless(runs: Sequence[Run]) -> str | None:
    """Why a trial that has had these runs is not to be run once more; None if it is."""
    if len(runs) >= MOST_LOST and all(run.state == "lost" for run in runs[-MOST_LOST:]):
        return f"{MOST_LOST} runs in a row were lost: their agents died, or went silent"
    if len(runs) >= MOST_UNENDED and all(run.state in ("lost", "preempted") for run in runs[-MOST_UNENDED:]):
        return f"{MOST_UNENDED} runs in a row were lost or preempted"
    return None


def has_failed_elsewhere(store: Store, sweep_id: str, trial: Trial, agent: str) -> bool:
    """Whether a run of this configuration has failed under an agent of another name."""
    numbers = [record.trial.number for record in store.trials(sweep_id) if record.trial.seed == trial.seed]
    runs = (run for number in numbers for run in store.runs(sweep_id, number))
    return any(run.state == "failed" and run.agent != agent for run in runs)


def put_back(store: Store, sweep_id: str, number: int) -> int:
    """Begin a new trial with what a failed one had, and let it wait for a run; the new one's number.

    One that is waiting or running already is given as it is. UsageError if the trial has not failed, or the sweep
    takes no trials any more.
    """
    while True:
        sweep, log = store.sweep(sweep_id), store.events(sweep_id)
        failed = store.trial(sweep_id, number).trial
        latest = _latest_again(log, failed)
        if latest is not None and latest.is_running:
            return latest.number
        _refuse(sweep, failed, latest)
        new = store.begin_again(sweep_id, failed, at=len(log))
        if new is not None:
            return new


def _latest_again(log: Sequence[Event], failed: Trial) -> Trial | None:
    """The trial as which this one was last put back, as it stands; None if it never was."""
    found = {event.trial.number: event.trial for event in log if is_again(event.trial, failed)}
    return found[max(found)] if found else None


def is_again(trial: Trial, earlier: Trial) -> bool:
    """Whether a trial is an earlier one that was put back: it has the same seed, which no other trial has."""
    return trial.number > earlier.number and trial.seed == earlier.seed


def _refuse(sweep: Sweep, trial: Trial, latest: Trial | None) -> None:
    if latest is not None and latest.state != "failed":
        raise UsageError(
            f"trial {trial.number} was put back before",
            found=f"trial {latest.number}, which is that one again, {latest.state}",
            expected="a trial that has failed, and has not ended well since",
            fix=f"sweepbridge status {sweep.id} {latest.number}",
        )
    if trial.state != "failed":
        raise UsageError(
            f"trial {trial.number} has not failed",
            found=f"trial {trial.number} {trial.state}",
            expected="a trial that has failed",
            fix=f"sweepbridge status {sweep.id}",
        )
    if sweep.state in ("stopped", "cancelled"):
        raise UsageError(
            f"sweep {sweep.id} takes no trials any more",
            found=f"{sweep.state}: {sweep.reason}",
            expected="a sweep that is running or paused, or has come to its own end",
            fix=f"sweepbridge resume {sweep.id}, and then the same again",
        )
