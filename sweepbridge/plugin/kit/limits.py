"""A limit of time for other people's code that runs in this process."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

from sweepbridge.plugin.border import TookTooLong


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TookTooLong where the code inside stands, once the time is up.

    It reaches what waits or computes in Python, in the main thread. What hangs inside of a library written in
    another language, or in another thread, goes on: `sweepbridge check-backend` ends that by ending its process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _raise)
    left, every = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        # Another limit may have been counting, as that of pytest-timeout: it gets back its handler and its clock.
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left, every)


def _raise(*_: object) -> None:
    raise TookTooLong
