"""Runs as programs: each is a process group of its own, which ends as a whole.

The program's output goes straight into the run directory's files: there is no pipe that could fill up, or break when
the agent dies. Its standard input is empty.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from sweepbridge.agents import environment
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.companions import Companions
from sweepbridge.agents.guard import Guard
from sweepbridge.agents.reports import POLL_S, Report
from sweepbridge.agents.runner import TRY_AGAIN, Say, Unfinished, cut_off
from sweepbridge.engine import Result
from sweepbridge.errors import ConfigError, UsageError
from sweepbridge.rundir import RunDir
from sweepbridge.space import Json
from sweepbridge.spec import commands
from sweepbridge.spec.commands import NestedArgs

GRACE_S = 30.0
"""How long a stopped program may tidy up before it is killed; W&B's `WANDB_AGENT_KILL_DELAY`."""

INTERRUPT_GRACE_S = 5.0
"""The same for a program that a person interrupts."""

PREEMPTED_GRACE_S = 25.0
"""The same for a program whose machine is wanted back. Slurm and Kubernetes kill all there is after 30 s."""

GRACE_VARIABLE = "SWEEPBRIDGE_GRACE"
"""The environment variable that sets it, in seconds, for a scheduler that waits longer."""

_BY_SIGNAL = (signal.SIGTERM, signal.SIGUSR1)
PREEMPTED = frozenset({TRY_AGAIN, *(-number for number in _BY_SIGNAL), *(128 + number for number in _BY_SIGNAL)})
"""How a program ends that was preempted: as it says itself, by the signal, or as a shell says that its command did."""

_TRACEBACK = "Traceback (most recent call last):"
_SHOWN = 64 * 1024
"""How much of the end of a failed program's stderr is searched for its traceback."""


@dataclass
class ProgramRunner:
    """Runs `program` through `command`, once for each trial."""

    command: Sequence[Json] | None
    program: str | None
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    grace_s: float = GRACE_S
    nested_args: NestedArgs = "dotted"
    companions: Companions = field(default_factory=Companions)
    _guard: Guard | None = None
    _preempted_grace_s: float = PREEMPTED_GRACE_S

    def start(self) -> None:
        """Get ready. As `check`, if no run could begin."""
        check(self.command, self.program, self.environ)
        self._preempted_grace_s = _grace_of(self.environ)
        self._guard = Guard()
        self.companions.start()

    def close(self) -> None:
        """End what guards the runs, and what lives beside them."""
        self.companions.close()
        if self._guard is not None:
            self._guard.close()
            self._guard = None

    def run(self, report: Report, brake: Brake, say: Say) -> Result | Unfinished:
        """Execute one run. It ends as stopped if it was asked to end, and else as its exit code says."""
        assert self._guard is not None, "start() comes first"
        environ = environment.of_run(self.environ, report.claim, report.directory, self.companions)
        try:
            child = Child(self._words(report, environ), report.directory, environ, self._guard)
        except Unpassable as error:
            say(str(error))
            return Result("failed", {}, reason=str(error))
        with child:
            while not child.ends_within(POLL_S):
                report.sync(time.monotonic())
                self._end_if_asked(child, report, brake)
                if news := brake.news():
                    say(news)
        report.finish()
        return _cut_off(child, brake) or _outcome(child, report, say)

    def _end_if_asked(self, child: Child, report: Report, brake: Brake) -> None:
        if brake.level == 2 and brake.preempted_by is not None:
            child.end("interrupted", grace_s=self._preempted_grace_s, number=brake.preempted_by)
        elif brake.level >= 2:
            child.end("interrupted", grace_s=0.0 if brake.level > 2 else INTERRUPT_GRACE_S)
        elif report.is_given_up:
            child.end("given up", grace_s=INTERRUPT_GRACE_S)
        elif report.verdict is not None:
            report.directory.ask_to_stop(report.verdict.why)
            child.end("stopped", grace_s=self.grace_s)

    def _words(self, report: Report, environ: Mapping[str, str]) -> list[str]:
        words = commands.Words(
            params=report.claim.trial.params,
            program=self.program,
            config_file=str(report.directory.config_file.absolute()),
            environ=environ,
            nested_args=self.nested_args,
        )
        return commands.argv(self.command, words)


class Unpassable(Exception):
    """A trial's values that no command line can carry: another trial may do better on this machine."""


