"""The optuna backend: Optuna's samplers behind sweepbridge's contract.

Importing this does not import Optuna. That happens when a problem is checked, described or started.
"""

from __future__ import annotations

from sweepbridge.plugin import hookimpl
from sweepbridge_optuna.backend import OptunaBackend

__all__ = ["OptunaBackend", "sweepbridge_backends"]


@hookimpl
def sweepbridge_backends() -> list[OptunaBackend]:
    """The one backend of this plugin."""
    return [OptunaBackend()]
