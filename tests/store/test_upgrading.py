"""Stores that another version of sweepbridge made: upgraded as a whole, refused, or left as they are."""

import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from sweepbridge.cli import main
from sweepbridge.errors import StoreError
from sweepbridge.store import open_store
from sweepbridge.store.opening import database_at
from sweepbridge.store.tables import SCHEMA_VERSION, schema_version
from sweepbridge.store.upgrading import REVISIONS, Upgrade, migrate, scripts_in, upgrade_store
from tests.store.databases import on_sqlite

HERE = Path(__file__).parent
LATER = (*REVISIONS, HERE / "revisions")
BROKEN = (*REVISIONS, HERE / "broken")


@pytest.fixture
def old(store, begin, an_hour_passes, sweep):
    """A store of today, in which something has happened: old for the version that has the revisions in LATER."""
    begin("ann"), begin("bob")
    an_hour_passes()
    store.expire(sweep.id, 60)
    return store


def found(store, question):
    with store._database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def schema(database):
    """All that a database says of its tables."""
    with database.reading() as connection:
        seen = inspect(connection)
        return {
            table: [
                [{**column, "type": str(column["type"])} for column in seen.get_columns(table)],
                seen.get_pk_constraint(table),
                seen.get_foreign_keys(table),
                sorted(seen.get_unique_constraints(table), key=str),
                sorted(seen.get_indexes(table), key=str),
                options_of(table, seen),
            ]
            for table in seen.get_table_names()
        }


def options_of(table, seen):
    try:
        return seen.get_table_options(table)
    except NotImplementedError:  # SQLAlchemy 2.0 does not know them on PostgreSQL
        return None


def test_a_new_store_has_the_schema_that_the_revisions_lead_to(store, tmp_path, request):
    other = tmp_path / "other"
    migrated = database_at(
        other if isinstance(store._database.folder, Path) else request.getfixturevalue("server").new_url(), create=True
    )

    with migrated.changing_tables() as connection:
        migrate(connection, scripts_in(REVISIONS))

    assert schema(migrated) == schema(store._database)
    migrated.close()


def test_the_last_revision_is_the_schema_of_today():
    assert scripts_in(REVISIONS).get_current_head() == str(SCHEMA_VERSION)


def test_an_older_store_is_upgraded_with_all_that_is_in_it(old, place, sweep):
    upgrade_store(place, revisions=LATER)

    assert found(old, "SELECT number, agent, priority FROM trials ORDER BY number") == [(0, "ann", 7), (1, "bob", 7)]
    assert found(old, "SELECT state FROM runs") == [("silent",), ("silent",)]
    assert len(old.events(sweep.id)) == 2
    assert found(old, "SELECT version_num FROM schema_version") == [(str(SCHEMA_VERSION + 1),)]


def test_rows_still_have_to_refer_to_something_after_an_upgrade(old, place):
    upgrade_store(place, revisions=LATER)

    with pytest.raises(StoreError), old._database.settling() as connection:
        connection.execute(text("DELETE FROM trials"))


@on_sqlite
def test_the_file_is_copied_before_and_no_copy_is_overwritten(old, place):
    old.close()
    before = contents(place / "sweepbridge.db")
    taken = place / f"sweepbridge.db.schema-{SCHEMA_VERSION}"
    taken.write_text("mine")

    upgrade = upgrade_store(place, revisions=LATER)

    name = str(place / "sweepbridge.db")
    assert upgrade == Upgrade(name, SCHEMA_VERSION, SCHEMA_VERSION + 1, Path(f"{taken}-2"))
    assert contents(upgrade.copy) == before
    assert taken.read_text() == "mine"


def contents(file):
    connection = sqlite3.connect(file)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_an_upgrade_that_fails_changes_nothing(old, place, sweep):
    before = (schema(old._database), old.trials(sweep.id), old.runs(sweep.id))

    with pytest.raises(StoreError, match="can't use the store"):
        upgrade_store(place, revisions=BROKEN)

    assert (schema(old._database), old.trials(sweep.id), old.runs(sweep.id)) == before
    with open_store(place) as reopened:
        assert reopened.sweeps() == old.sweeps()


def test_a_store_of_today_is_left_as_it_is(old, place):
    before = schema(old._database)

    upgrade = upgrade_store(place)

    assert (upgrade.found, upgrade.now, upgrade.copy) == (SCHEMA_VERSION, SCHEMA_VERSION, None)
    assert schema(old._database) == before


@pytest.mark.parametrize("use", [open_store, upgrade_store])
def test_a_newer_store_is_refused_and_left_as_it_is(old, place, use):
    upgrade_store(place, revisions=LATER)
    before = schema(old._database)

    with pytest.raises(StoreError) as raised:
        use(place)

    assert raised.value.found == f"schema version {SCHEMA_VERSION + 1}, of a newer sweepbridge"
    assert schema(old._database) == before


def test_an_older_store_is_not_opened_and_the_error_says_what_to_do(old, place):
    with old._database.settling() as connection:
        connection.execute(schema_version.update().values(version_num="0"))

    with pytest.raises(StoreError) as raised:
        open_store(place)

    assert raised.value.fix == "end its agents, then: sweepbridge store upgrade"


def test_where_there_is_no_store_nothing_is_upgraded_or_made(tmp_path):
    with pytest.raises(StoreError, match="no store at"):
        upgrade_store(tmp_path / ".sweepbridge")

    assert list(tmp_path.iterdir()) == []


def test_the_command_tells_what_it_did_and_where_the_copy_is(old, place, monkeypatch, capsys):
    monkeypatch.setattr("sweepbridge.cli.store.upgrade_store", partial(upgrade_store, revisions=LATER))

    codes = [main(["store", "upgrade", "--store", str(place)]) for _ in range(2)]

    now, later = SCHEMA_VERSION, SCHEMA_VERSION + 1
    copied = f"\nas it was: {old.name}.schema-{now}" if isinstance(place, Path) else ""
    assert codes == [0, 0]
    assert capsys.readouterr().out == (
        f"{old.name} is upgraded: schema version {now} is now {later}{copied}\n"
        f"{old.name} is up to date: schema version {later}\n"
    )


def test_only_an_upgrade_imports_alembic(place):
    code = f"import sys, sweepbridge.store as s; s.open_store({str(place)!r}); print('alembic' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "False\n"
