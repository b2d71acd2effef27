"""What is a fact about PostgreSQL alone: servers that go away, URLs, secrets, isolation, and locks."""

import functools
import os
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import make_url

from sweepbridge.cli.agent import agent_command
from sweepbridge.errors import StoreError
from sweepbridge.store import Ending, Row, open_store
from sweepbridge.store.troubles import Unsettled
from sweepbridge.trials import Suggestion

GOLDEN = Path(__file__).parent / "golden"
FINISHED = Ending("finished", (0.5,))


@pytest.fixture
def place(postgres):
    """Where the store is."""
    return postgres


@pytest.fixture
def impatient(monkeypatch):
    """Give up on a server at once."""
    monkeypatch.setattr("sweepbridge.store.patience.PATIENCE_S", 0.0)


@pytest.fixture
def cut(store, server):
    """End the store's connection, as a server that is shut down does."""

    def cut_off():
        pid = session(store)
        server.run(f"SELECT pg_terminate_backend({pid}, 5000)")

    return cut_off


def session(store):
    return asked(store, "SELECT pg_backend_pid()")


def asked(store, question):
    with store._database.reading() as connection:
        return connection.exec_driver_sql(question).scalar_one()


def golden(error, url):
    """The words of an error, without what differs from one run of the tests to the next."""
    host, schema = make_url(url).query["host"], url.rpartition("%3D")[2]
    changing = (host, host.replace("/", "%2F"), schema)
    return functools.reduce(lambda words, one: words.replace(one, "…"), changing, str(error)) + "\n"


def test_the_isolation_is_read_committed_whatever_the_database_is_set_to(store, server):
    server.run("ALTER DATABASE postgres SET default_transaction_isolation = 'serializable'")

    store.close()
    with store._database.claiming() as connection:
        found = connection.exec_driver_sql("SHOW transaction_isolation").scalar_one()

    server.run("ALTER DATABASE postgres RESET default_transaction_isolation")
    assert found == "read committed"


def test_a_connection_that_was_cut_is_made_anew(store, sweep, begin, cut):
    claim = begin("ann")

    cut()

    assert store.record(claim, [Row(0, {"loss": 0.5}, 0.5)])
    assert store.end(claim, FINISHED).position == 1
    assert [row.index for row in store.rows(sweep.id, 0)] == [0]


def test_a_server_that_is_restarted_in_mid_sweep_costs_an_agent_a_wait(store, sweep, begin, server):
    claim = begin("ann")
    server.stop()
    threading.Timer(0.5, server.start).start()

    ended = store.end(claim, FINISHED)

    assert ended.position == 1
    assert store.counts(sweep.id)["finished"] == 1


@pytest.mark.usefixtures("impatient")
def test_a_server_that_stays_away_is_an_error_with_a_way_out(store, sweep, server, place):
    store.close()
    server.stop()
    try:
        with pytest.raises(StoreError) as raised:
            store.sweep(sweep.id)
    finally:
        server.start()

    assert golden(raised.value, place) == (GOLDEN / "server_away.txt").read_text()
    assert store.sweep(sweep.id) == sweep


def lose_the_answer(store, monkeypatch):
    """Let the next transaction be committed, and its answer be lost with the connection."""
    reading = store._database.reading

    class Answer:
        def __enter__(self):
            monkeypatch.setattr(store._database, "reading", reading)
            self.block = reading()
            return self.block.__enter__()

        def __exit__(self, *error):
            self.block.__exit__(*error)
            store.close()
            raise Unsettled("can't reach the store")

    monkeypatch.setattr(store._database, "reading", Answer)


def test_an_end_whose_answer_got_lost_is_told_as_what_it_was(store, sweep, begin, monkeypatch):
    """Else an agent would be told that its result does not count, while it does."""
    claim = begin("ann")
    lose_the_answer(store, monkeypatch)

    event = store.end(claim, FINISHED)

    assert [event] == store.events(sweep.id, since=1)
    assert store.end(claim, FINISHED) is None


def test_a_trial_whose_beginning_got_no_answer_is_found_as_the_agents_own(store, sweep, monkeypatch):
    lose_the_answer(store, monkeypatch)

    assert store.begin(sweep.id, Suggestion({}), 1, at=0, agent="ann") is None
    assert store.own(sweep.id, "ann").trial.number == 0
    assert len(store.events(sweep.id)) == 1


def test_a_sweep_whose_making_got_no_answer_is_made_once(store, new_sweep, monkeypatch):
    store.sweeps()
    ids = store._ids()
    monkeypatch.setattr(store, "_ids", lambda: ids)
    lose_the_answer(store, monkeypatch)

    made = store.create(new_sweep)

    assert store.sweeps() == [made]


