"""Faults on demand: calls of SQLite's driver, and writes of a run, that fail where a test says.

A fault strikes once, at a call that is counted from where it was set. What the driver raises is what SQLite raises of a
full disk, of a broken one, and of a lock that does not come free.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections import deque
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

COMPLAINTS = ("database or disk is full", "disk I/O error", "database is locked")


class Fault(NamedTuple):
    """One call that fails."""

    after: int
    """How many calls go well before it, since the last fault."""
    complaint: str
    moment: Literal["before", "after"] = "before"
    """Whether the call has had its effect when it fails. Of a commit, nobody may count on either."""


class Faults:
    """The faults that are still to come, in order."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._to_come = deque(faults)
        self._calls = 0
        self.struck: list[Fault] = []

    def call(self, deed: Any, *given: Any) -> Any:
        """Do something that may fail."""
        fault = self._struck()
        if fault is None or fault.moment == "after":
            found = deed(*given)
            if fault is None:
                return found
        raise sqlite3.OperationalError(fault.complaint)

    def _struck(self) -> Fault | None:
        if not self._to_come or self._calls < self._to_come[0].after:
            self._calls += 1
            return None
        self._calls = 0
        self.struck.append(self._to_come.popleft())
        return self.struck[-1]


def driver(faults: Faults) -> Any:
    """A class of connections of which every call may fail."""

    class Cursor(sqlite3.Cursor):
        def execute(self, *given: Any) -> Any:
            return faults.call(super().execute, *given)

        def executemany(self, *given: Any) -> Any:
            return faults.call(super().executemany, *given)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def commit(self) -> None:
            faults.call(super().commit)

    return Connection


class FullDisk:
    """Stands for the module `os` where files are written: of some writes, only the first bytes find room.

    `room` says for each write how many bytes; None is all of them. What finds no room at all raises ENOSPC.
    """

    def __init__(self, room: Iterable[int | None]) -> None:
        self._room = iter(room)

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def write(self, descriptor: int, data: bytes) -> int:
        """As `os.write`."""
        room = next(self._room, None)
        if room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(descriptor, data if room is None else data[:room])
