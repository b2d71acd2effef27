"""How a function is ended that does not ask: an exception that another thread raises in the middle of it.

A function that calls our `log()` hears of a stop there. One that logs with W&B's client never asks, so it is ended as
W&B's own agent ends it: the exception comes as soon as the function executes Python again.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
from types import TracebackType

from sweepbridge.training import RunStopped

SOON = 1000
"""So many turns of a loop are more than an exception needs that another thread has sent: it comes at the first."""


class Interruption:
    """Ends what this block calls, at the word of another thread. Once, so that tidying up is not interrupted too."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._is_open = False

    def __enter__(self) -> Interruption:
        self._is_open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # One that was sent and has not come yet would come out of our own code. It is waited for and not called back:
        # where a tracer is at work, CPython 3.11 turns for ever in a thread whose exception was called back.
        with contextlib.suppress(RunStopped):
            with self._lock:
                self._is_open = False
            for _ in range(SOON):
                pass

    def end(self, why: str) -> None:
        """Raise RunStopped in the block. Does nothing once it is left, or the second time."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                kind = type("RunStopped", (RunStopped,), {"__init__": lambda self: RunStopped.__init__(self, why)})
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(kind))
