"""What a backend is: the whole contract between the core and an optimizer.

A searcher is a fold over a sweep's log. Crash, restart, hand-over to another process and parallel agents are then
one and the same thing, "tell it the log", and a suggestion that got lost costs nothing.

Four laws hold, and `sweepbridge.plugin.testing.BackendLaws` and `sweepbridge check-backend` test each:

1. Rebuild. A fresh searcher that is told a log answers `ask(seed)` as the one that lived through it.
2. Peek. `ask(seed)` changes nothing: asked twice, or with other asks between, the answer is the same.
3. Inside. Every suggestion lies in the space, in plain Python types.
4. End. Nothing running and no suggestion means that the sweep is over. A finite grid hands out each point once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from sweepbridge.space import Json, Space
from sweepbridge.trials import Suggestion, Trial

LARGEST_NOTE = 64 * 1024
"""How many bytes of JSON a note may have: ten thousand trials with more would fill a store with a gigabyte."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a searcher is to search."""

    space: Space
    method: str
    """One of the backend's own `methods`."""
    options: Mapping[str, Json] = field(default_factory=dict)
    """What stands in the config beside the backend's name, unchecked: `check` is there to look at it."""
    objectives: int = 1
    """How many losses a trial has. The core has already made every one of them smaller-is-better."""
    budget: int | None = None
    """How many trials there will be at the most; None if there is no end."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that a backend can't do with a problem, or does only roughly."""

    found: str
    """What the problem asks for, such as `option n_startup_trials = "ten"`."""
    expected: str
    """What the backend can do."""
    fix: str
    """What the user may do about it."""
    path: str | None = None
    """The parameter that it is about, or the option of a stopper; None if it is about the whole."""
    refuses: bool = True
    """True: the sweep can't start. False: it can, and the user is told."""


class Searcher(Protocol):
    """A fold over one sweep's log. The core may drop it and rebuild it from the log at any time."""

    def tell(self, trial: Trial) -> None:
        """Take in one event: this trial began (`trial.is_running`), or this trial ended.

        Events come in the order of the log. A trial's end may come after any number of other trials have begun.
        Its params are the truth, also where this searcher would have named others. A parameter may be missing
        from them, or have a value of another space; a failed trial may have no losses. The trial is left as it is.

        It may be a trial that another search named, with another backend, method or options, or that nobody suggested:
        a prior trial, which comes first, or one that a person put back, with the seed and the params of an earlier one.
        Then its `search` is None, and it has no note: a note is given back to the search that wrote it, and to others
        like it, under any version. Learn from its params and losses.
        """

    def ask(self, seed: int) -> Suggestion | None:
        """Name the next trial, and change nothing: the suggestion counts once `tell` brings it back.

        All chance comes from `seed`, which is in 0 … 2**63 - 1. None means "nothing now": the core waits if
        trials are running, and ends the sweep if none are. The answer belongs to whoever asked, and its note has at
        most `LARGEST_NOTE` bytes of JSON.
        """


class Backend(Protocol):
    """A named plugin that can search."""

    @property
    def name(self) -> str:
        """What users write in `backend:`; lower case."""

    @property
    def methods(self) -> Sequence[str]:
        """What kinds of search it offers; the first is its default. `bayes` means its best model-based one."""

    def check(self, problem: Problem) -> Iterable[Issue]:
        """What it can't do, or only roughly: all of it, before trial 1. Unknown options are refused here."""

    def start(self, problem: Problem) -> Searcher:
        """A searcher that has been told nothing yet. Import the heavy library here, not at module level."""


class Native(str):
    """What a vendor is given where it takes a domain itself, equal in distribution, and not the domain's axis."""

    __slots__ = ()


@runtime_checkable
class Describes(Protocol):
    """A backend that can tell what its library is given. Optional; `sweepbridge explain` shows it."""

    def describe(self, problem: Problem) -> Mapping[str, str]:
        """For each parameter that is searched, by path: what the vendor sees, as the vendor writes it.

        A `Native` says that the vendor takes the domain itself.
        """


@runtime_checkable
class UsesLibraries(Protocol):
    """A backend whose suggestions depend on the version of a library. Optional; the versions are stored."""

    @property
    def libraries(self) -> Sequence[str]:
        """The distributions that it searches with, such as `["optuna"]`."""


@runtime_checkable
class HasProvenance(Protocol):
    """A backend that is told by a problem's options what to search with. Optional; what it says is stored."""

    def provenance(self, problem: Problem) -> Mapping[str, str]:
        """What the suggestions to this problem depend on beside `libraries`: the version of each, by name."""
