"""`sweepbridge plugins`: what is installed, what each plugin offers, and why one does not load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import typer

from sweepbridge.cli.tables import show, table
from sweepbridge.registry import Offer, Plugin, Registry

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def plugins() -> None:
    """List the plugins that are installed, and what each offers."""
    registry = Registry()
    shown = table("plugin", "distribution", "version", "offers")
    for plugin in registry.plugins:
        shown.add_row(plugin.name, plugin.distribution, plugin.version, _offered(registry, plugin))
    show(shown)


def _offered(registry: Registry, plugin: Plugin) -> str:
    if plugin.error is not None:
        return f"nothing: it failed to load ({type(plugin.error).__name__}: {plugin.error})"
    kinds: dict[str, Mapping[str, Sequence[Offer[Any]]]] = {
        "backend": registry.backends,
        "stopper": registry.stoppers,
        "launcher": registry.launchers,
        "observer": registry.observers,
        "companion": registry.companions,
        "command": registry.commands,
    }
    return ", ".join(
        f"{kind} {name}"
        for kind, offers in kinds.items()
        for name, given in sorted(offers.items())
        for offer in given
        if offer.plugin == plugin
    )
