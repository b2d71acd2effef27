"""A searcher kept warm: it stands at a position of the log, and is told only what came after.

Dropping it costs time and nothing else, because it can be rebuilt from the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sweepbridge.engine.plan import Plan
from sweepbridge.plugin import Searcher, Suggestion, Trial
from sweepbridge.trials import Event


@dataclass
class Warm:
    """The fold over one sweep's log, up to `position`."""

    plan: Plan
    position: int = 0
    """How many events it has been told."""
    began: int = 0
    running: set[int] = field(default_factory=set)
    failed: int = 0
    best: tuple[float, ...] | None = None
    """The least first loss of any trial that ended with results, with its other losses."""
    worst: list[float] | None = None
    """The greatest loss seen for each objective, over trials that ended with results."""
    _searcher: Searcher | None = None

    def catch_up(self, events: Iterable[Event]) -> None:
        """Take in the events that came after `position`."""
        for event in events:
            assert event.position == self.position, f"event {event.position} came at {self.position}"
            self.plan.tell(self._warm(), event.trial)
            self._count(event.trial)
            self.position += 1

    def ask(self, seed: int) -> Suggestion | None:
        """What the searcher suggests at this position."""
        return self.plan.ask(self._warm(), seed)

    def _warm(self) -> Searcher:
        if self._searcher is None:
            self._searcher = self.plan.start()
        return self._searcher

    def _count(self, trial: Trial) -> None:
        if trial.is_running:
            self.began += 1
            self.running.add(trial.number)
            return
        self.running.discard(trial.number)
        self.failed += trial.state == "failed"
        if trial.losses is None or trial.state == "failed":
            return
        if self.best is None or trial.losses[0] < self.best[0]:
            self.best = trial.losses
        self.worst = [max(pair) for pair in zip(self.worst or trial.losses, trial.losses, strict=True)]
