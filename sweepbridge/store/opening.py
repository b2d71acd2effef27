"""Where a store is, and how it is opened: made if there is none, refused if it is not one of ours.

What is refused is left as it is, to the byte.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import URL, inspect, make_url, select
from sqlalchemy.exc import ArgumentError

from sweepbridge.store import troubles
from sweepbridge.store.database import Database
from sweepbridge.store.postgres import Postgres
from sweepbridge.store.postgres_troubles import shown
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


def open_store(where: str | Path, *, create: bool = True, folder: Path | None = None) -> Store:
    """The store in a folder, or at a URL such as `postgresql://ann@db.example/sweeps` or `sqlite:////data/team.db`.

    It is made on the spot unless told not to. `folder` is where this machine keeps what goes beside a store on a
    server: the nearest `.sweepbridge` unless given. A store in a file has its own folder for that. StoreError says
    what is wrong with a place where no store can be.
    """
    database = database_at(where, create=create)
    try:
        with database.alone():
            _prepare(database, create=create)
    except BaseException:
        database.close()
        raise
    return Store(database, database.folder or folder or find_store(Path()))


def make_folder(folder: Path) -> Path:
    """The same folder, which is there now. In one named `.sweepbridge`, git sees nothing."""
    try:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            if folder.name == FOLDER:
                (folder / ".gitignore").write_text("*\n")
        return folder
    except OSError as error:
        raise troubles.no_folder(folder, error) from error


def database_at(where: str | Path, *, create: bool) -> Database:
    """The database of a store, which may still be empty. StoreError if there is none, and none is to be made."""
    url = None if isinstance(where, Path) or "://" not in where else _url(where)
    if url is not None and url.get_backend_name() == "postgresql":
        return Postgres(url, address=str(where))
    path = Path(where).absolute() / FILE if url is None else _file_of(url)
    if not create and not path.exists():
        raise troubles.no_store(path)
    folder = make_folder(path.parent)
    return Sqlite(path, address=str(folder if url is None else url.set(database=str(path))))


def version_of(database: Database) -> str | None:
    """The schema version that a database says it has; None if it has no tables at all."""
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
        ours = schema_version.name in tables
        version = connection.execute(select(schema_version.c.version_num)).scalar() if ours else None
    if tables and version is None:
        raise troubles.not_ours(database.name, tables)
    return version


def _url(where: str) -> URL:
    hidden = re.sub("(?<=:)(?!//).*(?=@)", "***", where)
    try:
        # PostgreSQL takes both names, so both are seen.
        url = make_url(re.sub("^postgres(?=://)", "postgresql", where))
    except (ArgumentError, ValueError):
        raise troubles.no_such_kind(hidden, "a URL that can't be read") from None
    if "@" in (url.host or ""):
        raise troubles.no_such_kind(hidden, "two @, so that nobody knows where the password ends; write %40 in it")
    return url


def _file_of(url: URL) -> Path:
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return Path(url.database).absolute()
        case "sqlite":
            raise troubles.no_such_kind(shown(url), "a database in memory, which no agent could share")
        case other:
            raise troubles.no_such_kind(shown(url), f"a database of the kind {other}")


def _prepare(database: Database, *, create: bool) -> None:
    version = version_of(database)
    if version is None and not create:
        raise troubles.no_tables(database.name)
    if version is None:
        _make_tables(database)
    elif not version.isdecimal() or int(version) > SCHEMA_VERSION:
        raise troubles.newer_version(database.name, version, SCHEMA_VERSION)
    elif int(version) < SCHEMA_VERSION:
        raise troubles.older_version(database.name, int(version), SCHEMA_VERSION)


def _make_tables(database: Database) -> None:
    """All tables at once, as they are today: what the revisions would make one after the other."""
    database.make_ready()
    with database.settling() as connection:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(schema_version.insert().values(version_num=str(SCHEMA_VERSION)))
