"""Upgrading a store that an older sweepbridge made: one revision after the other, all in one transaction.

alembic, which runs them, is imported here and in the revisions alone: no other command waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from sweepbridge.store import troubles
from sweepbridge.store.opening import database_at, version_of
from sweepbridge.store.tables import schema_version

REVISIONS = (Path(__file__).parent / "revisions",)
"""The folders that revisions are in."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade has done."""

    name: str
    """The store, for people."""
    found: int
    """The schema version that it had."""
    now: int
    """The one that it has."""
    copy: Path | None
    """The store as it was; None if nothing had to be done, or for a database on a server."""


def upgrade_store(where: str | Path, *, revisions: Sequence[Path] = REVISIONS) -> Upgrade:
    """Give a store the schema of today, or leave it exactly as it is: there is nothing between.

    A file is copied first. StoreError if there is no store, or if it is newer than this sweepbridge.
    """
    scripts = scripts_in(revisions)
    versions = [int(script.revision) for script in scripts.walk_revisions()]
    database = database_at(where, create=False)
    try:
        with database.alone():
            version = version_of(database)
            if version is None:
                raise troubles.no_tables(database.name)
            if not version.isdecimal() or int(version) not in versions:
                raise troubles.newer_version(database.name, version, max(versions))
            found, now, copy = int(version), max(versions), None
            if found < now:
                copy = database.back_up(found)
                with database.changing_tables() as connection:
                    migrate(connection, scripts)
            return Upgrade(database.name, found, now, copy)
    finally:
        database.close()


def scripts_in(folders: Sequence[Path]) -> ScriptDirectory:
    """The revisions that some folders hold."""
    return ScriptDirectory(str(folders[0]), version_locations=[str(folder) for folder in folders])


def migrate(connection: Connection, scripts: ScriptDirectory) -> None:
    """Run the revisions that a database has not seen yet, in the transaction that is under way."""
    with EnvironmentContext(Config(), scripts, fn=lambda seen, _: scripts._upgrade_revs("head", seen)) as environment:  # noqa: SLF001  # what alembic's own command calls
        environment.configure(connection=connection, version_table=schema_version.name)
        environment.run_migrations()
