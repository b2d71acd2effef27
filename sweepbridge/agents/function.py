"""Runs as calls of a function: in the main thread, so that signals, CUDA and event loops work in it as anywhere.

A second thread carries rows and heartbeats meanwhile. The function hears of a stop at its next `log()`; one that has a
run of W&B's client open is interrupted.
"""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from sweepbridge import training
from sweepbridge.agents import environment
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.companions import Companions
from sweepbridge.agents.interruption import Interruption
from sweepbridge.agents.reports import POLL_S, Report
from sweepbridge.agents.runner import TRY_AGAIN, Say, Unfinished, cut_off
from sweepbridge.engine import Result


@dataclass
class FunctionRunner:
    """Calls `function`, without arguments, once for each trial. What it returns is ignored, as in W&B."""

    function: Callable[[], object]
    companions: Companions = field(default_factory=Companions)

    def start(self) -> None:
        """Let the companions start."""
        self.companions.start()

    def close(self) -> None:
        """Let the companions close."""
        self.companions.close()

    def run(self, report: Report, brake: Brake, say: Say) -> Result | Unfinished:
        """Execute one run. `finish()` is called after it, however it ends."""
        environ = environment.of_run(os.environ, report.claim, report.directory, self.companions)
        interruption = Interruption()
        watch = Watch(report, brake, say, interruption)
        with watch, environment.inside(environ), training.attached(report.directory):
            environment.end_wandb_session(0)
            error = self._called(brake, interruption)
            environment.end_wandb_session(1 if error else 0)
        watch.raise_error()
        report.finish()
        if brake.level >= 2 or isinstance(error, KeyboardInterrupt):
            brake.pull(2)
            return cut_off(brake)
        return outcome(error, report, say)

    def _called(self, brake: Brake, interruption: Interruption) -> BaseException | None:
        """What the function raised. The exceptions that belong to nobody here pass on."""
        try:
            with brake.interrupting(), interruption:
                self.function()
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            return error
        return None


class Watch:
    """Carries a run's rows and heartbeats from a second thread while the block goes on."""

    def __init__(self, report: Report, brake: Brake, say: Say, interruption: Interruption) -> None:
        self._report = report
        self._brake = brake
        self._interruption = interruption
        self._say = say
        self._error: Exception | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="sweepbridge-watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def raise_error(self) -> None:
        """Raise what went wrong in the second thread, such as a store that could not be written."""
        if self._error is not None:
            raise self._error

    def _carry(self) -> None:
        try:
            while not self._over.wait(POLL_S):
                self._look()
        except Exception as error:  # it is raised again in the main thread
            self._error = error
            self._report.directory.ask_to_stop(f"its agent can't go on: {error}")

    def _look(self) -> None:
        self._report.sync(time.monotonic())
        if self._report.reason_to_end is not None:
            self._report.directory.ask_to_stop(self._report.reason_to_end)
            if environment.has_wandb_run():
                self._interruption.end(self._report.reason_to_end)
        if news := self._brake.news():
            self._say(news)


def outcome(error: BaseException | None, report: Report, say: Say) -> Result | Unfinished:
    """What has become of a run, by what its function raised; a traceback is kept in the run's folder, and said."""
    summary = report.directory.summary()
    if isinstance(error, SystemExit) and error.code == TRY_AGAIN:
        return Unfinished(f"exit code {TRY_AGAIN}", "preempted", TRY_AGAIN)
    if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
        return Result("finished", summary, exit_code=0)
    if _is_stop(error):
        return Result("stopped", summary, reason=report.reason_to_end)
    shown = "".join(traceback.format_exception(type(error), error, _inner(error))).rstrip()
    _append(report, shown)
    say(shown)
    reason = shown.rpartition("\n")[2]
    if report.directory.is_preempting:
        return Unfinished(reason or "preempted", "preempted", 1)
    return Result("failed", summary, reason=reason, exit_code=1)


def _is_stop(error: BaseException | None) -> bool:
    """Whether a stop is at the bottom of it, also where a library has wrapped it into an error of its own."""
    while error is not None:
        if isinstance(error, training.RunStopped):
            return True
        error = error.__cause__ or error.__context__
    return False


def _inner(error: BaseException) -> TracebackType | None:
    """The traceback without the frame of this file."""
    return error.__traceback__.tb_next if error.__traceback__ else None


def _append(report: Report, text: str) -> None:
    with report.directory.stderr_file.open("a", encoding="utf-8") as stderr:
        stderr.write(text + "\n")
