"""`sweepbridge list`: the sweeps in the store."""

from __future__ import annotations

import typer

from sweepbridge.api import store_at
from sweepbridge.cli.options import StoreOption
from sweepbridge.cli.tables import show, table
from sweepbridge.view.words import moment

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("list")
def list_sweeps(store: StoreOption = None) -> None:
    """List the sweeps in the store."""
    memory = store_at(store, create=False)
    shown = table("id", "name", "state", "method", "backend", "trials", "created")
    for sweep in memory.sweeps():
        counts = memory.counts(sweep.id)
        trials = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "none"
        created = moment(sweep.created_at)
        shown.add_row(sweep.id, sweep.name or "", sweep.state, sweep.method, sweep.backend, trials, created)
    show(shown if shown.row_count else "no sweeps yet: sweepbridge sweep FILE makes one")
