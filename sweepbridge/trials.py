"""What a sweep remembers: suggestions, trials, and the log of events.

A sweep's log is a numbered sequence of two kinds of event: a trial began, a trial ended. All else that a searcher
knows follows from it. A run that was lost is no event: its trial is still running, as far as the log is concerned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sweepbridge.space import Json, Params

State: TypeAlias = Literal["running", "finished", "stopped", "failed"]
"""`stopped`: a stopper or a person ended it early; `failed`: it has no usable result."""

Note: TypeAlias = Mapping[str, Json]
"""A searcher's own JSON, stored with the trial and given back on every `tell`."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Parameters that a searcher names, with its private note."""

    params: Params
    note: Note = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """A suggestion taken up, and what became of it."""

    number: int
    """Counting from 0, in the order in which trials began."""
    seed: int
    """The seed that the trial was asked with, from 0 to 2**63 - 1."""
    state: State
    params: Params
    note: Note = field(default_factory=dict)
    losses: tuple[float, ...] | None = None
    """One for each objective, smaller is better, all finite. A stopped trial has what it reached; a failed one
    has what `metric.impute` gave it. None while running, and where there is nothing to give."""
    observations: tuple[float, ...] = ()
    """The first objective's loss at each logged row that had it, in order."""
    reason: str | None = None
    """Why it failed or was stopped, for people."""
    is_prior: bool = False
    """It ran before the sweep began, elsewhere: it is in the log for what is known of it, and nobody suggested it."""
    search: int | None = 0
    """Which of the sweep's searches named it, counting from 0; None for one that nobody suggested. A searcher is told
    None as well for a trial of a search that is not like its own: of another backend, another method or other options.
    It then has no note."""

    @property
    def loss(self) -> float | None:
        """The first objective's loss; None where there is none."""
        return self.losses[0] if self.losses else None

    @property
    def is_running(self) -> bool:
        """Whether its end is still to come."""
        return self.state == "running"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log: this trial began, or this trial ended."""

    position: int
    """Counting from 0, without gaps."""
    trial: Trial
    """As it was then: `running` if it began."""


def seed_of(sweep_seed: int, number: int) -> int:
    """The seed of a sweep's trial: the same for the same sweep seed and number, on every machine."""
    digest = hashlib.blake2b(f"{sweep_seed}/{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
