"""`sweepbridge resume SWEEP`: set the sweep's state to running."""

from __future__ import annotations

import typer

from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.cli.states import done

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def resume(sweep: SweepArgument, store: StoreOption = None) -> None:
    """Give out trials again."""
    print(done("resume", sweep, store))
