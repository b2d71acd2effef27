"""What a launcher is: it starts agents, here or elsewhere, and waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Launched(Protocol):
    """Agents that a launcher has started."""

    @property
    def exit_codes(self) -> Sequence[int | None]:
        """What each agent's process ended with: None while it runs, or where it can't be known; 0 if all went well."""

    def wait(self, timeout_s: float) -> bool:
        """Wait for at most `timeout_s` seconds; True once no agent is left."""

    def stop(self) -> None:
        """Ask every agent to finish the run it has and take no more. Asked again: end them now."""


class Launcher(Protocol):
    """A named way to start agents, chosen by `--launcher NAME`."""

    @property
    def name(self) -> str:
        """What users write after `--launcher`; lower case."""

    def start(self, command: Sequence[str], count: int) -> Launched:
        """Start `count` processes, each running `command`, which works on one sweep until it is over."""
