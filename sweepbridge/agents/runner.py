"""What a runner is: it executes one trial's run, as a program or as a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from sweepbridge.agents.brake import Brake
from sweepbridge.agents.reports import Report
from sweepbridge.engine import Result

Say: TypeAlias = Callable[[str], None]
"""Tells people one thing: a line, or a whole traceback. May be called from a second thread."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that was interrupted: its trial is to wait for another one."""

    reason: str


class Runner(Protocol):
    """A way to execute runs, one after the other."""

    def start(self) -> None:
        """Get ready. UsageError if no run could begin, before any trial is taken."""

    def run(self, report: Report, brake: Brake, say: Say) -> Result | Unfinished:
        """Execute the run whose directory `report` holds, and send its rows as they come."""

    def close(self) -> None:
        """Give back what `start` took."""
