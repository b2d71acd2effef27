"""A stored sweep's suggestions, derived again from its log: the proof that it was searched as it says.

A fresh searcher for each of its searches is told the log event by event, and the one that suggested a trial is asked
for it at the place where it began. What it answers is held against what ran. A trial that a person has put back was no
suggestion, nor was one that ran elsewhere before the sweep, so nothing is asked for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sweepbridge.engine.counting import Counting, uncounted
from sweepbridge.engine.plan import Plan
from sweepbridge.engine.searching import search_of
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


def replay(
    plans: Mapping[int, Plan], sweep_seed: int, log: Sequence[Event], *, counted: Counting = uncounted
) -> Iterator[Derived]:
    """Every suggestion of a log, in the order in which they began. `plans` has one for each of its searches, by number.

    PluginError if a backend fails.
    """
    warm = {number: Warm(plans[number], _like(number, plans)) for number in _numbers(log)}
    with counted(log, "replaying the log") as events:
        for event in events:
            if event.trial.is_running and event.trial.search is not None:
                asked = warm[event.trial.search].ask(seed_of(sweep_seed, event.trial.number))
                yield Derived(event.trial, asked.suggestion.params if asked else None)
            for one in warm.values():
                one.catch_up([event])


def _numbers(log: Sequence[Event]) -> list[int]:
    return sorted({event.trial.search for event in log if event.trial.search is not None})


def _like(number: int, plans: Mapping[int, Plan]) -> set[int]:
    """The searches whose notes mean the same to one of them, itself among them."""
    mine = search_of(plans[number])
    return {other for other, decided in plans.items() if search_of(decided).is_like(mine)}
