"""What an observer is: it hears of every trial that begins or ends, and changes nothing."""

from __future__ import annotations

from typing import Protocol

from sweepbridge.trials import Trial


class Observer(Protocol):
    """Told of events after they are stored, by the agent that stored them. What it raises stops nothing."""

    @property
    def name(self) -> str:
        """Shown where it is blamed for an error."""

    def heard(self, sweep_id: str, trial: Trial) -> None:
        """This trial began (`trial.is_running`), or this trial ended."""
