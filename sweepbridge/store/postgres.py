"""PostgreSQL: one server, agents on any machine. All that is peculiar to PostgreSQL is here and in its troubles.

Transactions are READ COMMITTED. An UPDATE then waits for whoever else is changing its row, and looks at the row again
before it changes it: of any number of agents that want the same row, one finds it as it was. See docs/decisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from sweepbridge.store import postgres_troubles
from sweepbridge.store.connection import OneConnection

DEFAULTS = {
    "connect_timeout": "10",
    # A connection that went silent is found dead within a minute, not after the two hours that are usual.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "fallback_application_name": "sweepbridge",
}
"""Connection parameters, where the URL has none of its own."""

SESSION = (
    # An agent that was suspended, or cut off, in a transaction must not keep the others waiting for its row.
    "-c idle_in_transaction_session_timeout=10s",
    "-c lock_timeout=60s",
)

BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"

TABLES = 0x5357_4545_5042_5247
"""The advisory lock of those who look for tables, make or change them."""


class Postgres:
    """A database on a server, and the connection to it."""

    folder = None

    def __init__(self, url: URL, *, address: str) -> None:
        self.name = postgres_troubles.shown(url)
        self.address = address
        self.has_password = bool(url.password) or any(secret in url.query for secret in postgres_troubles.SECRETS)
        self._engine = _engine(url)
        self._connection = OneConnection(self._engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For SELECTs. Each sees one moment of the store, and waits for no writer."""
        try:
            with self._connection.turn() as connection:
                yield connection
        except DBAPIError as error:
            raise postgres_troubles.trouble(self.name, error) from error

    def settling(self) -> AbstractContextManager[Connection]:
        """A transaction that is on the server's disk when the block ends."""
        return self._transaction(BEGIN)

    def claiming(self) -> AbstractContextManager[Connection]:
        """As `settling`: an agent outlives a crash of the server, and goes on with what it was told is its own."""
        return self._transaction(BEGIN)

    def noting(self) -> AbstractContextManager[Connection]:
        """A transaction that does not wait for the disk. A crash of the server may undo the last half second of it."""
        return self._transaction(f"{BEGIN}; SET LOCAL synchronous_commit = off")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold a lock of the session's: the server lets go of it when this process dies."""
        try:
            with self.reading() as connection:
                connection.execute(_LOCK, {"key": TABLES})
            yield
            with self.reading() as connection:
                connection.execute(_UNLOCK, {"key": TABLES})
        except BaseException:
            self.close()
            raise

    def make_ready(self) -> None:
        """Nothing is to be done."""

    def changing_tables(self) -> AbstractContextManager[Connection]:
        """An ordinary transaction: here it spans changes of tables as well."""
        return self._transaction(BEGIN)

    def back_up(self, version: int) -> None:  # noqa: ARG002
        """None: a server's copies are made with `pg_dump`."""
        return

    def close(self) -> None:
        """Let the connection go. The next use opens another one."""
        self._connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with self.reading() as connection:
            connection.exec_driver_sql(begin, execution_options={"no_parameters": True})
            yield connection


_LOCK = text("SELECT pg_advisory_lock(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")


def _engine(url: URL) -> Engine:
    given: dict[str, Any] = dict(url.query)
    options = " ".join([*SESSION, *filter(None, [given.get("options")])])  # what comes later wins
    target = url.set(drivername="postgresql+psycopg", query={**DEFAULTS, **given, "options": options})
    try:
        # AUTOCOMMIT makes a SELECT one message and not three. What writes says BEGIN itself.
        return create_engine(target, isolation_level="AUTOCOMMIT", poolclass=NullPool, use_native_hstore=False)
    except ImportError as error:
        raise postgres_troubles.no_driver(postgres_troubles.shown(url), error) from error
