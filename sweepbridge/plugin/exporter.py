"""What an exporter is: it makes of a sweep what another library has for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sweepbridge.plugin.contract import Issue
from sweepbridge.space import Json, Space
from sweepbridge.trials import Trial


@dataclass(frozen=True, slots=True)
class Goal:
    """A metric that a sweep optimizes."""

    name: str
    is_maximized: bool

    def value(self, loss: float) -> float:
        """The metric's own value, from its loss."""
        return -loss if self.is_maximized else loss


@dataclass(frozen=True, slots=True)
class ExportedTrial:
    """A trial with what people ask about it, as an exporter is given it."""

    trial: Trial
    curve: tuple[float, ...]
    """The first goal's loss at each logged row of its latest run that had it, in order; while it runs as well."""
    summary: Mapping[str, Json]
    """The last value of each metric, and what the run put in its summary."""
    backend: str | None
    """Who suggested it; None for one that a person has put back."""
    method: str | None
    agent: str | None
    """Who runs it, or ran it last."""
    began_at: float
    """Seconds since 1970."""
    ended_at: float | None
    name: str
    """What it is called, as the config says with `run_name`, else by a made-up name."""


@dataclass(frozen=True, slots=True)
class ExportedSweep:
    """A sweep with all that has come of it so far, as an exporter is given it."""

    id: str
    name: str | None
    config: Mapping[str, Json]
    """As it was given, plain JSON."""
    space: Space
    goals: tuple[Goal, ...]
    """What is optimized, the first one first; empty where the config names no metric."""
    seed: int
    provenance: Mapping[str, str]
    """The versions that its search was made of."""
    trials: tuple[ExportedTrial, ...]
    """Every trial so far, by number, which counts from 0 without gaps."""


class Exporter(Protocol):
    """Reads what it is given, and nothing else. Import the library in these functions, not at module level."""

    @property
    def name(self) -> str:
        """What `--format` calls it; lower case."""

    def check(self, sweep: ExportedSweep) -> Iterable[Issue]:
        """What keeps this sweep from being made into one; those that refuse are told, and nothing is made."""

    def make(self, sweep: ExportedSweep) -> object:
        """The library's own object, in memory."""

    def write(self, sweep: ExportedSweep, file: Path) -> None:
        """Write it into a file. OSError if it can't be written there."""
