"""The embedded database: one SQLite file in WAL mode. All that is peculiar to SQLite is here.

SQLite lets one writer in at a time, and a writer waits for its turn before it reads anything.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from sweepbridge.store import troubles
from sweepbridge.store.connection import OneConnection

PATIENCE_S = 60.0
"""How long a writer waits for other writers before it gives up. Each of them takes about a millisecond."""

Care: TypeAlias = Literal["FULL", "NORMAL"]
"""SQLite's `synchronous`: with FULL a commit is on the disk when it returns, with NORMAL some time later."""


class Sqlite:
    """A database file, and the connection to it."""

    has_password = False

    def __init__(self, path: Path, *, address: str) -> None:
        self.path = path
        self.name = str(path)
        self.address = address
        self.folder = path.parent
        self._engine = create_engine("sqlite+pysqlite://", creator=self._connect, poolclass=NullPool)
        self._connection = OneConnection(self._engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For SELECTs. Each sees one moment of the store, and waits for no writer."""
        try:
            with self._connection.turn() as connection:
                yield connection
        except (DBAPIError, sqlite3.Error) as error:
            raise troubles.trouble(self.path, str(getattr(error, "orig", error))) from error

    def settling(self) -> AbstractContextManager[Connection]:
        """A transaction that is on the disk when the block ends: neither a kill nor a power cut undoes it."""
        return self._transaction("FULL")

    def claiming(self) -> AbstractContextManager[Connection]:
        """A transaction about a run that is under way on this machine.

        No kill undoes it. A power cut may undo the last moments of it, but it ends the runs that they were about,
        too; and it undoes nothing that came before a transaction by `settling`.
        """
        return self._transaction("NORMAL")

    def noting(self) -> AbstractContextManager[Connection]:
        """As `claiming`: what was said on the way belongs to a run that a power cut ends."""
        return self._transaction("NORMAL")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process after the other: two that make the same tables at once would lock each other out."""
        try:
            handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise troubles.no_folder(self.folder, error) from error
        try:
            self._lock_folder(handle)
            yield
        finally:
            os.close(handle)

    def make_ready(self) -> None:
        """Switch the file to write-ahead logging, for good: readers and the writer then never wait for each other."""
        with self.reading() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")

    @contextmanager
    def changing_tables(self) -> Iterator[Connection]:
        """A transaction in which a table may be made anew, which is SQLite's way to change most things of one."""
        self.close()
        with self.reading() as connection:
            self._driver.execute("PRAGMA foreign_keys = OFF")  # no transaction may have begun
            self._driver.execute("BEGIN IMMEDIATE")
            yield connection
            if broken := self._driver.execute("PRAGMA foreign_key_check").fetchall():
                raise sqlite3.IntegrityError(f"rows that refer to nothing, first {broken[0]}")
        self.close()

    def back_up(self, version: int) -> Path:
        """A copy of the file, beside it. No earlier copy is overwritten."""
        names = (f"{self.path.name}.schema-{version}{again}" for again in ("", *(f"-{n}" for n in range(2, 10_000))))
        copy = next(path for path in map(self.folder.joinpath, names) if not path.exists())
        with self.reading():
            target = sqlite3.connect(copy)
            try:
                self._driver.backup(target)
            finally:
                target.close()
        return copy

    def close(self) -> None:
        """Let the file go. The next use opens it again."""
        self._connection.close()

    @contextmanager
    def _transaction(self, care: Care) -> Iterator[Connection]:
        with self.reading() as connection:
            if connection.info.get("care") != care:
                self._driver.execute(f"PRAGMA synchronous = {care}")
                connection.info["care"] = care
            # IMMEDIATE waits for its turn here. A transaction that reads first and writes then could not wait:
            # SQLite would refuse it with "database is locked".
            self._driver.execute("BEGIN IMMEDIATE")
            yield connection

    def _connect(self) -> sqlite3.Connection:
        # isolation_level=None keeps Python's driver from beginning transactions of its own.
        self._driver = sqlite3.connect(self.path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
        self._driver.execute("PRAGMA foreign_keys = ON")
        return self._driver

    def _lock_folder(self, handle: int) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise troubles.no_locks(self.folder, error) from error
