"""`sweepbridge plugins`: what is installed, what each plugin offers, and why one does not load."""

from __future__ import annotations

from typing import Annotated

import typer

from sweepbridge.cli.doctor import Ailment, ailments
from sweepbridge.cli.options import PluginsOption
from sweepbridge.cli.tables import show, table
from sweepbridge.errors import four_parts
from sweepbridge.plugin.border import in_words
from sweepbridge.registry import Plugin, Registry

app = typer.Typer(add_completion=False, rich_markup_mode=None)

DoctorOption = Annotated[
    bool, typer.Option("--doctor", help="Say what keeps each from being of use, and the command that mends it.")
]


@app.command()
def plugins(doctor: DoctorOption = False, plugins: PluginsOption = None) -> None:
    """List the plugins that are installed, and what each offers."""
    registry = Registry().with_local(plugins)
    if doctor:
        raise typer.Exit(_examine(registry))
    shown = table("plugin", "distribution", "version", "offers")
    for plugin in registry.plugins:
        shown.add_row(plugin.name, plugin.distribution, plugin.version, _offered(registry, plugin))
    show(shown)


def _examine(registry: Registry) -> int:
    """Say what is the matter; 1 if something that is installed is broken."""
    found = ailments(registry)
    for ailment in found:
        print(_told(ailment))
    grave = sum(ailment.is_grave for ailment in found)
    print(f"{len(registry.plugins)} plugins, {grave or 'nothing'} to mend, {len(found) - grave} that could be added")
    return 1 if grave else 0


def _told(ailment: Ailment) -> str:
    return "\n".join([ailment.what, *four_parts(ailment.found, "", ailment.fix)])


def _offered(registry: Registry, plugin: Plugin) -> str:
    if plugin.error is not None:
        return f"nothing: it failed to load ({in_words(plugin.error)})"
    return ", ".join(
        f"{kind} {name}"
        for kind, offers in registry.by_kind.items()
        for name, given in sorted(offers.items())
        for offer in given
        if offer.plugin == plugin
    )
