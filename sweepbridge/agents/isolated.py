"""Runs as calls of a function, each in a process of its own: what crashes there, or leaks memory, costs one trial.

The process is a fork of the agent's, as any function can be called in a fork, and leads a group that ends as a whole.
Nothing of the function's has run in the agent itself, so each trial begins with a clean interpreter and a free GPU.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from types import FrameType

from sweepbridge import training
from sweepbridge.agents import environment
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.companions import Companions
from sweepbridge.agents.function import outcome
from sweepbridge.agents.groups import Care, Group, ended
from sweepbridge.agents.guard import Guard
from sweepbridge.agents.program import complaint_of
from sweepbridge.agents.reports import Report
from sweepbridge.agents.runner import Say, Unfinished, cut_off
from sweepbridge.engine import Result

_PREEMPTING = (signal.SIGTERM, signal.SIGUSR1)
_ENDING = (signal.SIGINT, signal.SIGHUP, *_PREEMPTING)
"""What asks a run to end. In the function it is a KeyboardInterrupt, so that its `finally` blocks are executed."""


@dataclass
class IsolatedRunner:
    """Calls `function`, without arguments, in a new process for each trial. What it returns is ignored, as in W&B."""

    function: Callable[[], object]
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    term_timeout_s: float | None = None
    """How long a run may take that a person or a scheduler ends; None: as long as is usual here."""
    companions: Companions = field(default_factory=Companions)
    _care: Care | None = None

    def start(self) -> None:
        """Get ready. UsageError if the environment sets a time to tidy up that is none."""
        self._care = Care(self.environ, term_timeout_s=self.term_timeout_s)
        self.companions.start()

    def close(self) -> None:
        """End what guards the runs, and what lives beside them."""
        self.companions.close()
        if self._care is not None:
            self._care.close()
            self._care = None

    def run(self, report: Report, brake: Brake, say: Say) -> Result | Unfinished:
        """Execute one run. A process that dies without a word has failed."""
        assert self._care is not None, "start() comes first"
        environ = environment.of_run(self.environ, report.claim, report.directory, self.companions)
        brake.to_forward()  # what came before the process was there was not for it
        fork = Fork(self.function, environ, report, self._care.guard)
        group = self._care.of(fork, report, brake, say)
        return _outcome(group, fork.answer, report, brake, say)


class Fork:
    """A fork of this process that calls a function, the leader of its own process group."""

    def __init__(
        self, function: Callable[[], object], environ: Mapping[str, str], report: Report, guard: Guard
    ) -> None:
        self.answer: Result | Unfinished | None = None
        """What has become of the run, as its own process saw it; None if that has died without a word, or lives."""
        self._pipe, its = multiprocessing.Pipe(duplex=False)
        sys.stdout.flush()
        sys.stderr.flush()
        self._process = multiprocessing.get_context("fork").Process(
            target=_in_fork, args=(function, environ, report, its, guard), name="sweepbridge-run"
        )
        with warnings.catch_warnings():
            # Python warns of forks where threads run, as those of numpy do. Nothing of theirs is used in between.
            warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
            self._process.start()
        its.close()
        self._leads_a_group = False

    @property
    def pid(self) -> int:
        """Its number, which is the group's as well."""
        assert self._process.pid is not None
        return self._process.pid

    def exit_code_within(self, seconds: float) -> int | None:
        """What it ended with, after at most `seconds`; None yet."""
        if not self._leads_a_group:  # before, no signal would reach it
            self._receive()
            self._leads_a_group = True
        if not self._pipe.closed and self._pipe.poll(seconds):
            self._receive()
        self._process.join(seconds if self._pipe.closed else 0.0)
        if self._process.exitcode is not None:
            self._pipe.close()
        return self._process.exitcode

    def _receive(self) -> None:
        try:
            self.answer = self._pipe.recv()
        except EOFError:  # it has died, or has closed all that it had open
            self._pipe.close()


def _in_fork(
    function: Callable[[], object], environ: Mapping[str, str], report: Report, pipe: Connection, guard: Guard
) -> None:
    os.setsid()
    guard.forget()
    for number in _ENDING:
        signal.signal(number, _interrupt)
    faulthandler.enable(report.directory.stderr_file.open("a"))
    pipe.send(None)
    with environment.inside(environ), training.attached(report.directory):
        error = _called(function)
        environment.end_wandb_session(1 if error else 0)
    pipe.send(_answer(error, report))
    pipe.close()
    sys.exit(0 if error is None else 1)


def _called(function: Callable[[], object]) -> BaseException | None:
    try:
        function()
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return error
    return None


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # as Python calls it
    # Once: a second signal must not cut off what tidies up after the first.
    for other in _ENDING:
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt(number)


def _answer(error: BaseException | None, report: Report) -> Result | Unfinished:
    if not isinstance(error, KeyboardInterrupt):
        return outcome(error, report, lambda _: None)
    if error.args and error.args[0] in _PREEMPTING:
        return Unfinished(f"it got {signal.Signals(error.args[0]).name}", "preempted")
    return Unfinished("it was interrupted")


def _outcome(
    group: Group, answer: Result | Unfinished | None, report: Report, brake: Brake, say: Say
) -> Result | Unfinished:
    if (unfinished := group.cut_off(report, brake)) is not None:
        return unfinished
    if group.asked is not None:
        return Result("stopped", report.directory.summary(), reason=report.reason_to_end, exit_code=group.exit_code)
    if isinstance(answer, Unfinished) and answer.state == "interrupted":
        brake.pull(2)
        return cut_off(brake)
    found = answer or Result("failed", report.directory.summary(), ended(group.exit_code), group.exit_code)
    if isinstance(found, Result) and found.state == "failed":
        say(complaint_of(report.directory.stderr_file) or f"the run's process ended without a word: {found.reason}")
    return found
