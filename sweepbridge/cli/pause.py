"""`sweepbridge pause SWEEP`: set the sweep's state to paused."""

from __future__ import annotations

import typer

from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.cli.states import done

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def pause(sweep: SweepArgument, store: StoreOption = None) -> None:
    """Give out no new trials for now."""
    print(done("pause", sweep, store))
