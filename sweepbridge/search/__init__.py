"""The built-in backends, registered through the same hook as everyone's."""

from collections.abc import Iterable

from sweepbridge.plugin import Backend, hookimpl
from sweepbridge.search.grid import GridBackend
from sweepbridge.search.random import RandomBackend

__all__ = ["GridBackend", "RandomBackend", "sweepbridge_backends"]


@hookimpl
def sweepbridge_backends() -> Iterable[Backend]:
    """Grid and random."""
    return [GridBackend(), RandomBackend()]
