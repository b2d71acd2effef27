"""`sweepbridge backends`: what can search, and how."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table

from sweepbridge.registry import PUBLISHED, Registry

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def backends() -> None:
    """List the backends that are installed, and their methods."""
    registry = Registry()
    table = Table("backend", "methods", "from", box=None, pad_edge=False)
    for name, offers in sorted(registry.backends.items()):
        for offer in offers:
            table.add_row(name, ", ".join(offer.record.methods), offer.plugin.title)
    console = Console()
    console.print(table)
    for name in sorted(set(PUBLISHED) - set(registry.backends)):
        console.print(f"not installed: {name} (pip install 'sweepbridge[{name}]')", markup=False)
