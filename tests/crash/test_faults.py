"""Whatever call fails, and however a write is cut short, what was promised holds.

Hypothesis chooses where. An agent that meets a fault of the store's dies of it with a plain word, and is started again.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sweepbridge
from sweepbridge import rundir
from sweepbridge.api import engine_for, new_sweep, work_on
from sweepbridge.engine import Result, plan
from sweepbridge.errors import StoreError
from sweepbridge.registry import Registry
from sweepbridge.rundir import Metrics, Tail
from sweepbridge.spec import load_object
from sweepbridge.store import open_store
from tests.crash.faults import COMPLAINTS, Fault, Faults, FullDisk, driver
from tests.crash.sound import assert_is_replayed, assert_is_sound, points

POINTS = 4
GRID = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": list(range(POINTS))}}}
FAULTS = st.builds(Fault, st.integers(0, 90), st.sampled_from(COMPLAINTS), st.sampled_from(["before", "after"]))
SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def train():
    with sweepbridge.init() as run:
        run.log({"loss": 9.0})
        run.log({"loss": float(run.config["a"])})


def work_through(folder, sweep_id):
    """Agents of one name, one after the other, until the sweep is over: what they said, and what they died of."""
    said, errors = [], []
    while True:
        try:
            with open_store(folder) as store:
                work_on(sweep_id, store, train, name="ann", count=None, say=said.append)
                return said, errors
        except StoreError as error:  # noqa: PERF203  # the loop is there for it
            errors.append(error)


@pytest.fixture
def fail(monkeypatch):
    """Let the driver fail: gives the faults that have struck so far."""
    connect = sqlite3.connect

    def failing(faults):
        made = Faults(faults)
        monkeypatch.setattr(sqlite3, "connect", lambda *a, **named: connect(*a, **named, factory=driver(made)))
        return made.struck

    yield failing
    monkeypatch.undo()


@settings(SETTINGS, max_examples=25)
@given(faults=st.lists(FAULTS, min_size=1, max_size=4))
def test_whatever_call_of_the_store_fails_each_point_is_finished_once(fail, faults):
    with tempfile.TemporaryDirectory() as folder:
        fail([])
        with open_store(folder) as store:
            sweep_id = new_sweep(plan(load_object(GRID).config, Registry()), seed=1, store=store).id
        struck = fail(faults)

        said, errors = work_through(folder, sweep_id)

        fail([])
        with open_store(folder) as store:
            assert_is_sound(store, sweep_id)
            assert_is_replayed(store, sweep_id)
            assert store.counts(sweep_id)["finished"] == len(set(points(store, sweep_id))) == POINTS
            assert [[row.loss for row in store.rows(sweep_id, number)] for number in range(POINTS)] == [
                [9.0, float(number)] for number in range(POINTS)
            ]
    told = [int(number) for line in said for number in re.findall(r"^trial (\d+) finished", line)]
    assert len(told) == len(set(told))
    assert all(error.found and error.expected and error.fix for error in errors)
    assert len(errors) <= len(struck) <= len(faults)


@settings(SETTINGS, max_examples=25)
@given(after=st.integers(0, 12), complaint=st.sampled_from(COMPLAINTS), moment=st.sampled_from(["before", "after"]))
def test_a_report_that_failed_can_be_made_again(fail, after, complaint, moment):
    with tempfile.TemporaryDirectory() as folder, open_store(folder) as store:
        fail([])
        sweep_id = new_sweep(plan(load_object(GRID).config, Registry()), seed=1, store=store).id
        engine = engine_for(sweep_id, store)
        claim = engine.next("ann")
        store.close()
        fail([Fault(after, complaint, moment)])

        for _ in range(2):
            try:
                engine.record(claim, [{"loss": 9.0}, {"loss": 0.5}])
                break
            except StoreError:
                continue
        fail([])
        store.close()
        engine.record(claim, [{"loss": 0.7}])

        assert [(row.index, row.loss) for row in store.rows(sweep_id, 0)] == [(0, 9.0), (1, 0.5), (2, 0.7)]
        assert engine.end(claim, Result("finished", {})).observations == (9.0, 0.5, 0.7)


@pytest.mark.parametrize("complaint", COMPLAINTS)
@pytest.mark.parametrize("call", range(6))
def test_no_call_of_a_store_that_fails_to_open_shows_the_drivers_error(tmp_path, fail, complaint, call):
    fail([Fault(call, complaint)])

    with pytest.raises(StoreError, match="can't use the store") as caught:
        open_store(tmp_path)

    assert (caught.value.found, bool(caught.value.expected), bool(caught.value.fix)) == (complaint, True, True)


def test_a_disk_that_is_full_by_the_databases_own_word_costs_nothing_that_was_stored(tmp_path):
    """SQLite itself runs out of pages, and later has some again."""
    with open_store(tmp_path) as store:
        sweep_id = new_sweep(plan(load_object(GRID).config, Registry()), seed=1, store=store).id
        engine = engine_for(sweep_id, store)
        claim = engine.next("ann")
        pages = store._database._driver.execute("PRAGMA page_count").fetchone()[0]
        store._database._driver.execute(f"PRAGMA max_page_count = {pages}")  # for this connection

        with pytest.raises(StoreError) as caught:
            engine.record(claim, [{"loss": 0.5, "text": "x" * 100_000}])
        engine.record(claim, [{"loss": 0.5, "text": "x" * 100_000}])

        assert caught.value.found == "database or disk is full"
        assert [row.index for row in store.rows(sweep_id, 0)] == [0]
        assert engine.end(claim, Result("finished", {})).losses == (0.5,)


def test_a_store_that_an_older_copy_takes_the_place_of_goes_on_from_there(tmp_path):
    """As after a power cut, when the disk had the folders of runs already, and the database did not know of them."""
    with open_store(tmp_path) as store:
        sweep_id = new_sweep(plan(load_object(GRID).config, Registry()), seed=1, store=store).id
        copy = store._database.back_up(0)
    work_through(tmp_path, sweep_id)
    for file in tmp_path.glob("sweepbridge.db-*"):
        file.unlink()
    copy.replace(tmp_path / "sweepbridge.db")

    _, errors = work_through(tmp_path, sweep_id)

    with open_store(tmp_path) as store:
        assert errors == []
        assert [run.state for run in store.runs(sweep_id)] == ["finished"] * POINTS


@settings(SETTINGS, max_examples=200)
@given(room=st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=20), rows=st.integers(1, 8))
@pytest.mark.filterwarnings("ignore:.*skipped a line")
def test_every_row_that_was_logged_is_read_in_order_however_writes_are_cut_short(monkeypatch, room, rows):
    """A row that could not be written may be there all the same, when nothing but its line end found no room."""
    with tempfile.TemporaryDirectory() as folder:
        metrics = Metrics(Path(folder) / "metrics.jsonl")
        monkeypatch.setattr(rundir, "os", FullDisk(room))
        failed = [number for number in range(rows) if not is_appended(metrics, number)]
        monkeypatch.undo()
        metrics.append({"loss": rows})

        found = [row["loss"] for row in Tail(Path(folder) / "metrics.jsonl").read()]

    assert found == sorted(set(found))
    assert set(range(rows + 1)) - set(failed) <= set(found) <= set(range(rows + 1))


def is_appended(metrics, number):
    try:
        metrics.append({"loss": number})
    except OSError:
        return False
    return True
