"""What the store remembers, as frozen records: sweeps, trials with what happened to them, runs, claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from sweepbridge.space import Json, Params
from sweepbridge.trials import Trial

SweepState: TypeAlias = Literal["running", "paused", "stopped", "cancelled", "finished", "failed"]
"""`running` takes trials; `paused` gives out none for now; the other four are over.

`stopped` lets running trials end, `cancelled` ends them, `finished` came to its own end, `failed` as well, with more
failed trials than its config allows.
"""

RunState: TypeAlias = Literal["running", "finished", "stopped", "failed", "lost", "preempted", "interrupted"]
"""How one run stands. The last four may leave the trial waiting for another run.

`lost`: its agent died, or was not heard of any more; `preempted`: its machine was wanted for something else, or it
asked for another try; `interrupted`: a person ended its agent; `failed`: the program did, and `retries` has another
try for the trial, or has none left.
"""

Unended: TypeAlias = Literal["failed", "lost", "preempted", "interrupted"]
"""The states of a run that has ended without its trial."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, and with it its trial."""

    state: Literal["finished", "stopped", "failed"]
    losses: tuple[float, ...] | None = None
    observations: tuple[float, ...] = ()
    summary: Mapping[str, Json] = field(default_factory=dict)
    """The last value of each metric, and what the run put in its summary."""
    reason: str | None = None
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """A trial that ran elsewhere, and joins a new sweep's log: it has ended, and has no run here."""

    params: Params
    seed: int
    ending: Ending


@dataclass(frozen=True, slots=True)
class NewSweep:
    """A sweep that is not in the store yet."""

    config: Mapping[str, Json]
    """The config as it was given, plain JSON, whole."""
    seed: int
    backend: str
    method: str
    name: str | None = None
    entity: str | None = None
    project: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    """Versions by distribution: ours, the plugin's, its libraries'."""
    options: Mapping[str, Json] | None = None
    """What the backend was told in place of the config's own options; None where these hold."""


@dataclass(frozen=True, slots=True)
class Search:
    """Who suggests the trials of a sweep. A sweep has another one after a switch, and under another version."""

    number: int
    """Counting from 0, which is the one that the sweep was created with."""
    backend: str
    method: str
    options: Mapping[str, Json] | None
    """What the backend was told in place of the config's own options; None where these hold."""
    provenance: Mapping[str, str]
    """Versions by distribution: ours, the plugin's, its libraries'."""

    @property
    def who(self) -> str:
        """The method and the backend, for people."""
        return f"{self.method} by {self.backend}"

    def is_like(self, other: Search) -> bool:
        """Whether both search alike, whatever their versions: the notes of the one then mean the same to the other."""
        mine, its = ((one.backend, one.method, dict(one.options or {})) for one in (self, other))
        return mine == its


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep in the store."""

    id: str
    """Eight lower-case letters and digits."""
    config: Mapping[str, Json]
    seed: int
    search: int
    """The number of its search, which agents take up unless they were told another backend."""
    backend: str
    method: str
    options: Mapping[str, Json] | None
    name: str | None
    entity: str | None
    project: str | None
    provenance: Mapping[str, str]
    """The versions that its search was made of."""
    state: SweepState
    reason: str | None
    """Why it is over or paused, for people."""
    length: int
    """How many events its log has: the position that the next one will get."""
    began: int
    """How many trials have begun: the number that the next one will get."""
    created_at: float
    """Seconds since 1970, by the store's clock, as all times here."""
    ended_at: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether no trial will begin any more."""
        return self.state in ("stopped", "cancelled", "finished", "failed")


@dataclass(frozen=True, slots=True)
class Claim:
    """An agent's hold on one run of one trial."""

    sweep_id: str
    trial: Trial
    run: int
    """Counting from 1; above 1, an earlier run of this trial was lost or given back."""
    agent: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of metrics that a run logged."""

    index: int
    """Counting from 0 within the run."""
    data: Mapping[str, Json]
    loss: float | None = None
    """The first objective's loss, where the row has a finite one."""


class CurvePoint(NamedTuple):
    """One logged loss of a trial."""

    cursor: int
    """Where to read on from. Higher for what was stored later; there may be gaps."""
    trial: int
    run: int
    """When it is higher than that of earlier points, the trial's curve begins anew: an earlier run was lost."""
    row: int
    """The index of the row, within the run."""
    loss: float


class Ended(NamedTuple):
    """The end of a trial, without what came of it."""

    position: int
    """In the log."""
    trial: int
    state: Literal["finished", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """A trial, and what people ask about it."""

    trial: Trial
    backend: str | None
    """Which one suggested it; None for one that a person has put back."""
    method: str | None
    is_waiting: bool
    """It has begun, and no agent holds it: the next free one will take it."""
    runs: int
    """How many runs it has had here so far; 0 for a prior one, and for one that was put back until it is taken."""
    agent: str | None
    """Who runs it, or ran it last."""
    summary: Mapping[str, Json]
    began_at: float
    ended_at: float | None

    @property
    def state(self) -> str:
        """The trial's state, with `waiting` for one that nobody runs at the moment."""
        return "waiting" if self.is_waiting else self.trial.state


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a trial by an agent."""

    trial: int
    run: int
    agent: str
    state: RunState
    started_at: float
    heard_at: float
    """The last heartbeat."""
    ended_at: float | None
    exit_code: int | None
    reason: str | None
