"""What tests all over share: a PostgreSQL server, started for the first test that asks for it."""

import pytest

from tests.postgres import Server


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
