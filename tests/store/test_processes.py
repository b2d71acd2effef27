"""Many processes on one store: no gap, no number twice, no lock error, and no harm from a kill."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sweepbridge.store import open_store

AGENTS = Path(__file__).parent / "agents"


@pytest.fixture
def start():
    """Start a script of `agents/`; whatever it leaves running when the test is over is killed."""
    started = []

    def start_one(script, *arguments):
        command = [sys.executable, AGENTS / script, *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, start_new_session=True, **pipes))
        return started[-1]

    yield start_one
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def outcomes(processes):
    return [(process.communicate()[1], process.returncode) for process in processes]


def complaints(place):
    """What the database finds wrong with its own file: a server looks after its files itself."""
    files = place.glob("*.db") if isinstance(place, Path) else []
    checks = [sqlite3.connect(file).execute("PRAGMA integrity_check").fetchone()[0] for file in files]
    return [complaint for complaint in checks if complaint != "ok"]


def until_the_log_is(length, store, sweep_id, agents):
    while store.sweep(sweep_id).length < length:
        assert any(agent.poll() is None for agent in agents), outcomes(agents)


def assert_is_sound(store, sweep_id):
    """What holds of every store at every instant."""
    events, records, runs = store.events(sweep_id), store.trials(sweep_id), store.runs(sweep_id)
    began = [event.trial.number for event in events if event.trial.is_running]
    ended = [event.trial.number for event in events if not event.trial.is_running]
    assert [event.position for event in events] == list(range(store.sweep(sweep_id).length))
    assert began == [record.trial.number for record in records] == list(range(len(records)))
    assert sorted(ended) == [record.trial.number for record in records if not record.trial.is_running]
    assert [run.trial for run in runs if run.state == "running"] == [
        record.trial.number for record in records if record.state == "running"
    ]


def test_eight_agents_begin_and_end_every_trial_once(place, store, sweep, start):
    agents = [start("grinds.py", place, sweep.id, f"agent-{n}", 400) for n in range(8)]

    assert outcomes(agents) == [("", 0)] * 8
    assert_is_sound(store, sweep.id)
    assert store.counts(sweep.id)["finished"] == len(store.trials(sweep.id)) == 400
    assert len(store.curves(sweep.id)) == 400


def test_every_trial_was_asked_for_where_the_log_stood(place, store, sweep, start):
    agents = [start("grinds.py", place, sweep.id, f"agent-{n}", 60) for n in range(3)]

    assert outcomes(agents) == [("", 0)] * 3
    beginnings = [event for event in store.events(sweep.id) if event.trial.is_running]
    assert [event.trial.params["at"] for event in beginnings] == [event.position for event in beginnings]


def test_a_store_is_made_once_however_many_processes_find_none(place, start):
    makers = [start("makes.py", place) for _ in range(8)]

    assert outcomes(makers) == [("", 0)] * 8
    with open_store(place, create=False) as store:
        assert len(store.sweeps()) == 8


def test_agents_that_are_killed_leave_a_sound_store_and_the_others_go_on(place, store, sweep, start):
    victims = [start("grinds.py", place, sweep.id, f"victim-{n}", 10_000) for n in range(3)]
    survivor = start("grinds.py", place, sweep.id, "survivor", 200)
    for victim, length in zip(victims, (60, 120, 180), strict=True):
        until_the_log_is(length, store, sweep.id, [*victims, survivor])
        victim.kill()

    assert [status for _, status in outcomes([*victims, survivor])] == [-signal.SIGKILL] * 3 + [0]
    assert_is_sound(store, sweep.id)
    assert store.sweep(sweep.id).began >= 200


@pytest.mark.parametrize("length", [10, 31, 52])
def test_a_store_is_sound_when_all_of_its_agents_were_killed(place, store, sweep, start, length):
    agents = [start("grinds.py", place, sweep.id, f"agent-{n}", 10_000) for n in range(2)]
    until_the_log_is(length, store, sweep.id, agents)
    for agent in agents:
        agent.kill()

    assert outcomes(agents) == [("", -signal.SIGKILL)] * 2
    assert_is_sound(store, sweep.id)
    assert complaints(place) == []


@pytest.mark.parametrize("deed", ["begin", "end"])
def test_a_kill_at_any_statement_undoes_the_whole_call(place, store, sweep, begin, start, deed):
    if deed == "end":
        begin("ann")
    length = store.sweep(sweep.id).length
    store.close()

    output = start("dies.py", place, sweep.id, deed).communicate()

    # Four changes and a commit: five were killed before one of them, and the sixth was let live.
    assert output == ("5\n", "")
    assert store.sweep(sweep.id).length == length + 1
    assert_is_sound(store, sweep.id)


def test_threads_share_one_store(store, sweep):
    sys.path.insert(0, str(AGENTS))
    from grinds import grind

    threads = [threading.Thread(target=grind, args=(store, sweep.id, f"thread-{n}", 100)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert_is_sound(store, sweep.id)
    assert store.counts(sweep.id)["finished"] == 100


def test_a_store_that_was_open_before_a_fork_serves_parent_and_children(place, store, sweep, start):
    (outcome,) = outcomes([start("forks.py", place, sweep.id, 200)])

    assert outcome[1] == 0, outcome[0]
    assert_is_sound(store, sweep.id)
    assert store.counts(sweep.id)["finished"] == 200
