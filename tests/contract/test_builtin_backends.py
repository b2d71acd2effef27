"""The built-in backends keep the contract."""

from typing import ClassVar

from sweepbridge.plugin.testing import BackendLaws
from sweepbridge.search import GridBackend, RandomBackend


class TestGrid(BackendLaws):
    backend = GridBackend()


class TestShuffledGrid(BackendLaws):
    backend = GridBackend()
    options: ClassVar = {"grid": {"order": "shuffled"}}


class TestRandom(BackendLaws):
    backend = RandomBackend()
