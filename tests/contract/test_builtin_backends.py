"""The built-in backends keep the contract."""

from sweepbridge.plugin.testing import BackendLaws
from sweepbridge.search import GridBackend, RandomBackend


class TestGrid(BackendLaws):
    backend = GridBackend()


class TestRandom(BackendLaws):
    backend = RandomBackend()
