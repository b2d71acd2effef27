"""What can go wrong with PostgreSQL, in words that help.

The server says what is the matter by a code; while a connection is being made there is none, so its text is looked
at, and a text in a language that is not English is passed on as it is.
"""

from __future__ import annotations

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from sweepbridge.errors import StoreError
from sweepbridge.store.troubles import Unsettled

SECRETS = ("password", "sslpassword")
"""What else in a URL nobody should read, beside the password at its head."""

_GOES_BY = ("08", "40001", "40P01", "53300", "57P01", "57P02", "57P03")
"""Codes, or their beginnings, of what is over soon: connections that broke, deadlocks, a server that starts."""

_BY_CODE = {
    "25006": ("a server that takes changes", "name the primary server, not one of its copies"),
    "42501": ("a user who may read, write and make tables", "GRANT it to the user, or name a database of its own"),
    "3F000": ("a schema in which tables can be made", "make the schema that the URL's search_path names"),
    "53": ("room for what agents report", "give the server more room and start the agents again: they go on"),
    "55P03": (
        "the other agents to write for a few milliseconds each, and to let go",
        "look in pg_stat_activity for who holds a lock, and end it",
    ),
}
_BY_TEXT = {
    "no pg_hba.conf entry": (
        "a server that lets this user in from here",
        "ask whoever runs the server for a line in pg_hba.conf",
    ),
    "password authentication failed": (
        "the password of that user",
        "check user and password; a password is also taken from PGPASSWORD and from ~/.pgpass",
    ),
    "no password supplied": (
        "the password of that user",
        "put it into PGPASSWORD, into ~/.pgpass, or into the URL",
    ),
    'role "': ("a user that the server knows", "check the user's name in the URL"),
    'database "': ("the name of a database that exists", "make it with `createdb`, or name another one"),
}
_UNREACHABLE = (
    "a PostgreSQL server that answers",
    "check host and port, and that the server runs; agents that are started again go on where they were",
)
_OTHERWISE = ("a server that reads and writes without errors", "look at the server's log")


def shown(url: URL) -> str:
    """A URL for people: without its secrets."""
    secrets = {name: "***" for name in SECRETS if name in url.query}
    # Rendered by hand: the text of a URL would escape the asterisks.
    return url.update_query_dict(secrets).render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


def no_driver(name: str, error: ImportError) -> StoreError:
    """The error for a machine that can't speak to PostgreSQL."""
    return StoreError(
        f"can't open the store {name}",
        found=f"no driver for PostgreSQL: {error}",
        expected="psycopg 3",
        fix="pip install 'sweepbridge[postgres]'",
    )


def trouble(name: str, error: DBAPIError) -> StoreError:
    """The error for what the server, or the way to it, complains of."""
    code = getattr(error.orig, "sqlstate", None)
    text = _first_line(error)
    if code is None and isinstance(error, (OperationalError, InterfaceError)):
        return _of_connecting(name, text)
    code = code or ""
    expected, fix = next((parts for start, parts in _BY_CODE.items() if code.startswith(start)), _OTHERWISE)
    kind = Unsettled if error.connection_invalidated or code.startswith(_GOES_BY) else StoreError
    return kind(f"can't use the store {name}", found=text, expected=expected, fix=fix)


def _of_connecting(name: str, text: str) -> StoreError:
    for fragment, (expected, fix) in _BY_TEXT.items():
        if fragment in text:
            return StoreError(f"can't open the store {name}", found=text, expected=expected, fix=fix)
    expected, fix = _UNREACHABLE
    return Unsettled(f"can't reach the store {name}", found=text, expected=expected, fix=fix)


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]
