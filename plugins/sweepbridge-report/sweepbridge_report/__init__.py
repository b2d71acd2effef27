"""A sweep as one HTML file that anyone can open: `sweepbridge report`.

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
    """The report."""
    return [Command("report", "Write sweeps as one HTML file, with plots and a table.", _report)]


def _report() -> typer.Typer:
    from sweepbridge_report import commands

    return commands.app