def test_a_deadlock_is_undone_and_tried_again(store, sweep, begin, place):
    """No call of ours can be in one with another; somebody with psql can."""
    claim = begin("ann")
    with open_store(place) as other, other._database.settling() as stranger:
        stranger.exec_driver_sql("SET LOCAL deadlock_timeout = '10s'")
        stranger.exec_driver_sql("LOCK TABLE sweeps IN EXCLUSIVE MODE")
        ending = threading.Thread(target=store.end, args=(claim, FINISHED))
        ending.start()
        until_someone_waits(stranger)
        stranger.exec_driver_sql("LOCK TABLE runs IN EXCLUSIVE MODE")
    ending.join()

    assert store.counts(sweep.id)["finished"] == 1


def until_someone_waits(connection):
    question = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'sweeps'::regclass"
    while not connection.exec_driver_sql(question).scalar_one():
        time.sleep(0.01)


def test_an_agent_that_is_suspended_in_a_transaction_does_not_hold_up_the_others(store):
    assert asked(store, "SHOW idle_in_transaction_session_timeout") == "10s"
    assert asked(store, "SHOW lock_timeout") == "1min"


def test_a_url_may_set_what_a_session_starts_with(place):
    with open_store(f"{place}%20-clock_timeout%3D5s&application_name=mine") as store:
        assert asked(store, "SHOW lock_timeout") == "5s"
        assert asked(store, "SHOW application_name") == "mine"


def test_only_what_a_run_says_on_its_way_does_not_wait_for_the_disk(store):
    with store._database.noting() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "off"
    for careful in (store._database.claiming, store._database.settling):
        with careful() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"


def test_an_open_store_is_one_connection_and_a_closed_one_none(store, server, eventually):
    pid = session(store)
    mine = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"

    assert server.run(mine) == [(1,)]
    store.close()
    eventually(lambda: server.run(mine) == [(0,)])


def test_run_directories_go_into_the_folder_that_is_named_or_the_nearest(place, tmp_path, monkeypatch):
    (tmp_path / ".sweepbridge").mkdir()
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")

    with open_store(place) as near, open_store(place, folder=tmp_path / "mine") as named:
        assert near.folder == tmp_path / ".sweepbridge"
        assert named.folder == tmp_path / "mine"
    assert not (tmp_path / "mine").exists()


def test_both_of_the_names_that_urls_begin_with_are_taken(place):
    with open_store(place.replace("postgresql:", "postgres:")) as store:
        assert store.sweeps() == []


def no_such_database(url):
    return url.replace("/postgres?", "/nowhere?")


def no_such_user(url):
    return url.replace("//postgres:", "//ann:secret")


def no_such_schema(url):
    return url + "x"


def nobody_listens(url):
    return "postgresql://ann:secret@127.0.0.1:1/sweeps?password=secret"


@pytest.mark.parametrize("spoil", [no_such_database, no_such_user, no_such_schema, nobody_listens])
def test_a_server_that_can_not_be_used_says_so_at_once_and_keeps_the_password(place, spoil):
    began = time.monotonic()
    with pytest.raises(StoreError) as raised:
        open_store(spoil(place))

    assert golden(raised.value, place) == (GOLDEN / f"{spoil.__name__}.txt").read_text()
    assert "secret" not in str(raised.value)
    assert time.monotonic() - began < 30  # a server that is away for a moment is waited for, and longer


def test_a_database_of_something_else_is_refused_and_left_alone(place, server):
    schema = place.rpartition("%3D")[2]
    server.run(f"CREATE TABLE {schema}.studies (study_id integer)")

    with pytest.raises(StoreError, match="can't open the store") as raised:
        open_store(place)

    assert raised.value.found == "a database with other tables: studies"
    assert server.run(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'") == [("studies",)]


def test_a_store_that_is_not_there_is_not_made_unasked(place):
    with pytest.raises(StoreError) as raised:
        open_store(place, create=False)

    assert raised.value.found == "a database without tables"


def test_without_the_driver_the_error_says_what_to_install(place, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)

    with pytest.raises(StoreError) as raised:
        open_store(place)

    assert raised.value.fix == "pip install 'sweepbridge[postgres]'"


def test_agents_get_the_url_as_it_was_given(place):
    with open_store(place) as store:
        command = agent_command("abcdefgh", store, None)

    assert command[-2:] == ["--store", place]


def test_a_password_that_came_by_the_environment_gets_into_no_command_line(place, monkeypatch):
    secret = place.replace("postgres:@", "postgres:secret@")
    monkeypatch.setitem(os.environ, "SWEEPBRIDGE_STORE", secret)

    with open_store(secret) as store:
        assert "secret" not in " ".join(agent_command("abcdefgh", store, None))
        assert "secret" not in store.name
