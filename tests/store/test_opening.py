"""Finding and opening a store on this machine, and the plain words for one that can't be opened."""

import errno
import os
import sqlite3
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from sweepbridge.errors import StoreError
from sweepbridge.store import find_store, open_store
from sweepbridge.store.tables import SCHEMA_VERSION, schema_version
from tests.store.databases import on_sqlite

GOLDEN = Path(__file__).parent / "golden"


def test_a_store_is_found_in_the_folder_or_the_nearest_parent(tmp_path):
    deep = tmp_path / "project" / "src" / "deep"
    deep.mkdir(parents=True)
    (tmp_path / ".sweepbridge").mkdir()
    (tmp_path / "project" / ".sweepbridge").mkdir()

    assert find_store(deep) == tmp_path / "project" / ".sweepbridge"
    assert find_store(tmp_path) == tmp_path / ".sweepbridge"


def test_where_no_parent_has_a_store_it_is_here_and_not_made_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert find_store(Path()) == tmp_path / ".sweepbridge"
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_made_with_its_folder_and_git_passes_it_by(folder):
    with open_store(folder) as store:
        assert store.folder == folder

    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "sweepbridge.db"]
    assert (folder / ".gitignore").read_text() == "*\n"


def test_no_gitignore_is_put_into_a_folder_of_another_name(tmp_path):
    open_store(tmp_path / "results").close()

    assert not (tmp_path / "results" / ".gitignore").exists()


