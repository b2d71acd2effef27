"""Sweeps to look at: as one HTML file by `sweepbridge report`, and as they go on by `sweepbridge dashboard`.

Importing this imports neither plotly nor optuna; what needs one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweepbridge.plugin import Command, hookimpl

if TYPE_CHECKING:
    import typer

__all__ = ["sweepbridge_commands"]


@hookimpl
def sweepbridge_commands() -> list[Command]:
    """The report, and the dashboard."""
    return [
        Command("report", "Write sweeps as one HTML file, with plots and a table.", _report),
        Command("dashboard", "Show the sweeps of a store in optuna's dashboard, as they go on.", _dashboard),
    ]


def _report() -> typer.Typer:
    from sweepbridge_report import commands

    return commands.report_app


def _dashboard() -> typer.Typer:
    from sweepbridge_report import commands

    return commands.dashboard_app
