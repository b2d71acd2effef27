"""What tests all over share: a PostgreSQL server, started for the first test that asks for it, and patience."""

import time

import pytest

from tests.postgres import Server

PATIENCE_S = 90.0
"""How long a test waits for what must come. A machine that is busy with other tests takes its time."""


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server."""
    started = Server()
    yield started
    started.close()


@pytest.fixture
def postgres(server):
    """The URL of an empty database that is this test's own."""
    url = server.new_url()
    yield url
    server.drop(url)


@pytest.fixture
def eventually():
    """Wait until something holds, and give what it gives. The processes named must live until then."""

    def waited(holds, *processes):
        until = time.monotonic() + PATIENCE_S
        while not (found := holds()):
            has_ended = any(process.poll() is not None for process in processes)
            assert not has_ended or holds(), [process.communicate() for process in processes]
            assert time.monotonic() < until, "it did not come to pass"
            time.sleep(0.01)
        return found

    return waited
