"""What a store asks of a database beyond the statements, which are the same for all.

How durable a transaction is, how processes keep out of each other's way while tables are made, and how an error is
put into words: nothing else may depend on which database it is.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection


class Database(Protocol):
    """A database, and one connection to it. Threads take turns; a process that was forked has to connect anew.

    Every block below is one transaction: it ends with the block, undone if the block raises. What the database
    complains of becomes a StoreError, and an `Unsettled` where to try again is right.
    """

    @property
    def name(self) -> str:
        """The path or the URL, for people: without a password."""

    @property
    def address(self) -> str:
        """What opens the same database again, from any folder: with the password, if one was given."""

    @property
    def has_password(self) -> bool:
        """Whether the address has a password in it."""

    @property
    def folder(self) -> Path | None:
        """The folder that it is in; None if it is on a server."""

    def reading(self) -> AbstractContextManager[Connection]:
        """For SELECTs. Each sees one moment of the store, and waits for no writer."""

    def settling(self) -> AbstractContextManager[Connection]:
        """For what is decided, or has come out. Once the block has ended, no kill and no power cut undoes it."""

    def claiming(self) -> AbstractContextManager[Connection]:
        """For who runs what. Once the block has ended, nothing undoes it that leaves the run's agent alive."""

    def noting(self) -> AbstractContextManager[Connection]:
        """For what a run says on its way. A crash of the database's machine may undo the last moments of it.

        It undoes nothing that came before a transaction by `settling`.
        """

    def alone(self) -> AbstractContextManager[None]:
        """Keep every other process that looks for tables, makes or changes them waiting until the block has ended."""

    def make_ready(self) -> None:
        """Do what has to be done before the first table."""

    def changing_tables(self) -> AbstractContextManager[Connection]:
        """A transaction that may drop a table and make it anew: what refers to it is checked at the end."""

    def back_up(self, version: int) -> Path | None:
        """A copy of the store as it is, named for its schema version; None if the database has its own way."""

    def close(self) -> None:
        """Let the database go. The next use opens it again."""
