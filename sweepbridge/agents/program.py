"""Runs as programs: each is a process group of its own, which ends as a whole.

The program's output goes straight into the run directory's files: there is no pipe that could fill up, or break when
the agent dies. Its standard input is empty.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sweepbridge.agents import environment
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.companions import Companions
from sweepbridge.agents.groups import Care, Group, ended
from sweepbridge.agents.reports import Report
from sweepbridge.agents.runner import Say, Unfinished
from sweepbridge.engine import Result
from sweepbridge.errors import ConfigError, UsageError
from sweepbridge.rundir import RunDir
from sweepbridge.space import Json
from sweepbridge.spec import commands
from sweepbridge.spec.commands import NestedArgs

_COMPLAINT = re.compile(r"^(Traceback \(most recent call last\):|Fatal Python error: )", re.MULTILINE)
"""Where Python begins to tell of an exception, or of a crash."""
_SHOWN = 64 * 1024
"""How much of the end of a failed program's stderr is searched for its traceback."""


@dataclass
class ProgramRunner:
    """Runs `program` through `command`, once for each trial."""

    command: Sequence[Json] | None
    program: str | None
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    nested_args: NestedArgs = "dotted"
    term_timeout_s: float | None = None
    """How long a program may take that a person or a scheduler ends; None: as long as is usual here."""
    companions: Companions = field(default_factory=Companions)
    _care: Care | None = None

    def start(self) -> None:
        """Get ready. As `check`, if no run could begin."""
        check(self.command, self.program, self.environ)
        self._care = Care(self.environ, term_timeout_s=self.term_timeout_s)
        self.companions.start()

    def close(self) -> None:
        """End what guards the runs, and what lives beside them."""
        self.companions.close()
        if self._care is not None:
            self._care.close()
            self._care = None

    def run(self, report: Report, brake: Brake, say: Say) -> Result | Unfinished:
        """Execute one run. It ends as stopped if it was asked to end, and else as its exit code says."""
        assert self._care is not None, "start() comes first"
        environ = environment.of_run(self.environ, report.claim, report.directory, self.companions)
        brake.to_forward()  # what came before the program was there was not for it
        try:
            program = Program(self._words(report, environ), report.directory, environ)
        except Unpassable as error:
            say(str(error))
            return Result("failed", {}, reason=str(error))
        group = self._care.of(program, report, brake, say)
        return group.cut_off(report, brake) or _outcome(group, report, say)

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


class Program:
    """A program that runs, the leader of its own process group. Unpassable if it can't be given its words."""

    def __init__(self, words: Sequence[str], directory: RunDir, environ: Mapping[str, str]) -> None:
        with directory.stdout_file.open("ab") as stdout, directory.stderr_file.open("ab") as stderr:
            self._process = _started(words, dict(environ), stdout.fileno(), stderr.fileno())

    @property
    def pid(self) -> int:
        """Its number, which is the group's as well."""
        return self._process.pid

    def exit_code_within(self, seconds: float) -> int | None:
        """What it ended with, after at most `seconds`; None yet."""
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None


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


def _outcome(group: Group, report: Report, say: Say) -> Result:
    code, summary = group.exit_code, report.directory.summary()
    if group.asked is not None:
        return Result("stopped", summary, reason=report.reason_to_end, exit_code=code)
    if code == 0:
        return Result("finished", summary, exit_code=0)
    complaint = complaint_of(report.directory.stderr_file)
    if complaint:
        say(complaint)
    return Result("failed", summary, reason=_reason(code, complaint), exit_code=code)


def _reason(code: int, complaint: str) -> str:
    last = complaint.strip().rpartition("\n")[2].strip()
    return f"{ended(code)}: {last}" if last else ended(code)


def complaint_of(file: Path) -> str:
    """The tracebacks at the end of a program's stderr, whole; its last lines if there are none."""
    if not file.exists():
        return ""
    with file.open("rb") as stderr:
        stderr.seek(0, os.SEEK_END)
        stderr.seek(max(0, stderr.tell() - _SHOWN))
        text = stderr.read().decode(errors="replace")
    found = _COMPLAINT.search(text)
    return text[found.start() :].rstrip() if found else "\n".join(text.rstrip().splitlines()[-20:])


def _not_here(word: str, expected: str, fix: str) -> UsageError:
    return UsageError(
        f"can't run {word}", found=f"{word}, which is not there or does not start", expected=expected, fix=fix
    )
