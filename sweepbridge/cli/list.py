"""`sweepbridge list`: the sweeps in the store."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table

from sweepbridge.api import store_at
from sweepbridge.cli.options import StoreOption
from sweepbridge.view.words import moment

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("list")
def list_sweeps(store: StoreOption = None) -> None:
    """List the sweeps in the store."""
    memory = store_at(store, create=False)
    table = Table("id", "name", "state", "method", "backend", "trials", "created", box=None, pad_edge=False)
    for sweep in memory.sweeps():
        counts = memory.counts(sweep.id)
        trials = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "none"
        created = moment(sweep.created_at)
        table.add_row(sweep.id, sweep.name or "", sweep.state, sweep.method, sweep.backend, trials, created)
    Console().print(table if table.row_count else "no sweeps yet: sweepbridge sweep FILE makes one")
