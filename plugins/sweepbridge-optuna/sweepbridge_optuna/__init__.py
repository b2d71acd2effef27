"""The optuna plugin: Optuna's samplers as a backend, and its pruners as stoppers, behind sweepbridge's contracts.

Importing this does not import Optuna. That happens when a problem is checked, described or started, and when a stopper
is checked or asked.
"""

from __future__ import annotations

from sweepbridge.plugin import hookimpl
from sweepbridge_optuna.backend import OptunaBackend
from sweepbridge_optuna.pruners import PRUNERS
from sweepbridge_optuna.stoppers import OptunaStopper

__all__ = ["OptunaBackend", "OptunaStopper", "sweepbridge_backends", "sweepbridge_stoppers"]


@hookimpl
def sweepbridge_backends() -> list[OptunaBackend]:
    """The one backend of this plugin."""
    return [OptunaBackend()]


@hookimpl
def sweepbridge_stoppers() -> list[OptunaStopper]:
    """A stopper for each of Optuna's pruners."""
    return [OptunaStopper(name) for name in PRUNERS]
