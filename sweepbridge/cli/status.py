"""`sweepbridge status SWEEP [TRIAL]`: what has happened in a sweep, or in one of its trials."""

from __future__ import annotations

from typing import Annotated

import typer

from sweepbridge.api import open_sweep
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.view.status import sweep_text, trial_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)

TrialArgument = Annotated[int | None, typer.Argument(metavar="[TRIAL]", min=0, help="A trial's number.")]


@app.command()
def status(sweep: SweepArgument, trial: TrialArgument = None, store: StoreOption = None) -> None:
    """Show a sweep, or one of its trials."""
    opened = open_sweep(sweep, store=store)
    memory, searches = opened.store, opened.store.searches(opened.id)
    if trial is None:
        print(sweep_text(opened.sweep, opened.config, opened.trials, searches))
        return
    record = memory.trial(opened.id, trial)
    runs, rows = memory.runs(opened.id, trial), memory.rows(opened.id, trial)
    print(trial_text(record, opened.config, runs, rows, standing=opened.standing(trial), searches=searches))
