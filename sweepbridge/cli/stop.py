"""`sweepbridge stop SWEEP`: set the sweep's state to stopped."""

from __future__ import annotations

import typer

from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.cli.states import done

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def stop(sweep: SweepArgument, store: StoreOption = None) -> None:
    """Give out no more trials; those that run may end."""
    print(done("stop", sweep, store))
