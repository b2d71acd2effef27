"""`sweepbridge resume SWEEP`: set the sweep's state to running."""

from __future__ import annotations

import typer

from sweepbridge.api import bare_id, store_at
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.cli.states import set_state

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def resume(sweep: SweepArgument, store: StoreOption = None) -> None:
    """Give out trials again."""
    print(set_state(store_at(store, create=False), bare_id(sweep), "running"))
