"""A small process that outlives the agent by a moment, to end what the agent can't end any more.

An agent that is killed with SIGKILL has no say in what becomes of its run. The guard holds the other end of a pipe:
when the agent is gone, however it went, the pipe ends, and the guard kills the process groups it was told of. Linux's
parent-death signal would do less: it reaches no grandchild, dies with the thread that forked, and is Linux's alone.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys

_SOURCE = """
import os, sys
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, 9)
    except OSError:
        pass
"""


class Guard:
    """Kills the process groups in its care if this process ends without taking them out of it."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        # A session of its own, so that no Ctrl-C reaches it; -I -S, so that it starts in milliseconds.
        self._process = subprocess.Popen(  # our own interpreter and our own source
            [sys.executable, "-I", "-S", "-c", _SOURCE],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        """Take a process group into care."""
        self._groups.add(group)
        self._tell(f"+{group}")

    def release(self, group: int) -> None:
        """Take a process group, which has ended, out of care. Its number may soon be another's."""
        self._groups.discard(group)
        self._tell(f"-{group}")

    def close(self) -> None:
        """End the guard, and spare what is still in its care. A second time does nothing."""
        for group in tuple(self._groups):
            self.release(group)
        self.forget()
        self._process.wait()

    def forget(self) -> None:
        """Let go of the pipe. For a fork of this process: while it held a copy, the pipe would never end."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _tell(self, line: str) -> None:
        # A guard that something has killed must not take the agent with it.
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
