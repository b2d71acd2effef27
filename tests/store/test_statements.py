"""The statements: one set for every database, none of which costs more as a sweep grows."""

import time
from contextlib import contextmanager

import pytest
from sqlalchemy import ClauseElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from sweepbridge.store import Ending, Row, statements
from sweepbridge.store.tables import metadata
from tests.store.databases import on_sqlite

STATEMENTS = {name: value for name, value in vars(statements).items() if isinstance(value, ClauseElement)}


@pytest.mark.parametrize("name", [name for name in STATEMENTS if name.isupper()])
def test_every_statement_is_one_that_postgresql_has_too(name):
    written = str(STATEMENTS[name].compile(dialect=postgresql.dialect()))

    assert "julianday" not in written


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_every_table_is_one_that_postgresql_has_too(table):
    written = str(CreateTable(table).compile(dialect=postgresql.dialect()))

    assert "ROWID" not in written


@pytest.mark.parametrize(("database", "its_clock"), [(postgresql, "clock_timestamp()"), (sqlite, "julianday('now')")])
def test_the_clock_is_that_of_the_database(database, its_clock):
    assert its_clock in str(statements.HEAR_RUN.compile(dialect=database.dialect()))


def test_the_clock_says_what_time_it_is(sweep):
    assert sweep.created_at == pytest.approx(time.time(), abs=60)


@on_sqlite
def test_what_an_agent_asks_costs_the_same_after_30_trials_and_after_300(store, sweep, begin):
    for _ in range(30):
        store.end(begin(), Ending("finished", (0.5,)))
    early = work_of_a_trial(store, sweep.id, begin)
    for _ in range(270):
        store.end(begin(), Ending("finished", (0.5,)))

    assert work_of_a_trial(store, sweep.id, begin) == pytest.approx(early, rel=0.02)


def work_of_a_trial(store, sweep_id, begin):
    """How many steps SQLite's machine takes for one trial from ask to end, with a heartbeat."""
    with counted(store) as steps:
        length = store.sweep(sweep_id).length
        store.own(sweep_id, "ann")
        store.take_waiting(sweep_id, "ann")
        store.expire(sweep_id, 60)
        store.events(sweep_id, length)
        cursor = store.sweep(sweep_id).began
        claim = begin("ann")
        store.record(claim, [Row(0, {"loss": 0.5}, 0.5)])
        store.curves(sweep_id, cursor)
        store.beat(sweep_id, "ann")
        store.end(claim, Ending("finished", (0.5,)))
    return len(steps)


@contextmanager
def counted(store):
    steps = []
    store._database._driver.set_progress_handler(lambda: steps.append(1), 1)
    yield steps
    store._database._driver.set_progress_handler(None, 1)
