"""The embedded database: one SQLite file in WAL mode. All that is peculiar to SQLite is here.

A store holds one connection, behind a lock: threads take turns, as SQLite's writers do anyway. Nothing is ever read or
written outside of a transaction that ends before the call returns, so an open store blocks nobody.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from sweepbridge.store.troubles import trouble

PATIENCE_S = 60.0
"""How long a writer waits for other writers before it gives up. Each of them takes about a millisecond."""

Care: TypeAlias = Literal["FULL", "NORMAL"]
"""SQLite's `synchronous`: with FULL a commit is on the disk when it returns, with NORMAL some time later."""


class Sqlite:
    """A database file, and the connection to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._engine = create_engine("sqlite+pysqlite://", creator=self._connect, poolclass=NullPool)
        self._open: Connection | None = None
        self._care: Care | None = None  # SQLite's own default, until the first write
        _opened.add(self)

    def use_wal(self) -> None:
        """Switch the file to write-ahead logging, for good: readers and the writer then never wait for each other."""
        with self.reading() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for one SELECT: it sees one moment of the store, and waits for no writer."""
        with self._lock, self._connected() as connection:
            yield connection

    @contextmanager
    def settling(self) -> Iterator[Connection]:
        """A transaction that is on the disk when the block ends: neither a kill nor a power cut undoes it."""
        with self._transaction("FULL") as connection:
            yield connection

    @contextmanager
    def claiming(self) -> Iterator[Connection]:
        """A transaction about a run that is under way on this machine.

        No kill undoes it. A power cut may undo the last moments of it, but it ends the runs that they were about,
        too; and it undoes nothing that came before a transaction by `settling`.
        """
        with self._transaction("NORMAL") as connection:
            yield connection

    def close(self) -> None:
        """Let the file go. The next use opens it again."""
        with self._lock:
            connection, self._open, self._care = self._open, None, None
            if connection is not None:
                connection.close()

    def hold(self) -> None:
        """Close, and keep every thread out until `release`: a connection must not be open while a process forks."""
        self._lock.acquire()
        self.close()

    def release(self) -> None:
        """Let threads in again, in the process that forked and in the new one."""
        self._lock.release()

    @contextmanager
    def _transaction(self, care: Care) -> Iterator[Connection]:
        with self.reading() as connection:
            if self._care != care:
                self._driver.execute(f"PRAGMA synchronous = {care}")
                self._care = care
            # IMMEDIATE waits for its turn here. A transaction that reads first and writes then could not wait:
            # SQLite would refuse it with "database is locked".
            self._driver.execute("BEGIN IMMEDIATE")
            yield connection

    def _connect(self) -> sqlite3.Connection:
        # isolation_level=None keeps Python's driver from beginning transactions of its own.
        self._driver = sqlite3.connect(self.path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
        self._driver.execute("PRAGMA foreign_keys = ON")
        return self._driver

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            if self._open is None:
                self._open = self._engine.connect()
            with self._open.begin():
                yield self._open
        except (DBAPIError, sqlite3.Error) as error:
            self.close()
            raise trouble(self.path, str(getattr(error, "orig", error))) from error
        except BaseException:
            # Ctrl-C may come between any two lines of the driver: only a new connection is sure to be clean.
            self.close()
            raise


_opened: weakref.WeakSet[Sqlite] = weakref.WeakSet()
_held: list[Sqlite] = []
_forking = threading.Lock()


def _before_fork() -> None:
    _forking.acquire()
    _held.extend(_opened)
    for database in _held:
        database.hold()


def _after_fork() -> None:
    for database in _held:
        database.release()
    _held.clear()
    _forking.release()


# SQLite forbids to carry an open database through a fork: the child would believe that it holds the parent's locks.
os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
