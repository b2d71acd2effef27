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
"""How long a stopped run may tidy up before it is killed, as in W&B."""

INTERRUPT_GRACE_S = 5.0
"""The same for a run that a person interrupts."""

PREEMPTED_GRACE_S = 25.0
"""The same for a run whose machine is wanted back. Slurm and Kubernetes kill all there is after 30 s."""

GRACE_VARIABLE = "SWEEPBRIDGE_GRACE"
"""The environment variable that sets it, in seconds, for a scheduler that waits longer."""

KILL_DELAY_VARIABLE = "WANDB_AGENT_KILL_DELAY"
"""W&B's variable for how long a stopped run may take."""

_BY_SIGNAL = (signal.SIGTERM, signal.SIGUSR1)
PREEMPTED = frozenset({TRY_AGAIN, *(-number for number in _BY_SIGNAL), *(128 + number for number in _BY_SIGNAL)})
"""How a run ends that was preempted: as it says itself, by the signal, or as a shell says that its command did."""


class Care:
    """What looks after the groups of an agent's runs, one after the other. UsageError for a time that is none.

    `term_timeout_s` is how long a run may take that a person or a scheduler ends; None: as long as is usual here.
    """

    def __init__(self, environ: Mapping[str, str], *, term_timeout_s: float | None = None) -> None:
        self._term_timeout_s = term_timeout_s
        self._stopped_grace_s = _seconds(environ, KILL_DELAY_VARIABLE, GRACE_S, "a stopped run")
        self._preempted_grace_s = _seconds(environ, GRACE_VARIABLE, PREEMPTED_GRACE_S, "a preempted run")
        self.guard = Guard()

    def close(self) -> None:
        """End the guard."""
        self.guard.close()

    def of(self, leader: Leader, report: Report, brake: Brake, say: Say) -> Group:
        """The group of a leader, once it has ended. What it logs is carried meanwhile, and it is ended if it is to."""
        with Group(leader, self.guard) as group:
            while not group.ends_within(POLL_S):
                report.sync(time.monotonic())
                self._pass_on(group, brake)
                self._end_if_asked(group, report, brake)
                if news := brake.news():
                    say(news)
        report.finish()
        return group

    def _pass_on(self, group: Group, brake: Brake) -> None:
        for number in brake.to_forward():
            group.pass_on(number)
            if number in (signal.SIGINT, signal.SIGQUIT) and self._term_timeout_s is not None:
                group.kill_after(self._term_timeout_s)

    def _end_if_asked(self, group: Group, report: Report, brake: Brake) -> None:
        if brake.level == 2 and brake.preempted_by is not None:
            group.end("interrupted", grace_s=self._grace_s(self._preempted_grace_s), number=brake.preempted_by)
        elif brake.level >= 2:
            group.end("interrupted", grace_s=0.0 if brake.level > 2 else self._grace_s(INTERRUPT_GRACE_S))
        elif report.is_given_up:
            group.end("given up", grace_s=INTERRUPT_GRACE_S)
        elif report.verdict is not None:
            report.directory.ask_to_stop(report.verdict.why)
            group.end("stopped", grace_s=self._stopped_grace_s)

    def _grace_s(self, usual: float) -> float:
        return usual if self._term_timeout_s is None else self._term_timeout_s


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
        self._passed_on: set[int] = set()
        self._sent: set[int] = set()
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

    def cut_off(self, report: Report, brake: Brake) -> Unfinished | None:
        """What to say of a run that has ended before it was done; None for any other.

        A scheduler may signal the run as well as its agent. So a run that ends while its agent is being ended is taken
        for cut off, though it was not asked yet, and whatever its exit code: it may have tidied up.
        """
        code = self.exit_code
        is_passed_on = self.asked is None and self._is_of_a_signal(code)
        if brake.level >= 2 or (brake.level == 1 and is_passed_on):
            return cut_off(brake, code)
        if is_passed_on:
            return Unfinished(f"{ended(code)}, which its agent got", "interrupted", code)
        if self.asked is None and (code in PREEMPTED or (code != 0 and report.directory.is_preempting)):
            return Unfinished(ended(code), "preempted", code)
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
        self.kill_after(grace_s)

    def kill_after(self, seconds: float) -> None:
        """Kill the whole group after so many seconds, if it is still there. Said again, only a shorter time counts."""
        self._kill_at = min(self._kill_at, time.monotonic() + seconds)

    def pass_on(self, number: int) -> None:
        """Send the whole group a signal that its agent got."""
        self._passed_on.add(number)
        self._sent.add(number)
        self._signal(number)

    def _is_of_a_signal(self, code: int) -> bool:
        """Whether it ended by a signal that was passed on to it, or after a Ctrl-C otherwise than well."""
        by_one = any(code in (-number, 128 + number) for number in self._passed_on)
        return by_one or (code != 0 and bool(self._passed_on & {signal.SIGINT, signal.SIGQUIT}))

    def _signal(self, number: int) -> None:
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


def _seconds(environ: Mapping[str, str], variable: str, usual: float, whose: str) -> float:
    """A grace in seconds, as a variable sets it. UsageError if it sets none."""
    given = environ.get(variable, str(usual))
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(
            f"{variable} is not a number of seconds",
            found=f"{variable}={given}",
            expected=f"how long {whose} may take to save what it needs, such as 120",
            fix=f"unset it; it is then {usual:g} seconds",
        )
    return seconds
