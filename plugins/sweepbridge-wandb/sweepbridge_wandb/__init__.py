"""The official W&B client, unedited, against sweepbridge.

Two ways: beside each agent a server for its runs, and a standing one that `wandb sweep` and `wandb agent` talk to.
Importing this imports no web server; what needs one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweepbridge.plugin import Command, Companion, hookimpl
from sweepbridge_wandb.companion import WandbCompanion

if TYPE_CHECKING:
    import typer

__all__ = ["WandbCompanion", "sweepbridge_commands", "sweepbridge_companions"]


@hookimpl
def sweepbridge_companions() -> list[Companion]:
    """The server beside each agent."""
    return [WandbCompanion()]


@hookimpl
def sweepbridge_commands() -> list[Command]:
    """The standing server, and the variables that lead to it."""
    return [
        Command("wandb-server", "Serve the official wandb sweep and wandb agent.", _server),
        Command("wandb-env", "Print the variables that lead W&B's client to a server here.", _environment),
    ]


def _server() -> typer.Typer:
    from sweepbridge_wandb import commands

    return commands.server


def _environment() -> typer.Typer:
    from sweepbridge_wandb import commands

    return commands.environment
