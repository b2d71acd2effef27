"""`sweepbridge cancel SWEEP`: set the sweep's state to cancelled."""

from __future__ import annotations

import typer

from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.cli.states import done

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def cancel(sweep: SweepArgument, store: StoreOption = None) -> None:
    """Give out no more trials, and end those that run."""
    print(done("cancel", sweep, store))
