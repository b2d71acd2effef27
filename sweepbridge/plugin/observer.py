"""What an observer is: it hears of every trial that begins or ends, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sweepbridge.plugin.exporter import Goal
from sweepbridge.space import Json
from sweepbridge.trials import Trial


@dataclass(frozen=True, slots=True)
class ObservedSweep:
    """A sweep, as an observer is told of it."""

    id: str
    name: str | None
    project: str | None
    config: Mapping[str, Json]
    """As it was given, plain JSON."""
    goals: tuple[Goal, ...]
    """What is optimized, the first one first: what each of a trial's losses stands for."""
    name_of: Callable[[Trial], str]
    """What a trial is called, as its config says with `run_name`, else by a made-up name; the same for every agent."""


class Observer(Protocol):
    """Told of events after they are stored, by the agent that stored them. What it raises stops nothing."""

    @property
    def name(self) -> str:
        """Shown where it is blamed for an error."""

    def heard(self, sweep_id: str, trial: Trial) -> None:
        """This trial began (`trial.is_running`), or this trial ended."""


@runtime_checkable
class Joins(Protocol):
    """An observer that wants to know a sweep before it hears of its trials."""

    def joined(self, sweep: ObservedSweep) -> None:
        """An agent is about to tell of this sweep's trials. Told once by each agent, before its first trial."""
