"""What an agent carries between a run and the engine while the run goes on: rows and heartbeats in, the answer back."""

from __future__ import annotations

from sweepbridge.engine import Engine, Heard
from sweepbridge.plugin import Verdict
from sweepbridge.rundir import RunDir, Tail
from sweepbridge.store import Claim

POLL_S = 0.05
"""How often an agent looks at its run."""

BEAT_S = 2.0
"""How often an agent says that its run is alive."""


class Report:
    """One run's rows on their way to the engine, and what the engine has answered so far."""

    def __init__(self, engine: Engine, claim: Claim, directory: RunDir) -> None:
        self.claim = claim
        self.directory = directory
        self.verdict: Verdict | None = None
        """Why the run should end now; None while it may go on. The first one stays."""
        self.is_given_up = False
        """The run was taken for lost: its result will not count."""
        self._engine = engine
        self._tail = Tail(directory.metrics_file)
        self._beaten_at = float("-inf")

    def sync(self, now: float) -> None:
        """Send the rows that are new, and a heartbeat when one is due; `now` counts seconds from any start."""
        rows = self._tail.read()
        is_due = now - self._beaten_at >= BEAT_S
        if rows or is_due:  # a record of no rows still tells whether the run was given up on
            self._hear(self._engine.record(self.claim, rows))
        if is_due:
            self._beaten_at = now
            self._hear(self._engine.beat(self.claim))

    def finish(self) -> None:
        """Send the rows that are left, once the run has ended. The answer comes too late to matter."""
        rows = self._tail.read_rest()
        if rows:
            self._engine.record(self.claim, rows)

    @property
    def reason_to_end(self) -> str | None:
        """Why the run should end now, for people; None while it may go on."""
        if self.is_given_up:
            return "this run was taken for lost, and its trial was given to another agent"
        return self.verdict.why if self.verdict else None

    def _hear(self, heard: Heard) -> None:
        self.verdict = self.verdict or heard.stop
        self.is_given_up = self.is_given_up or heard.is_given_up
