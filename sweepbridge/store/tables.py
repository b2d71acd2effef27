"""The tables of the store, for any database that SQLAlchemy can speak to.

All times are seconds since 1970 by the database's own clock, so agents on machines whose clocks disagree still agree
on who was heard of when. JSON is kept as text, because what training code logs may hold NaN and Infinity, which the
JSON columns of databases refuse.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from sweepbridge.space import Json

SCHEMA_VERSION = 2
"""Counts up whenever a table changes; a revision in `revisions/` then says how an older store becomes this one."""


class JsonText(TypeDecorator[Json]):
    """JSON as ASCII text; NaN and Infinity survive, and so does text that is not valid Unicode. None is NULL."""

    impl = Text
    cache_ok = True

    _encode = staticmethod(json.JSONEncoder(separators=(",", ":")).encode)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text of a value."""
        return None if value is None else self._encode(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Json:  # noqa: ARG002
        """The value of a text."""
        return None if value is None else json.loads(value)


class Words(TypeDecorator[str]):
    """Text for people. What a database can't hold, a lone surrogate or a NUL, is written as an escape."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text that any database takes."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


class now(FunctionElement[float]):  # noqa: N801  # it reads as the SQL function that it is
    """Seconds since 1970, by the database's clock."""

    type = Double()
    inherit_cache = True


@compiles(now, "sqlite")
def _now_in_sqlite(*_: Any, **__: Any) -> str:
    # unixepoch('subsec') would say the same, from SQLite 3.42 on; clusters still run 3.26.
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _now_in_postgresql(*_: Any, **__: Any) -> str:
    # Not now(), which is the time when the transaction began: it may have waited for a lock since.
    return "extract(epoch from clock_timestamp())::double precision"


metadata = MetaData()

schema_version = Table(  # as alembic makes it
    "schema_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="schema_version_pkc"),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("number", Integer, primary_key=True),  # the order of creation, also within one tick of the clock
    Column("id", String(8), nullable=False, unique=True),
    Column("config", JsonText, nullable=False),
    Column("seed", JsonText, nullable=False),  # a user's seed may be longer than 64 bits
    Column("name", Words),
    Column("entity", Words),
    Column("project", Words),
    Column("state", String(16), nullable=False),
    Column("reason", Words),
    Column("length", Integer, nullable=False),  # of the log
    Column("began", Integer, nullable=False),  # trials
    Column("logged", Integer, nullable=False),  # rows: the cursor that the latest one has
    Column("created_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("search", Integer, nullable=False),  # the one that agents take up
    Column("searches", Integer, nullable=False),  # how many there are
)

searches = Table(
    "searches",
    metadata,
    Column("sweep_id", ForeignKey("sweeps.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("backend", Words, nullable=False),
    Column("method", Words, nullable=False),
    Column("options", JsonText),  # NULL where they are the config's own
    Column("provenance", JsonText, nullable=False),
)

trials = Table(
    "trials",
    metadata,
    Column("sweep_id", ForeignKey("sweeps.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),  # `waiting` is one here
    Column("run", Integer, nullable=False),  # the latest
    Column("agent", Words, nullable=False),  # of the latest run
    Column("seed", BigInteger, nullable=False),
    Column("params", JsonText, nullable=False),
    Column("note", JsonText, nullable=False),
    Column("losses", JsonText),
    Column("observations", JsonText),
    Column("summary", JsonText),
    Column("reason", Words),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("search", Integer),  # that suggested it; NULL for one that a person has put back
    Index("trials_by_state", "sweep_id", "state", "number"),
    ForeignKeyConstraint(["sweep_id", "search"], ["searches.sweep_id", "searches.number"], name="suggested_by"),
)

events = Table(
    "events",
    metadata,
    Column("sweep_id", String(8), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(8), nullable=False),  # `began` or `ended`
    Column("trial", Integer, nullable=False),
    UniqueConstraint("sweep_id", "trial", "kind", name="a_trial_begins_and_ends_once"),
    ForeignKeyConstraint(["sweep_id", "trial"], ["trials.sweep_id", "trials.number"]),
    sqlite_with_rowid=False,
)

runs = Table(
    "runs",
    metadata,
    Column("sweep_id", String(8), primary_key=True),
    Column("trial", Integer, primary_key=True, autoincrement=False),
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("agent", Words, nullable=False),
    Column("state", String(16), nullable=False),
    Column("started_at", Double, nullable=False),
    Column("heard_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("exit_code", Integer),
    Column("reason", Words),
    ForeignKeyConstraint(["sweep_id", "trial"], ["trials.sweep_id", "trials.number"]),
    Index("runs_by_state", "sweep_id", "state", "agent"),
)

rows = Table(
    "rows",
    metadata,
    Column("sweep_id", String(8), primary_key=True),
    Column("trial", Integer, primary_key=True, autoincrement=False),
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("cursor", Integer, nullable=False),  # counts a sweep's rows in the order in which they were committed
    Column("loss", Double),
    Column("data", JsonText, nullable=False),
    ForeignKeyConstraint(["sweep_id", "trial", "run"], ["runs.sweep_id", "runs.trial", "runs.run"]),
    UniqueConstraint("sweep_id", "cursor", name="rows_by_cursor"),
)
