"""The optuna plugin: Optuna's samplers as a backend, its pruners as stoppers, and any sweep as a study of Optuna's.

Importing this does not import Optuna. That happens when a problem is checked, described or started, when a stopper is
checked or asked, and when a study is made.
"""

from __future__ import annotations

from sweepbridge.plugin import hookimpl
from sweepbridge_optuna.backend import OptunaBackend
from sweepbridge_optuna.exporter import OptunaExporter
from sweepbridge_optuna.pruners import PRUNERS
from sweepbridge_optuna.stoppers import OptunaStopper

__all__ = [
    "OptunaBackend",
    "OptunaExporter",
    "OptunaStopper",
    "sweepbridge_backends",
    "sweepbridge_exporters",
    "sweepbridge_stoppers",
]


@hookimpl
def sweepbridge_backends() -> list[OptunaBackend]:
    """The one backend of this plugin."""
    return [OptunaBackend()]


@hookimpl
def sweepbridge_stoppers() -> list[OptunaStopper]:
    """A stopper for each of Optuna's pruners."""
    return [OptunaStopper(name) for name in PRUNERS]


@hookimpl
def sweepbridge_exporters() -> list[OptunaExporter]:
    """A sweep as a study."""
    return [OptunaExporter()]
