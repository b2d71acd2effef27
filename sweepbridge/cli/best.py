"""`sweepbridge best SWEEP`: the best trial, its parameters, and the command that makes it again."""

from __future__ import annotations

import typer

from sweepbridge.api import open_sweep
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.view.status import best_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def best(sweep: SweepArgument, store: StoreOption = None) -> None:
    """Show the best trial, and the command that makes it again."""
    opened = open_sweep(sweep, store=store)
    print(best_text(opened.sweep, opened.config, opened.trials, runs=opened.store.folder / "runs"))
