"""Several agents at once, each in a process of its own, and the parent that waits for them.

An agent gets a session of its own, so that a Ctrl-C reaches the parent alone. The parent passes it on, once for each
time it was pressed. If the parent is killed, its guard ends the agents, whose own guards end their runs.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from sweepbridge.agents.agent import Worked
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.guard import Guard
from sweepbridge.agents.runner import Say
from sweepbridge.plugin import Launched

LOOK_S = 0.1
"""How often the parent looks whether its agents are still there."""

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGINT)
"""What each call of `stop` sends: finish your run; end it now; kill it."""


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

    def stop(self) -> None:
        """Ask every agent to finish the run it has. Asked again: end it now; a third time: kill it."""
        number = next(self._stops, None)
        for process in self._processes:
            if number is not None and process.poll() is None:
                process.send_signal(number)


class Forks:
    """Agents that are forks of this process, so that any function can be run in them.

    Forked, not spawned: a spawned process imports the main script anew, and the scripts that W&B's docs show call
    `agent()` at the top, without a main guard, so each of them would start agents of its own without end. And a
    lambda, or a function of a notebook, can't be sent to a process that is not a fork.
    """

    def __init__(self, target: Callable[[int], Worked], count: int) -> None:
        self._guard = Guard()
        self._stops = iter(STOPS)
        self._pipes: list[Connection] = []
        self._processes: list[ForkProcess] = []
        sys.stdout.flush()
        sys.stderr.flush()
        for place in range(count):
            self._begin(target, place)

    def wait(self, timeout_s: float) -> bool:
        """Wait for at most `timeout_s` seconds; True once no agent is left."""
        until = time.monotonic() + timeout_s
        for process in self._processes:
            process.join(max(0.0, until - time.monotonic()))
        is_over = all(process.exitcode is not None for process in self._processes)
        if is_over:
            self._guard.close()
        return is_over

    def stop(self) -> None:
        """Ask every agent to finish the run it has. Asked again: end it now; a third time: kill it."""
        number = next(self._stops, None)
        for process in self._processes:
            if number is not None and process.exitcode is None and process.pid is not None:
                os.kill(process.pid, number)

    def worked(self) -> list[Worked | None]:
        """What each agent has done, once none is left; None for one that died."""
        return [_received(pipe) for pipe in self._pipes]

    def _begin(self, target: Callable[[int], Worked], place: int) -> None:
        mine, its = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("fork").Process(
            target=_in_fork, args=(self._guard, its, target, place), name=f"sweepbridge-agent-{place}"
        )
        with warnings.catch_warnings():
            # Python warns of forks where threads run, as those of numpy do. Nothing of theirs is used in between.
            warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
            process.start()
        its.close()
        assert process.pid is not None
        self._guard.watch(process.pid)
        self._pipes.append(mine)
        self._processes.append(process)


def attend(launched: Launched, say: Say, look: Callable[[], None] = lambda: None) -> int:
    """Wait until no agent is left, and pass every pull on the brake on to them; how far it was pulled.

    `look` is called a few times a second meanwhile.
    """
    brake = Brake()
    with brake.on_signals():
        passed_on = 0
        while not launched.wait(LOOK_S):
            while passed_on < brake.level:
                passed_on += 1
                launched.stop()
            if news := brake.news():
                say(news)
            look()
    return brake.level


def _in_fork(guard: Guard, pipe: Connection, target: Callable[[int], Worked], place: int) -> None:
    os.setsid()
    guard.forget()
    pipe.send(target(place))


def _received(pipe: Connection) -> Worked | None:
    try:
        return pipe.recv() if pipe.poll() else None
    except EOFError:  # it ended without a word
        return None
