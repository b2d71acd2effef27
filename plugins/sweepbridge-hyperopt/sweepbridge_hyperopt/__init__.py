"""Hyperopt as a sweepbridge backend: TPE, annealing and random search.

Importing this imports no hyperopt, which takes more than a second to load; `HyperoptBackend.start` does.
"""

from __future__ import annotations

from sweepbridge.plugin import Backend, hookimpl
from sweepbridge_hyperopt.backend import HyperoptBackend

__all__ = ["HyperoptBackend", "sweepbridge_backends"]


@hookimpl
def sweepbridge_backends() -> list[Backend]:
    """The one backend that this plugin offers."""
    return [HyperoptBackend()]
