"""Bayesian optimization with a Gaussian process, as a sweepbridge backend.

Importing this imports neither numpy nor scipy. That happens when a search starts.
"""

from __future__ import annotations

from sweepbridge.plugin import Backend, hookimpl
from sweepbridge_gp.backend import GpBackend

__all__ = ["GpBackend", "sweepbridge_backends"]


@hookimpl
def sweepbridge_backends() -> list[Backend]:
    """The one backend that this plugin offers."""
    return [GpBackend()]
