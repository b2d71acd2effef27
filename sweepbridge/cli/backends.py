"""`sweepbridge backends`: what can search, and how."""

from __future__ import annotations

import typer

from sweepbridge.cli.tables import show, table
from sweepbridge.registry import PUBLISHED, Registry

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def backends() -> None:
    """List the backends that are installed, and their methods."""
    registry = Registry()
    shown = table("backend", "methods", "from")
    for name, offers in sorted(registry.backends.items()):
        for offer in offers:
            shown.add_row(name, ", ".join(offer.record.methods), offer.plugin.title)
    show(shown)
    for name in sorted(set(PUBLISHED) - set(registry.backends)):
        show(f"not installed: {name} (pip install 'sweepbridge[{name}]')")
