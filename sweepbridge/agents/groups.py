"""A run's processes as one: a process group, which ends as a whole, and the agent's wait for it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Protocol

from sweepbridge.agents.brake import Brake
from sweepbridge.agents.guard import Guard
from sweepbridge.agents.reports import POLL_S, Report
from sweepbridge.agents.runner import TRY_AGAIN, Say, Unfinished, cut_off
from sweepbridge.errors import UsageError

GRACE_S = 30.0
"""How long a stopped run may tidy up before it is killed; W&B's `WANDB_AGENT_KILL_DELAY`."""

INTERRUPT_GRACE_S = 5.0
"""The same for a run that a person interrupts."""

PREEMPTED_GRACE_S = 25.0
"""The same for a run whose machine is wanted back. Slurm and Kubernetes kill all there is after 30 s."""

GRACE_VARIABLE = "SWEEPBRIDGE_GRACE"
"""The environment variable that sets it, in seconds, for a scheduler that waits longer."""

_BY_SIGNAL = (signal.SIGTERM, signal.SIGUSR1)
PREEMPTED = frozenset({TRY_AGAIN, *(-number for number in _BY_SIGNAL), *(128 + number for number in _BY_SIGNAL)})
"""How a run ends that was preempted: as it says itself, by the signal, or as a shell says that its command did."""


class Care:
    """What looks after the groups of an agent's runs, one after the other. UsageError for a time that is none."""

    def __init__(self, environ: Mapping[str, str], *, stopped_grace_s: float = GRACE_S) -> None:
        self.preempted_grace_s = _preempted_grace(environ)
        self.stopped_grace_s = stopped_grace_s
        self.guard = Guard()

    def close(self) -> None:
        """End the guard."""
        self.guard.close()

    def of(self, leader: Leader, report: Report, brake: Brake, say: Say) -> Group:
        """The group of a leader, once it has ended. What it logs is carried meanwhile, and it is ended if it is to."""
        with Group(leader, self.guard) as group:
            while not group.ends_within(POLL_S):
                report.sync(time.monotonic())
                self._end_if_asked(group, report, brake)
                if news := brake.news():
                    say(news)
        report.finish()
        return group

    def _end_if_asked(self, group: Group, report: Report, brake: Brake) -> None:
        if brake.level == 2 and brake.preempted_by is not None:
            group.end("interrupted", grace_s=self.preempted_grace_s, number=brake.preempted_by)
        elif brake.level >= 2:
            group.end("interrupted", grace_s=0.0 if brake.level > 2 else INTERRUPT_GRACE_S)
        elif report.is_given_up:
            group.end("given up", grace_s=INTERRUPT_GRACE_S)
        elif report.verdict is not None:
            report.directory.ask_to_stop(report.verdict.why)
            group.end("stopped", grace_s=self.stopped_grace_s)


class Leader(Protocol):
    """The process that a group began with, and that it is named for."""

    @property
    def pid(self) -> int:
        """Its number, which is the group's as well."""

    def exit_code_within(self, seconds: float) -> int | None:
        """What it ended with, after at most `seconds`: the negative number of a signal that killed it, or None yet."""


class Group:
    """A run's processes, as long as the first of them runs. Leaving the block ends what is left of them."""

    def __init__(self, leader: Leader, guard: Guard) -> None:
        self.asked: str | None = None
        """Why it was asked to end: `interrupted`, `given up` or `stopped`; None if it was not."""
        self._sent: set[signal.Signals] = set()
        self._kill_at = float("inf")
        self._leader = leader
        self._exit_code: int | None = None
        self._guard = guard
        guard.watch(leader.pid)

    def __enter__(self) -> Group:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What a run that ended well has left behind it meant to leave; anything else is an orphan.
        self.ends_within(0.0)
        if self.asked is not None or self._exit_code != 0:
            self._signal(signal.SIGKILL)
            while not self.ends_within(POLL_S):
                pass
        self._guard.release(self._leader.pid)

    @property
    def exit_code(self) -> int:
        """What the first process has ended with; the negative number of the signal that killed it."""
        assert self._exit_code is not None, "it has not ended"
        return self._exit_code

    def cut_off(self, brake: Brake) -> Unfinished | None:
        """What to say of a run that has ended before it was done; None for any other.

        A scheduler may signal the run as well as its agent. So a run that ends while its agent is being ended is taken
        for cut off, though it was not asked yet, and whatever its exit code: it may have tidied up.
        """
        if brake.level >= 2:
            return cut_off(brake, self.exit_code)
        if self.asked is None and self.exit_code in PREEMPTED:
            return Unfinished(ended(self.exit_code), "preempted", self.exit_code)
        return None

    def ends_within(self, seconds: float) -> bool:
        """Whether the run has ended after at most `seconds`. Kills it if its time to tidy up is over."""
        if self._exit_code is None:
            self._exit_code = self._leader.exit_code_within(seconds)
        if self._exit_code is None and time.monotonic() >= self._kill_at:
            self._signal(signal.SIGKILL)
        return self._exit_code is not None

    def end(self, why: str, *, grace_s: float, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask the whole group to end, and kill it after `grace_s`. Asked again, only a shorter time counts."""
        if number not in self._sent:
            self._sent.add(number)
            self._signal(number)
        if self.asked is None or why == "interrupted":
            self.asked = why
        self._kill_at = min(self._kill_at, time.monotonic() + grace_s)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._leader.pid, number)
        except (ProcessLookupError, PermissionError):  # macOS says the second of a group of zombies
            return


def ended(code: int) -> str:
    """How a process ended, from its exit code: `exit code 3`, or `killed by SIGSEGV`."""
    return f"exit code {code}" if code >= 0 else f"killed by {_signal_name(-code)}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"


def _preempted_grace(environ: Mapping[str, str]) -> float:
    given = environ.get(GRACE_VARIABLE, str(PREEMPTED_GRACE_S))
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(
            f"{GRACE_VARIABLE} is not a number of seconds",
            found=f"{GRACE_VARIABLE}={given}",
            expected="how long a preempted run may take to save what it needs, such as 120",
            fix=f"unset it; it is then {PREEMPTED_GRACE_S:g} seconds",
        )
    return seconds
