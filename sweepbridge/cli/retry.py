"""`sweepbridge retry SWEEP TRIAL`: put a failed trial back, as a new one with the same parameters."""

from __future__ import annotations

from typing import Annotated

import typer

from sweepbridge.api import bare_id, store_at
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.engine import put_back

app = typer.Typer(add_completion=False, rich_markup_mode=None)

FailedArgument = Annotated[int, typer.Argument(metavar="TRIAL", min=0, help="The number of a trial that has failed.")]


@app.command()
def retry(sweep: SweepArgument, trial: FailedArgument, store: StoreOption = None) -> None:
    """Put a failed trial back, as a new one with the same parameters."""
    memory = store_at(store, create=False)
    sweep_id = memory.sweep(bare_id(sweep)).id
    number = put_back(memory, sweep_id, trial)
    print(f"trial {trial} waits again as trial {number}; if no agent is at work: sweepbridge agent {sweep_id}")
