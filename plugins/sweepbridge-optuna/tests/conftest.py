"""What the tests of this plugin share: other people's samplers, on Python's path."""

import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def third_party_samplers():
    """Makes `tests/samplers` importable, as a user's folder on PYTHONPATH is."""
    folder = str(Path(__file__).parent / "samplers")
    sys.path.insert(0, folder)
    yield folder
    sys.path.remove(folder)
