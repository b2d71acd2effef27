"""How an agent is told to end: the signals it gets, counted.

The first Ctrl-C lets the run that is going on end, and takes no more. The second ends the run, and its trial waits for
another agent. The third does not wait for the program to tidy up. The fourth is for agents that other people's code
has made deaf: their parent kills them. SIGHUP counts as the second Ctrl-C, and so does a
SIGTERM after the first.

SIGTERM and SIGUSR1 out of the blue come from a scheduler that wants the machine back: the run is preempted, and has
more time to save what it needs to go on.

A handler that the user has set is left alone, and so is a signal that is ignored, as under `nohup`.

With `forwards`, every signal is remembered besides, to be passed on to the run's program; SIGQUIT then counts as a
Ctrl-C, and the others that it may get mean nothing to the agent itself.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeAlias

SLICE_S = 0.05
"""The longest that a pull on the brake goes unnoticed."""

NEWS = {
    1: "ending after this run; Ctrl-C again ends it now, and its trial waits for another agent",
    2: "ending this run now",
    3: "killing this run",
    4: "killing what has not ended",
}
PREEMPTED = "preempted: ending this run; its trial waits for another one"

_FOR_PROGRAMS = ("SIGUSR2", "SIGALRM", "SIGCONT", "SIGWINCH")
_FIRST_OF_REAL_TIME = 34
"""Below, the C library keeps some for itself."""

Handler: TypeAlias = Callable[[int, FrameType | None], None]


class Brake:
    """How far an agent has been asked to end: 0 not at all, 1 after this run, 2 now, 3 without mercy, 4 all of it."""

    def __init__(self, *, forwards: bool = False) -> None:
        self.level = 0
        self.preempted_by: signal.Signals | None = None
        """The signal by which a scheduler has asked the agent to end; the last one, if it sent several."""
        self._told = 0
        self._interrupts_at: int | None = None
        self._before: dict[int, Any] = {}
        self._to_forward: deque[int] | None = deque() if forwards else None

    def pull(self, level: int) -> None:
        """Ask the agent to end, at least this far. Safe in a signal handler: it takes no lock and prints nothing."""
        self.level = max(self.level, level)
        if self._interrupts_at is not None and self.level >= self._interrupts_at:
            raise KeyboardInterrupt

    def preempt(self, number: signal.Signals) -> None:
        """Ask the agent to end for a scheduler's sake. Once a person has asked, it is as the second Ctrl-C."""
        if self.level == 0 or self.preempted_by is not None:
            self.preempted_by = number
        self.pull(2)

    def to_forward(self) -> list[int]:
        """The signals that came since this was last asked, in order; always empty where none is to be passed on."""
        waiting: list[int] = []
        with contextlib.suppress(IndexError):
            while self._to_forward is not None:
                waiting.append(self._to_forward.popleft())
        return waiting

    def news(self) -> str | None:
        """What the last pull means, for people; once for each level."""
        if self._told == self.level:
            return None
        self._told = self.level
        if self.preempted_by is not None and self.level == 2:
            return PREEMPTED
        return NEWS[self.level]

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than until the brake is pulled."""
        # In slices, because an Event that a signal handler sets can deadlock with the wait that it interrupts.
        until = time.monotonic() + seconds
        while self.level == 0 and (left := until - time.monotonic()) > 0:
            time.sleep(min(SLICE_S, left))

    @contextmanager
    def interrupting(self, *, at: int = 2) -> Iterator[None]:
        """Inside this block, which calls other people's code, a pull as far as `at` raises KeyboardInterrupt."""
        self._interrupts_at = at
        try:
            if self.level >= at:
                raise KeyboardInterrupt
            yield
        finally:
            self._interrupts_at = None

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Take signals inside this block. Outside of the main thread, nothing happens."""
        self.take_signals()
        try:
            yield
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)
            self._before.clear()

    def take_signals(self) -> None:
        """Take the signals again, where code that ran in between has let go of them."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number, handler in self._handlers().items():
            before = signal.getsignal(number)
            if before in (signal.SIG_DFL, signal.default_int_handler):
                self._before.setdefault(number, before)
                signal.signal(number, handler)

    def _handlers(self) -> dict[int, Handler]:
        own: dict[int, Handler] = {
            signal.SIGINT: lambda *_: self.pull(min(self.level + 1, max(NEWS))),
            signal.SIGHUP: lambda *_: self.pull(2),
            signal.SIGTERM: lambda *_: self.preempt(signal.SIGTERM),
            signal.SIGUSR1: lambda *_: self.preempt(signal.SIGUSR1),
        }
        if self._to_forward is None:
            return own
        own[signal.SIGQUIT] = own[signal.SIGINT]
        others: dict[int, Handler] = {number: _ignored for number in signal.valid_signals() if _is_for_programs(number)}
        return {number: self._forwarding(handler) for number, handler in (others | own).items()}

    def _forwarding(self, handler: Handler) -> Handler:
        """The same handler, which remembers the signal first."""

        def handle(number: int, frame: FrameType | None) -> None:
            assert self._to_forward is not None, "only a brake that forwards has such handlers"
            self._to_forward.append(number)
            handler(number, frame)

        return handle


def _ignored(number: int, frame: FrameType | None) -> None:
    """What a signal means to an agent that it is only to pass on."""


def _is_for_programs(number: int) -> bool:
    """Whether a signal that an agent does not know may mean something to a program."""
    return number >= _FIRST_OF_REAL_TIME or getattr(number, "name", None) in _FOR_PROGRAMS
