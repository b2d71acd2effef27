"""Several agents of a function at once, each in a fork of this process, and the parent's wait for any agents."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from signal import SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1
from typing import Protocol, runtime_checkable

from sweepbridge.agents.agent import Worked
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.guard import Guard
from sweepbridge.agents.local import STOPS
from sweepbridge.agents.runner import Say
from sweepbridge.plugin import Launched

PULLS = frozenset({SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1})
"""The signals that end an agent: what they mean for the others, the parent says in its own words."""

LOOK_S = 0.1
"""How often the parent looks whether its agents are still there."""


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

    @property
    def exit_codes(self) -> list[int | None]:
        """Each agent's exit code, None while it runs; a negative one is the number of a signal."""
        return [process.exitcode for process in self._processes]

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
        """Ask every agent to finish the run it has. Asked again: end it now; then: kill it; at last: die."""
        number = next(self._stops, None)
        for process in self._processes:
            if number is not None and process.exitcode is None and process.pid is not None:
                os.kill(process.pid, number)

    def preempt(self, number: int) -> None:
        """Pass on what a scheduler has sent: every agent gives its trial back, once the run has saved what it needs."""
        for process in self._processes:
            if process.exitcode is None and process.pid is not None:
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


@runtime_checkable
class Preemptible(Protocol):
    """What a launcher's agents may offer beside `stop`; those that do not are stopped as by a second Ctrl-C."""

    def preempt(self, number: int) -> None:
        """Pass on what a scheduler has sent."""


def attend(
    launched: Launched, say: Say, look: Callable[[], None] = lambda: None, *, forward_signals: bool = False
) -> int:
    """Wait until no agent is left, and pass every pull on the brake on to them; how far it was pulled.

    `look` is called a few times a second meanwhile. With `forward_signals`, agents that can get all other signals too.
    """
    brake = Brake(forwards=forward_signals)
    with brake.on_signals():
        passed_on, sent = 0, None
        while not launched.wait(LOOK_S):
            if brake.preempted_by not in (None, sent) and isinstance(launched, Preemptible):
                passed_on, sent = 2, brake.preempted_by
                launched.preempt(sent)
            while passed_on < brake.level:
                passed_on += 1
                launched.stop()
            for number in brake.to_forward():
                if number not in PULLS and isinstance(launched, Preemptible):
                    launched.preempt(number)
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
