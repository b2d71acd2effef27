"""Nevergrad as a sweepbridge backend: any optimizer of its registry, by name.

Importing this imports no nevergrad, which takes more than a second to load. That happens when a problem is checked
or started.
"""

from __future__ import annotations

from sweepbridge.plugin import Backend, hookimpl
from sweepbridge_nevergrad.backend import NevergradBackend

__all__ = ["NevergradBackend", "sweepbridge_backends"]


@hookimpl
def sweepbridge_backends() -> list[Backend]:
    """The one backend that this plugin offers."""
    return [NevergradBackend()]
