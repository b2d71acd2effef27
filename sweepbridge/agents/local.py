"""The launcher "local": agents as processes on this machine. It comes in by the door that every plugin uses.

An agent gets a session of its own, so that a Ctrl-C reaches the parent alone. The parent passes it on, once for each
time it was pressed. If the parent is killed, its guard ends the agents, whose own guards end their runs.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence

from sweepbridge.agents.guard import Guard
from sweepbridge.plugin import Launcher, hookimpl

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGINT, signal.SIGKILL)
"""What each call of `stop` sends: finish your run; end it now; kill it; and to an agent that hears nothing, its end."""


class LocalLauncher:
    """Starts agents as processes on this machine."""

    name = "local"

    def start(self, command: Sequence[str], count: int) -> Processes:
        """Start `count` processes, each running `command`."""
        return Processes(command, count)


class Processes:
    """Agents that are programs."""

    def __init__(self, command: Sequence[str], count: int) -> None:
        self._guard = Guard()
        self._stops = iter(STOPS)
        self._processes = [subprocess.Popen(command, start_new_session=True) for _ in range(count)]
        for process in self._processes:
            self._guard.watch(process.pid)

    @property
    def exit_codes(self) -> list[int | None]:
        """Each agent's exit code, None while it runs; a negative one is the number of a signal."""
        return [process.poll() for process in self._processes]

    def wait(self, timeout_s: float) -> bool:
        """Wait for at most `timeout_s` seconds; True once no agent is left."""
        until = time.monotonic() + timeout_s
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
        is_over = None not in self.exit_codes
        if is_over:
            self._guard.close()
        return is_over

    def preempt(self, number: int) -> None:
        """Pass on what a scheduler has sent: every agent gives its trial back, once the run has saved what it needs."""
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(number)

    def stop(self) -> None:
        """Ask every agent to finish the run it has. Asked again: end it now; then: kill it; at last: die."""
        number = next(self._stops, None)
        for process in self._processes:
            if number is not None and process.poll() is None:
                process.send_signal(number)


@hookimpl
def sweepbridge_launchers() -> Iterable[Launcher]:
    """The launcher that is always there."""
    return [LocalLauncher()]
