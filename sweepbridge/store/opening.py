"""Where a store is, and how it is opened: made if there is none, refused if it is not one of ours.

What is refused is left as it is, to the byte.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect, make_url, select
from sqlalchemy.exc import ArgumentError

from sweepbridge.store import troubles
from sweepbridge.store.sqlite import Sqlite
from sweepbridge.store.store import Store
from sweepbridge.store.tables import SCHEMA_VERSION, metadata, schema_version

FOLDER = ".sweepbridge"
FILE = "sweepbridge.db"


def find_store(start: Path) -> Path:
    """The folder of the store for work in `start`: its `.sweepbridge`, or that of the nearest parent that has one.

    If none has, it is the one in `start`, which is not made yet.
    """
    start = start.absolute()
    places = [place / FOLDER for place in (start, *start.parents)]
    return next((place for place in places if place.is_dir()), places[0])


def open_store(where: str | Path, *, create: bool = True) -> Store:
    """The store in a folder, or at a URL such as `sqlite:////data/team.db`; made on the spot unless told not to.

    StoreError says what is wrong with a place where none can be.
    """
    path = _file_of(where)
    if not create and not path.exists():
        raise troubles.no_store(path)
    with _alone_in(_made(path.parent)):
        database = Sqlite(path)
        try:
            _prepare(database)
        except BaseException:
            database.close()
            raise
    return Store(database)


def _file_of(where: str | Path) -> Path:
    if isinstance(where, Path) or "://" not in where:
        return Path(where).absolute() / FILE
    try:
        url = make_url(where)
    except ArgumentError:
        raise troubles.no_such_kind(where, "a URL that can't be read") from None
    shown = url.render_as_string(hide_password=True)
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return Path(url.database).absolute()
        case "sqlite":
            raise troubles.no_such_kind(shown, "a database in memory, which no agent could share")
        case "postgresql":
            raise troubles.no_such_kind(shown, "PostgreSQL, which this version does not support yet")
        case other:
            raise troubles.no_such_kind(shown, f"a database of the kind {other}")


def _made(folder: Path) -> Path:
    try:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            if folder.name == FOLDER:
                (folder / ".gitignore").write_text("*\n")
        return folder
    except OSError as error:
        raise troubles.no_folder(folder, error) from error


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One process after the other: two that make the same tables at once would lock each other out."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise troubles.no_folder(folder, error) from error
    try:
        _lock(folder, handle)
        yield
    finally:
        os.close(handle)


def _lock(folder: Path, handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError as error:
        raise troubles.no_locks(folder, error) from error


def _prepare(database: Sqlite) -> None:
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
        ours = schema_version.name in tables
        version = connection.execute(select(schema_version.c.version)).scalar() if ours else None
    if tables and not ours:
        raise troubles.not_ours(database.path, tables)
    if tables and version != SCHEMA_VERSION:
        raise troubles.other_version(database.path, version, SCHEMA_VERSION)
    if not tables:
        _make_tables(database)


def _make_tables(database: Sqlite) -> None:
    database.use_wal()
    with database.settling() as connection:
        metadata.create_all(connection)
        connection.execute(schema_version.insert().values(version=SCHEMA_VERSION))
