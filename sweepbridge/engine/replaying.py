"""A stored sweep's suggestions, derived again from its log: the proof that it was searched as it says.

A fresh searcher is told the log event by event, and asked for each trial at the place where it began. What it answers
is held against what ran. A trial that a person has put back was no suggestion, nor was one that ran elsewhere before
the sweep, so nothing is asked for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sweepbridge.engine.plan import Plan
from sweepbridge.engine.warm import Warm
from sweepbridge.plugin import Trial
from sweepbridge.space import Params, same
from sweepbridge.trials import Event, seed_of


@dataclass(frozen=True, slots=True)
class Derived:
    """One trial as it ran, and as it is suggested again."""

    trial: Trial
    params: Params | None
    """What the searcher suggests at this place of the log; None if it suggests nothing."""

    @property
    def is_equal(self) -> bool:
        """Whether it is what ran: the same paths, and the same value at each."""
        return self.params is not None and same(dict(self.params), dict(self.trial.params))


def replay(plan: Plan, sweep_seed: int, log: Sequence[Event]) -> Iterator[Derived]:
    """Every suggestion of a log, in the order in which they began. PluginError if the backend fails."""
    warm = Warm(plan)
    seeds: set[int] = set()
    for event in log:
        is_suggested = event.trial.is_running and event.trial.seed not in seeds and not event.trial.is_prior
        seeds.add(event.trial.seed)
        if is_suggested:
            asked = warm.ask(seed_of(sweep_seed, event.trial.number))
            yield Derived(event.trial, asked.suggestion.params if asked else None)
        warm.catch_up([event])
