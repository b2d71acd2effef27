"""What the client may ask about runs and sweeps, as frozen records. Who keeps them is somebody else's matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sweepbridge.plugin import Json
from sweepbridge_wandb.folders import Posted, RunFolder
from sweepbridge_wandb.refusals import Object

NO_PROJECT = "uncategorized"
"""The project of what has none, as W&B calls it."""


@dataclass(frozen=True)
class RunView:
    """A run, as the client may ask for it."""

    name: str
    """Its id; what people call it is in `about`."""
    project: str
    sweep: str | None
    state: str
    """`pending`, `running`, `finished`, `failed`, `crashed` or `killed`."""
    config: Mapping[str, Json]
    """Its parameters, nested, and what the script has added."""
    summary: Mapping[str, Json]
    began_at: float
    heard_at: float
    rows: Callable[[], list[dict[str, Json]]]
    about: Mapping[str, Json] = field(default_factory=dict)
    folder: RunFolder | None = None
    """Where its files are, if they are here."""
    lines: int = 0
    """How many lines of history the client has sent in its last session."""
    exit_code: int | None = None
    is_to_stop: bool = False


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


class House(Protocol):
    """What keeps runs, and perhaps sweeps. Each method may raise Refused, and TryLater."""

    def run(self, name: str) -> RunView | None:
        """The run of this id."""

    def runs(self, project: str) -> Sequence[RunView]:
        """The runs of a project, oldest first."""

    def begin(self, name: str, project: str, sweep: str | None, about: Object) -> tuple[RunView, bool]:
        """The client has called `init`, or says more about the run; and whether it is the first time."""

    def folder(self, name: str) -> RunFolder:
        """The folder of a run. TryLater if it is not known, because the client would drop what it has otherwise."""

    def take(self, name: str, posted: Posted) -> bool:
        """Take in what the client has posted for a run; whether the run is to end now."""

    def sweep(self, name: str) -> SweepView | None:
        """The sweep of this id."""

    def sweeps(self, project: str) -> Sequence[SweepView]:
        """The sweeps of a project, oldest first."""

    def projects(self) -> Sequence[str]:
        """The projects that have runs or sweeps."""

    def make_sweep(self, config: str, project: str | None, title: str | None) -> tuple[SweepView, list[str]]:
        """Make a sweep from the text of its config; and what there is to note about it."""

    def set_state(self, name: str, state: str) -> SweepView:
        """Pause, resume, stop or cancel a sweep, in W&B's words."""

    def new_agent(self, sweep: str, host: str) -> str:
        """An agent wants to work on a sweep: its id."""

    def heartbeat(self, agent: str, running: Sequence[str]) -> list[dict[str, Json]]:
        """An agent is alive, and has these runs: what it is to do."""
