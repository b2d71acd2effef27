"""The hooks that a plugin may implement: seven, each returning records.

A plugin is a module, named by an entry point in the group `sweepbridge`:

    [project.entry-points.sweepbridge]
    mine = "sweepbridge_mine"

    # sweepbridge_mine.py
    from sweepbridge.plugin import hookimpl

    @hookimpl
    def sweepbridge_backends():
        return [MyBackend()]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pluggy

from sweepbridge.plugin.companion import Companion
from sweepbridge.plugin.contract import Backend
from sweepbridge.plugin.exporter import Exporter
from sweepbridge.plugin.launcher import Launcher
from sweepbridge.plugin.observer import Observer
from sweepbridge.plugin.stopper import Stopper

if TYPE_CHECKING:
    import typer

hookspec = pluggy.HookspecMarker("sweepbridge")
hookimpl = pluggy.HookimplMarker("sweepbridge")


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a plugin adds to `sweepbridge`."""

    name: str
    """What users write after `sweepbridge`."""
    summary: str
    """The line that `sweepbridge --help` shows."""
    app: Callable[[], typer.Typer]
    """Makes the typer app that is the command. Import what is heavy here, not at module level."""


@hookspec
def sweepbridge_backends() -> Iterable[Backend]:  # type: ignore[empty-body]  # a hookspec has no body
    """The backends that this plugin offers, such as `[MyBackend()]`."""


@hookspec
def sweepbridge_stoppers() -> Iterable[Stopper]:  # type: ignore[empty-body]
    """The stoppers that this plugin offers, such as `[MyStopper()]`."""


@hookspec
def sweepbridge_launchers() -> Iterable[Launcher]:  # type: ignore[empty-body]
    """The launchers that this plugin offers, such as `[MyLauncher()]`."""


@hookspec
def sweepbridge_observers() -> Iterable[Observer]:  # type: ignore[empty-body]
    """The observers that this plugin offers, such as `[MyObserver()]`."""


@hookspec
def sweepbridge_commands() -> Iterable[Command]:  # type: ignore[empty-body]
    """The commands that this plugin adds, such as `[Command("serve", "Serve it.", make_app)]`."""


@hookspec
def sweepbridge_companions() -> Iterable[Companion]:  # type: ignore[empty-body]
    """The companions that this plugin offers to every agent, such as `[MyCompanion()]`."""


@hookspec
def sweepbridge_exporters() -> Iterable[Exporter]:  # type: ignore[empty-body]
    """The exporters that this plugin offers, such as `[MyExporter()]`."""
