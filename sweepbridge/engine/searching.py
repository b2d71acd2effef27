"""Who searches a sweep: the search of this agent, those of all others, and what a searcher may know of them.

A sweep is created with one search, and may get others: somebody switches to another backend, an agent is told to take
another one, or a library was upgraded. Each trial remembers the one that suggested it. A searcher is told of all
trials, and gets the notes of those that a search like its own has named: the same backend, method and options,
whatever their versions. Any other note was not written for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from sweepbridge.engine.plan import Plan, plan
from sweepbridge.registry import Registry
from sweepbridge.spec import SweepConfig
from sweepbridge.store import Search, Store
from sweepbridge.trials import Event, Trial


def plan_of(search: Search, config: SweepConfig, registry: Registry) -> Plan:
    """The plan that a search has followed. As `plan`, if it can't be followed here."""
    return plan(config, registry, backend=f"{search.backend}:{search.method}", options=search.options)


def search_of(decided: Plan) -> Search:
    """The search that a plan is for, under the versions that are here. Its number means nothing yet."""
    chosen = decided.chosen
    return Search(0, chosen.backend.name, chosen.method, decided.options, decided.provenance)


def switch(store: Store, sweep_id: str, decided: Plan) -> Search:
    """Let a plan's search go on with a sweep: its agents take it up with their next trial, unless they are pinned."""
    search = search_of(decided)
    store.switch(sweep_id, store.enter(sweep_id, search))
    return search


def as_told(trial: Trial, own: Collection[int]) -> Trial:
    """A trial as a searcher is told of it, whose own searches have these numbers: what others wrote is left out."""
    return trial if trial.search in own else replace(trial, note={}, search=None)


@dataclass
class Searches:
    """The searches of one sweep, as far as one agent knows them, and which of them are like its own."""

    store: Store
    sweep_id: str
    mine: Search
    own: set[int] = field(default_factory=set)
    """The numbers of those that are like this agent's."""
    _known: dict[int, Search] = field(default_factory=dict)
    _number: int | None = None

    @property
    def number(self) -> int:
        """This agent's own. The store gets it when it is asked for: one that has suggested nothing is not there."""
        if self._number is None:
            self._number = self.store.enter(self.sweep_id, self.mine)
            self.own.add(self._number)
        return self._number

    def learn(self, events: Iterable[Event]) -> None:
        """Look up the searches of these events that are not known yet."""
        if {event.trial.search for event in events} - self._known.keys() - {None}:
            self._known = {search.number: search for search in self.store.searches(self.sweep_id)}
            self.own |= {number for number, search in self._known.items() if search.is_like(self.mine)}
