"""SMAC as a sweepbridge backend: Bayesian optimization with random forests, or with Gaussian processes.

Importing this imports no SMAC, which takes seconds to load; `SmacBackend.start` does.
"""

from __future__ import annotations

from sweepbridge.plugin import Backend, hookimpl
from sweepbridge_smac.backend import SmacBackend

__all__ = ["SmacBackend", "sweepbridge_backends"]


@hookimpl
def sweepbridge_backends() -> list[Backend]:
    """The one backend that this plugin offers."""
    return [SmacBackend()]