def test_a_store_can_be_named_by_a_url(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/team.db") as store:
        assert store.folder == tmp_path

    assert (tmp_path / "team.db").exists()


def test_opening_a_store_again_changes_nothing(folder):
    open_store(folder).close()
    before = (folder / "sweepbridge.db").read_bytes()

    open_store(folder, create=False).close()

    assert (folder / "sweepbridge.db").read_bytes() == before


def test_making_a_store_takes_the_processor_less_than_50_ms(tmp_path):
    def seconds_to_make(number):
        began = time.process_time()
        open_store(tmp_path / str(number)).close()
        return time.process_time() - began

    assert min(seconds_to_make(number) for number in range(5)) < 0.05


def test_a_store_in_a_file_is_opened_again_by_its_address_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    addresses = [open_store(where).address for where in (".sweepbridge", "sqlite:///team.db")]

    assert addresses == [f"{tmp_path}/.sweepbridge", f"sqlite:///{tmp_path}/team.db"]


def test_closing_twice_and_using_a_closed_store_do_no_harm(store, sweep):
    store.close()
    store.close()

    assert store.sweeps() == [sweep]


def a_file_in_the_way(here):
    (here / ".sweepbridge").write_text("mine")
    return here / ".sweepbridge"


def not_a_database(here):
    (here / "sweepbridge.db").write_text("Dear diary, today I tuned by hand.\n" * 20)
    return here


def a_folder_for_a_file(here):
    (here / "sweepbridge.db").mkdir()
    return here


def the_database_of_something_else(here):
    with sqlite3.connect(here / "study.db") as connection:
        connection.execute("CREATE TABLE studies (study_id INTEGER)")
    connection.close()
    return f"sqlite:///{here}/study.db"


def made_by_a_newer_version(here):
    with open_store(here) as store, store._database.settling() as connection:
        connection.execute(schema_version.update().values(version_num=str(SCHEMA_VERSION + 1)))
    return here


def made_by_an_older_version(here):
    with open_store(here) as store, store._database.settling() as connection:
        connection.execute(schema_version.update().values(version_num=str(SCHEMA_VERSION - 1)))
    return here


def in_memory(here):
    return "sqlite://"


def another_database(here):
    return "mysql://db.example/sweeps"


def not_a_url(here):
    return "sqlite:/:/what://"


def not_a_url_with_a_password(here):
    return "postgresql://ann:secret@db.example:port/sweeps"


def a_password_that_is_not_escaped(here):
    return "postgresql://ann:sec@ret@db.example/sweeps"


BAD_STORES = [
    a_file_in_the_way,
    not_a_database,
    a_folder_for_a_file,
    the_database_of_something_else,
    made_by_a_newer_version,
    made_by_an_older_version,
    in_memory,
    another_database,
    not_a_url,
    not_a_url_with_a_password,
    a_password_that_is_not_escaped,
]


@pytest.mark.parametrize("make", BAD_STORES)
def test_a_store_that_cannot_be_opened_says_so_in_four_parts_and_is_left_alone(tmp_path, make):
    where = make(tmp_path)
    before = contents(tmp_path)

    with pytest.raises(StoreError) as raised:
        open_store(where)

    assert golden(raised.value, tmp_path) == (GOLDEN / f"{make.__name__}.txt").read_text()
    assert contents(tmp_path) == before


def test_a_store_that_is_not_there_is_not_made_unasked(tmp_path):
    with pytest.raises(StoreError) as raised:
        open_store(tmp_path / ".sweepbridge", create=False)

    assert golden(raised.value, tmp_path) == (GOLDEN / "no_store.txt").read_text()
    assert contents(tmp_path) == {}


def test_a_folder_that_may_not_be_written_has_no_store_made_in_it(strangers_folder, as_a_stranger):
    with as_a_stranger(), pytest.raises(StoreError) as raised:
        open_store(strangers_folder / ".sweepbridge")

    assert golden(raised.value, strangers_folder) == (GOLDEN / "no_permission.txt").read_text()


def test_a_store_that_may_not_be_written_is_not_opened(strangers_store, as_a_stranger):
    with as_a_stranger(), pytest.raises(StoreError) as raised:
        open_store(strangers_store).sweeps()

    assert golden(raised.value, strangers_store) == (GOLDEN / "read_only.txt").read_text()


def test_a_file_system_without_locks_is_refused(folder, monkeypatch):
    def no_locks(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(StoreError) as raised:
        open_store(folder)

    assert golden(raised.value, folder.parent) == (GOLDEN / "no_locks.txt").read_text()


def test_a_damaged_store_is_an_error_that_says_how_to_save_what_is_left(folder):
    open_store(folder).close()
    file = folder / "sweepbridge.db"
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 4096 * 20)

    with pytest.raises(StoreError) as raised, open_store(folder) as store:
        store.sweeps()

    assert golden(raised.value, folder.parent) == (GOLDEN / "damaged.txt").read_text()


def test_a_writer_that_never_lets_go_is_an_error_and_not_a_wait_for_ever(folder, monkeypatch):
    monkeypatch.setattr("sweepbridge.store.sqlite.PATIENCE_S", 0.05)
    store, other = open_store(folder), open_store(folder)

    with other._database.settling(), pytest.raises(StoreError) as raised:
        store.set_state("whatever", "paused")

    assert golden(raised.value, folder.parent) == (GOLDEN / "busy.txt").read_text()


@on_sqlite
def test_a_full_disk_is_an_error_and_what_was_there_stays(store, sweep, begin):
    begin()
    pages = store._database._driver.execute("PRAGMA page_count").fetchone()[0]
    store._database._driver.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreError) as raised:
        begin(text="x" * 100_000)

    assert golden(raised.value, store.folder.parent) == (GOLDEN / "disk_full.txt").read_text()
    assert (store.sweep(sweep.id).length, len(store.trials(sweep.id))) == (1, 1)


def golden(error, here):
    return str(error).replace(str(here), "…") + "\n"


def contents(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture
def strangers_folder():
    """A folder that its owner may read, and nobody may write."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o555)
        yield Path(name)
        os.chmod(name, 0o755)


@pytest.fixture
def strangers_store():
    """A store that everybody may read, and nobody may write."""
    with tempfile.TemporaryDirectory() as name:
        open_store(name).close()
        os.chmod(Path(name) / "sweepbridge.db", 0o444)
        os.chmod(name, 0o555)
        yield Path(name)
        os.chmod(name, 0o755)


@pytest.fixture
def as_a_stranger():
    """Root may write everywhere, so a test that root runs goes on as nobody for a while."""

    @contextmanager
    def stranger():
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)

    return stranger
