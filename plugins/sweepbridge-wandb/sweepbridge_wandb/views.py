"""What the client may ask about runs and sweeps, as frozen records. Who keeps them is somebody else's matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from sweepbridge.plugin import Json
from sweepbridge_wandb.folders import Posted, RunFolder
from sweepbridge_wandb.refusals import Object

NO_PROJECT = "uncategorized"
"""The project of what has none, as W&B calls it."""


@dataclass(frozen=True)
class RunView:
    """A run, as the client may ask for it. What is in its folder is read when it is asked for."""

    name: str
    """Its id; what people call it is its title."""
    project: str
    sweep: str | None
    state: str
    """`pending`, `running`, `finished`, `failed`, `crashed` or `killed`."""
    began_at: float
    heard_at: float
    folder_of: Callable[[], RunFolder | None]
    """Where its files are; None if they are not here."""
    rows: Callable[[], list[dict[str, Json]]]
    params: Mapping[str, Json] = field(default_factory=dict)
    """What its sweep has set, nested."""
    results: Mapping[str, Json] | None = None
    """What the store knows of its summary, flat, once it has ended."""
    exit_code: int | None = None
    is_to_stop: bool = False
    given_name: str | None = None
    """What its sweep calls it, until the client or the script says otherwise."""

    @cached_property
    def folder(self) -> RunFolder | None:
        """Where its files are, if they are here."""
        return self.folder_of()

    @property
    def title(self) -> str:
        """What people call it."""
        chosen = self.about.get("display_name")
        return chosen if isinstance(chosen, str) and chosen else self.given_name or self.name

    @property
    def has_begun(self) -> bool:
        """Whether the client has called `init`."""
        return self.folder is not None and self.folder.has_begun

    @property
    def about(self) -> Mapping[str, Json]:
        """What the client has said about it."""
        return self.folder.about if self.folder else {}

    @property
    def config(self) -> Mapping[str, Json]:
        """Its parameters, nested, and what the script has added."""
        added = self.about.get("config")
        return {**(added if isinstance(added, dict) else {}), **self.params}

    @property
    def summary(self) -> Mapping[str, Json]:
        """The last value of each metric, and what the script has put there: nested, as the client has sent it."""
        return (self.folder.summary if self.folder else {}) or self.results or {}

    @property
    def lines(self) -> int:
        """How many lines of history the client has sent in its last session."""
        return self.folder.lines if self.folder else 0


@dataclass(frozen=True)
class SweepView:
    """A sweep, as the client may ask for it."""

    name: str
    """Its id."""
    project: str
    state: str
    """As W&B has them: `RUNNING`, `PAUSED`, `FINISHED` or `CANCELED`."""
    config: Mapping[str, Json]
    method: str
    title: str | None
    created_at: float
    heard_at: float
    best: Callable[[], float | None]
    """The best value of its metric so far."""
    began: int
    expected: int | None
    """How many runs there will be at the most."""
    runs: Callable[[], Sequence[RunView]]


class Runs(Protocol):
    """What keeps runs. Each method may raise Refused, and TryLater."""

    def run(self, name: str) -> RunView | None:
        """The run of this id."""

    def runs(self, project: str) -> Sequence[RunView]:
        """The runs of a project, oldest first."""

    def projects(self) -> Sequence[str]:
        """The projects that have something in them."""

    def begin(self, name: str, project: str | None, sweep: str | None, about: Object) -> tuple[RunView, bool]:
        """The client has called `init`, or says more about the run; and whether it is the first time."""

    def folder(self, name: str) -> RunFolder:
        """The folder of a run. Refused if there is none."""

    def take(self, name: str, posted: Posted) -> bool:
        """Take in what the client has posted for a run; whether the run is to end now. TryLater if it is not known."""


class Sweeps(Protocol):
    """What keeps sweeps for agents to work on. Each method may raise Refused, and TryLater."""

    def sweep(self, name: str) -> SweepView | None:
        """The sweep of this id."""

    def sweeps(self, project: str) -> Sequence[SweepView]:
        """The sweeps of a project, oldest first."""

    def make_sweep(self, config: str, project: str | None, title: str | None) -> tuple[SweepView, list[str]]:
        """Make a sweep from the text of its config; and what there is to note about it."""

    def set_state(self, name: str, state: str) -> SweepView:
        """Pause, resume, stop or cancel a sweep, in W&B's words."""

    def new_agent(self, sweep: str, host: str) -> str:
        """An agent wants to work on a sweep: its id."""

    def heartbeat(self, agent: str, running: Sequence[str]) -> list[dict[str, Json]]:
        """An agent is alive, and has these runs: what it is to do."""


@dataclass(frozen=True)
class House:
    """What a server serves: runs, and perhaps sweeps."""

    runs: Runs
    sweeps: Sweeps | None = None
