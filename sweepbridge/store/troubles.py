"""What can go wrong with a store, in words that help: SQLite's messages and the system's, turned into errors.

PostgreSQL's are in `postgres_troubles`.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from sweepbridge.errors import StoreError, SweepNotFound
from sweepbridge.store.records import Sweep

_EXPECTED_AND_FIX = {
    "database is locked": (
        "the other agents to write for about a millisecond each, and to let go",
        "look for an agent that is suspended (Ctrl-Z, a stopped container): end it or let it go on",
    ),
    "file is not a database": (
        "a store that sweepbridge made, or a folder without one",
        "move that file away, or name another folder",
    ),
    "malformed": (
        "a store as sweepbridge wrote it",
        "copy the folder, then save what can be read with `sqlite3 sweepbridge.db .recover`",
    ),
    "unable to open database file": (
        "a folder in which this user may create and change files",
        "check who owns the folder and its files, or name another folder",
    ),
    "readonly": (
        "a folder in which this user may create and change files",
        "check who owns the folder and its files, or name another folder",
    ),
    "disk is full": (
        "room for what agents report",
        "free some space and start the agents again: they go on where they were",
    ),
}
_OTHERWISE = (
    "a local disk that reads and writes without errors",
    "look at the system's log for disk errors, and keep a copy of the folder",
)


class Unsettled(StoreError):
    """The database went away or took a transaction back, and may be there again in a moment.

    What was under way is undone, unless the connection broke while it was committed: then nobody knows.
    """


def trouble(path: Path, message: str) -> StoreError:
    """The error for a message of SQLite's about the file at `path`."""
    matches = (parts for fragment, parts in _EXPECTED_AND_FIX.items() if fragment in message)
    expected, fix = next(matches, _OTHERWISE)
    return StoreError(f"can't use the store {path}", found=message, expected=expected, fix=fix)


def no_folder(folder: Path, error: OSError) -> StoreError:
    """The error for a folder that can't be made or entered."""
    at_fault = error.filename or folder
    return StoreError(
        f"can't open a store in {folder}",
        found=f"{error.strerror or error}: {at_fault}",
        expected="a folder, or a place for one, in which this user may create files",
        fix="check the path and who owns it, or name another folder",
    )


def no_store(path: Path) -> StoreError:
    """The error for a store that should be there and is not."""
    return StoreError(
        f"no store at {path.parent}",
        found=f"no file {path.name} there",
        expected="the folder of a store, usually named .sweepbridge",
        fix="go to the folder that the sweep was started from, or name its store",
    )


def no_locks(folder: Path, error: OSError) -> StoreError:
    """The error for a file system on which processes can't keep out of each other's way."""
    return StoreError(
        f"can't open a store in {folder}",
        found=f"a file system without working locks ({error.strerror or error})",
        expected="a local disk: a network file system may lose what two machines write at once",
        fix="name a folder on a local disk",
    )


def no_such_kind(url: str, found: str) -> StoreError:
    """The error for a URL of a database that the store can't be in."""
    return StoreError(
        f"can't open the store {url}",
        found=found,
        expected="a folder, sqlite:////the/path/to/a/file.db, or postgresql://user@host/database",
        fix="name a folder, or leave it out: the default is .sweepbridge",
    )


def no_tables(name: str) -> StoreError:
    """The error for a database in which there should be a store, and is nothing."""
    return StoreError(
        f"no store in {name}",
        found="a database without tables",
        expected="a store that sweepbridge made",
        fix="make the first sweep with `sweepbridge sweep FILE`, or check the database's name",
    )


def not_ours(name: str, tables: Sequence[str]) -> StoreError:
    """The error for a database that belongs to something else."""
    return StoreError(
        f"can't open the store {name}",
        found=f"a database with other tables: {', '.join(sorted(tables)[:5])}",
        expected="a store that sweepbridge made, or one that is not there yet",
        fix="name another file, folder, database or schema; this one was left as it is",
    )


def newer_version(name: str, found: str, known: int) -> StoreError:
    """The error for a store that a later version of sweepbridge made, or upgraded."""
    return StoreError(
        f"can't open the store {name}",
        found=f"schema version {found}, of a newer sweepbridge",
        expected=f"schema version {known}",
        fix="install the version of sweepbridge that the store's agents have; it was left as it is",
    )


def older_version(name: str, found: int, known: int) -> StoreError:
    """The error for a store that an earlier version of sweepbridge made."""
    return StoreError(
        f"can't open the store {name}",
        found=f"schema version {found}, of an older sweepbridge",
        expected=f"schema version {known}",
        fix="end its agents, then: sweepbridge store upgrade",
    )


def sweep_not_found(sweep_id: str, place: str, known: Sequence[str]) -> SweepNotFound:
    """The error for a sweep that the store does not hold."""
    near = difflib.get_close_matches(sweep_id.lower(), known, n=3, cutoff=0.5)
    guess = f"did you mean {' or '.join(near)}? " if near else ""
    count = "1 sweep" if len(known) == 1 else f"{len(known)} sweeps"
    return SweepNotFound(
        f'no sweep "{sweep_id}"',
        found=f"{count} in {place}",
        expected="the id of one of them",
        fix=f"{guess}`sweepbridge list` shows them all" if known else "`sweepbridge sweep FILE` makes one",
    )


def trial_not_found(number: int, sweep: Sweep) -> StoreError:
    """The error for a trial that has not begun."""
    began = f"trials 0 to {sweep.began - 1}" if sweep.began else "no trial yet"
    return StoreError(
        f"no trial {number} in sweep {sweep.id}",
        found=began,
        expected="the number of a trial that has begun",
        fix=f"`sweepbridge status {sweep.id}` shows them all",
    )
