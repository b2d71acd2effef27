"""Work of which nobody knows how it ends, in a process of its own: a plugin that hangs or dies there harms nobody.

The jobs run one after the other in one process, so that what one has loaded is there for the next. A job that takes too
long is ended with its process; another process goes on with the job after it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Generic, TypeVar

from sweepbridge.agents.guard import Guard

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Gone:
    """A job that never gave what it was to give."""

    why: str
    """A sentence without a subject, for people: `did not answer within 60 seconds`."""


def apart(jobs: Sequence[Callable[[], Found]], *, limit_s: float) -> Iterator[Found | Gone]:
    """What each job gives, in order, as soon as it is there; each may take `limit_s`. It must be picklable."""
    place = 0
    while place < len(jobs):
        with contextlib.closing(_Child(jobs[place:])) as child:
            found: Found | Gone | None = None
            while place < len(jobs) and not isinstance(found, Gone):
                found = child.receive(limit_s)
                place += 1
                yield found


class _Child(Generic[Found]):
    """A fork of this process that does jobs, and its end of the pipe."""

    def __init__(self, jobs: Sequence[Callable[[], Found]]) -> None:
        self._guard = Guard()
        self._pipe, its = multiprocessing.Pipe(duplex=False)
        self._process = ForkProcess(target=_work, args=(self._guard, its, jobs), name="sweepbridge-apart")
        with warnings.catch_warnings():
            # Python warns of forks where threads run. Nothing of theirs is used in between.
            warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
            self._process.start()
        its.close()
        assert self._process.pid is not None, "it was started"
        self._group = self._process.pid
        self._guard.watch(self._group)

    def receive(self, limit_s: float) -> Found | Gone:
        """What the next job gives."""
        if not self._pipe.poll(limit_s):
            return Gone(f"did not answer within {limit_s:g} seconds")
        try:
            found: Found = self._pipe.recv()
        except EOFError:
            self._process.join()
            return Gone(f"ended its process, {_how(self._process.exitcode)}")
        return found

    def close(self) -> None:
        """End it, with all that it has started."""
        with contextlib.suppress(ProcessLookupError):  # it may be gone, or not have its own group yet
            os.killpg(self._group, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()
        self._guard.release(self._group)
        self._guard.close()


def _work(guard: Guard, pipe: Connection, jobs: Sequence[Callable[[], object]]) -> None:
    os.setsid()
    guard.forget()
    os.dup2(2, 1)  # standard output is for what the command was asked for
    for job in jobs:
        pipe.send(job())


def _how(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"by {signal.Signals(-exit_code).name}"
    return f"with exit code {exit_code}"
