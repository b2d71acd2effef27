"""What a runner is: it executes one trial's run, as a program or as a function."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from sweepbridge.agents.brake import Brake
from sweepbridge.agents.reports import Report
from sweepbridge.engine import Result

Say: TypeAlias = Callable[[str], None]
"""Tells people one thing: a line, or a whole traceback. May be called from a second thread."""


TRY_AGAIN = os.EX_TEMPFAIL
"""The exit code of a run that asks for another try: 75."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that was cut off, and did nothing wrong: its trial is to wait for another one."""

    reason: str
    state: Literal["interrupted", "preempted"] = "interrupted"
    """`preempted`: not a person, but the machine wanted it; or the program asked for another try."""
    exit_code: int | None = None


def cut_off(brake: Brake, exit_code: int | None = None) -> Unfinished:
    """What to say of a run that was ended because its agent was."""
    if brake.preempted_by is not None:
        return Unfinished(f"its agent got {brake.preempted_by.name}", "preempted", exit_code)
    return Unfinished("its agent was interrupted", "interrupted", exit_code)


class Runner(Protocol):
    """A way to execute runs, one after the other."""

    def start(self) -> None:
        """Get ready. UsageError if no run could begin, before any trial is taken."""

    def run(self, report: Report, brake: Brake, say: Say) -> Result | Unfinished:
        """Execute the run whose directory `report` holds, and send its rows as they come."""

    def close(self) -> None:
        """Give back what `start` took."""
