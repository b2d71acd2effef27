"""What a companion is: it lives beside an agent, and contributes variables to the environment of each run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class CompanionSession(Protocol):
    """A companion at the side of one agent, from `start` to `close`."""

    def environ(self, directory: Path, given: Mapping[str, str], users: Mapping[str, str]) -> Mapping[str, str]:
        """The variables to add for the run whose folder this is; they win over what it has.

        `given` is the environment that the run has so far. `users` is what the agent found in its own: a variable that
        stands there is the user's word, and is to be respected.
        """

    def close(self) -> None:
        """The agent ends: give back everything. No run of its own is going on any more."""


class Companion(Protocol):
    """Starts when an agent does. What it raises fails no run: the agent says so once, and goes on without it.

    Every agent has it, also those whose runs never need it. So `start` is to take milliseconds, and to leave what is
    heavy for the moment when a run asks for it.
    """

    @property
    def name(self) -> str:
        """Shown where it is blamed for an error; lower case."""

    def start(self) -> CompanionSession:
        """Be there for one agent, in its process."""
