"""`sweepbridge cancel SWEEP`: set the sweep's state to cancelled."""

from __future__ import annotations

import typer

from sweepbridge.api import bare_id, store_at
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.cli.states import set_state

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def cancel(sweep: SweepArgument, store: StoreOption = None) -> None:
    """Give out no more trials, and end those that run."""
    print(set_state(store_at(store, create=False), bare_id(sweep), "cancelled"))
