"""The one connection of an open store: threads take turns on it, and no fork carries it along.

One is enough: an agent has one thing to say at a time. Nothing is ever read or written outside of a transaction that
ends before the call returns, so an open store blocks nobody.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


class OneConnection:
    """A connection that is opened when it is needed, and closed when anything goes wrong with it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()
        self._open: Connection | None = None
        _all.add(self)

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """The connection, for this thread alone; what was done is committed when the block ends."""
        with self._lock:
            try:
                if self._open is None:
                    self._open = self._engine.connect()
                with self._open.begin():
                    yield self._open
            except BaseException:
                # Ctrl-C may come between any two lines of the driver: only a new connection is sure to be clean.
                self.close()
                raise

    def close(self) -> None:
        """Let it go. The next use opens it again."""
        with self._lock:
            connection, self._open = self._open, None
            if connection is not None:
                connection.close()

    def hold(self) -> None:
        """Close, and keep every thread out until `release`: a connection must not be open while a process forks."""
        self._lock.acquire()
        self.close()

    def release(self) -> None:
        """Let threads in again, in the process that forked and in the new one."""
        self._lock.release()


_all: weakref.WeakSet[OneConnection] = weakref.WeakSet()
_held: list[OneConnection] = []
_forking = threading.Lock()


def _before_fork() -> None:
    _forking.acquire()
    _held.extend(_all)
    for connection in _held:
        connection.hold()


def _after_fork() -> None:
    for connection in _held:
        connection.release()
    _held.clear()
    _forking.release()


# SQLite forbids to carry an open database through a fork: the child would believe that it holds the parent's locks.
# On a server, both would talk over one socket, and each would read the other's answers.
os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
