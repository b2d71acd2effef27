"""A searcher kept warm: it stands at a position of the log, and is told only what came after.

Dropping it costs time and nothing else, because it can be rebuilt from the log. It hears of events when it is asked
next and not before, so that a searcher that fails can't keep an agent from storing a result.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sweepbridge.engine.counting import Counting, uncounted
from sweepbridge.engine.plan import Plan
from sweepbridge.engine.searching import as_told
from sweepbridge.engine.tried import Asked, Tried
from sweepbridge.plugin import Searcher, Trial
from sweepbridge.trials import Event


@dataclass
class Warm:
    """The fold over one sweep's log, up to `position`."""

    plan: Plan
    own: Collection[int] = (0,)
    """The numbers of the sweep's searches that are like this one; more may come to be known."""
    position: int = 0
    """How many events have been taken in."""
    began: int = 0
    priors: int = 0
    """How many of them ran elsewhere, before the sweep."""
    spared: set[int] = field(default_factory=set)
    """The points that these have run, by number, where each runs once."""
    suggested: int = 0
    """How many have begun that a searcher has suggested: they are no priors, and no person has put them back."""
    strangers: int = 0
    """How many of these were suggested by a search that is not like this one."""
    running: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    """The seeds of the trials that have failed here, and that nobody has put back since."""
    since_best: int = 0
    """How many trials have ended since the one that is the best."""
    best: tuple[float, ...] | None = None
    """The least first loss of any trial that ended with results, with its other losses."""
    worst: list[float] | None = None
    """The greatest loss seen for each objective, over trials that ended with results."""
    tried: Tried | None = None
    """The points that have been tried; None where a point may be tried again, or hardly ever will be."""
    counted: Counting = uncounted
    """Goes through the events that the searcher is told."""
    _searcher: Searcher | None = None
    _untold: deque[Trial] = field(default_factory=deque)
    """The events that the searcher is still to hear of."""

    def __post_init__(self) -> None:
        self.tried = self.plan.tried()

    def catch_up(self, events: Iterable[Event]) -> None:
        """Take in the events that came after `position`. Calls nothing of the backend's."""
        for event in events:
            assert event.position == self.position, f"event {event.position} came at {self.position}"
            self._untold.append(event.trial)
            self._count(event.trial)
            self.position += 1

    def ask(self, seed: int) -> Asked | None:
        """The trial to begin at this position; `seed` is the trial's own.

        PluginError if the searcher fails, now or when it is told the events.
        """
        return self.plan.next(self._told(), self.tried, seed)

    def _told(self) -> Searcher:
        if self._searcher is None:
            self._searcher = self.plan.start()
        with self.counted(tuple(self._untold), "taking in the log") as trials:
            for trial in trials:
                self.plan.tell(self._searcher, as_told(trial, self.own))
                self._untold.popleft()
        return self._searcher

    def _count(self, trial: Trial) -> None:
        if trial.is_running:
            self._count_beginning(trial)
            return
        self.running.discard(trial.number)
        self.since_best += not trial.is_prior
        if trial.state == "failed" and not trial.is_prior:
            self.failed.add(trial.seed)
        if trial.losses is None or trial.state == "failed":
            return
        if self.best is None or trial.losses[0] < self.best[0]:
            self.best, self.since_best = trial.losses, 0
        self.worst = [max(pair) for pair in zip(self.worst or trial.losses, trial.losses, strict=True)]

    def _count_beginning(self, trial: Trial) -> None:
        self.began += 1
        self.running.add(trial.number)
        if self.tried is not None:
            self.tried.add(trial.params)
        if trial.is_prior:
            self.priors += 1
            self.spared |= self.plan.spared([trial.params])
            return
        self.suggested += trial.search is not None
        self.strangers += trial.search is not None and trial.search not in self.own
        self.failed.discard(trial.seed)