class Child:
    """A program and all that it starts, as long as it runs. Leaving the block ends what is left of it."""

    def __init__(self, words: Sequence[str], directory: RunDir, environ: Mapping[str, str], guard: Guard) -> None:
        self.asked: str | None = None
        """Why it was asked to end: `interrupted`, `given up` or `stopped`; None if it was not."""
        self._sent: set[signal.Signals] = set()
        self._kill_at = float("inf")
        self._guard = guard
        with directory.stdout_file.open("ab") as stdout, directory.stderr_file.open("ab") as stderr:
            self._process = _started(words, dict(environ), stdout.fileno(), stderr.fileno())
        guard.watch(self._process.pid)

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What a program that ended well has left behind it meant to leave; anything else is an orphan.
        if self.asked is not None or self._process.poll() != 0:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._guard.release(self._process.pid)

    @property
    def exit_code(self) -> int:
        """The program's exit code once it has ended; the negative number of the signal that killed it."""
        return self._process.wait()

    def ends_within(self, seconds: float) -> bool:
        """Whether the program has ended after at most `seconds`. Kills it if its time to tidy up is over."""
        try:
            self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            if time.monotonic() >= self._kill_at:
                self._signal(signal.SIGKILL)
            return False
        return True

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
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):  # macOS says the second of a group of zombies
            return


def check(command: Sequence[Json] | None, program: str | None, environ: Mapping[str, str]) -> None:
    """UsageError if what a command starts, or the script it names, is not on this machine.

    ConfigError if there is nothing to start, or the command uses an environment variable that is not set.
    """
    known = {**dict.fromkeys(environment.ALWAYS, ""), **environ}
    if missing := commands.missing(command, program=program, environ=known):
        raise ConfigError(missing)
    words = commands.start_of(command, program)
    for word in words[1:2] if words[:1] == ["/usr/bin/env"] else words[:1]:
        if re.fullmatch(r"[^=${}]+", word) and shutil.which(word, path=environ.get("PATH")) is None:
            raise _not_here(word, "a program that can be executed", f"make it executable: chmod +x {word}")
    script = commands.named_file(command, program)
    if script is not None and not Path(script).is_file():
        raise _not_here(script, f"a file, seen from {Path.cwd()}", "start the agent in the folder of the script")


def _grace_of(environ: Mapping[str, str]) -> float:
    given = environ.get(GRACE_VARIABLE, str(PREEMPTED_GRACE_S))
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(
            f"{GRACE_VARIABLE} is not a number of seconds",
            found=f"{GRACE_VARIABLE}={given}",
            expected="how long a preempted program may take to save what it needs, such as 120",
            fix=f"unset it; it is then {PREEMPTED_GRACE_S:g} seconds",
        )
    return seconds


def _started(words: Sequence[str], environ: dict[str, str], stdout: int, stderr: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # the user's own command, without a shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=environ,
            start_new_session=True,
        )
    except ValueError as error:  # a NUL, or half of a surrogate pair
        raise Unpassable(f"a value can't be a word of a command: {error}; use ${{args_json_file}}") from error
    except OSError as error:
        if error.errno == errno.E2BIG:
            raise Unpassable(f"the command is too long for the system: {error}; use ${{args_json_file}}") from error
        raise _not_here(words[0], f"a program that starts; the system says: {error}", "see `command`") from error


def _cut_off(child: Child, brake: Brake) -> Unfinished | None:
    """What to say of a run that has ended before it was done; None for any other.

    A scheduler may signal the program as well as its agent. So a program that ends while its agent is being ended is
    taken for cut off, though it was not asked yet, and whatever its exit code: it may have tidied up.
    """
    code = child.exit_code
    if brake.level >= 2:
        return cut_off(brake, code)
    if child.asked is None and code in PREEMPTED:
        return Unfinished(_ended(code), "preempted", code)
    return None


def _outcome(child: Child, report: Report, say: Say) -> Result:
    code, summary = child.exit_code, report.directory.summary()
    if child.asked is not None:
        return Result("stopped", summary, reason=report.reason_to_end, exit_code=code)
    if code == 0:
        return Result("finished", summary, exit_code=0)
    complaint = complaint_of(report.directory.stderr_file)
    if complaint:
        say(complaint)
    return Result("failed", summary, reason=_reason(code, complaint), exit_code=code)


def _reason(code: int, complaint: str) -> str:
    last = complaint.strip().rpartition("\n")[2].strip()
    return f"{_ended(code)}: {last}" if last else _ended(code)


def _ended(code: int) -> str:
    return f"exit code {code}" if code > 0 else f"killed by {_signal_name(-code)}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"


def complaint_of(file: Path) -> str:
    """The tracebacks at the end of a program's stderr, whole; its last lines if there are none."""
    if not file.exists():
        return ""
    with file.open("rb") as stderr:
        stderr.seek(0, os.SEEK_END)
        stderr.seek(max(0, stderr.tell() - _SHOWN))
        text = stderr.read().decode(errors="replace")
    _, found, rest = text.partition(_TRACEBACK)
    return (found + rest).rstrip() if found else "\n".join(text.rstrip().splitlines()[-20:])


def _not_here(word: str, expected: str, fix: str) -> UsageError:
    return UsageError(
        f"can't run {word}", found=f"{word}, which is not there or does not start", expected=expected, fix=fix
    )
