"""`sweepbridge status SWEEP [TRIAL]`: what has happened in a sweep, or in one of its trials."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.console import Console

from sweepbridge.api import OpenSweep, open_sweep
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.cli.screen import LOOK_S, screen_of
from sweepbridge.errors import UsageError
from sweepbridge.view.status import sweep_text, trial_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)

TrialArgument = Annotated[int | None, typer.Argument(metavar="[TRIAL]", min=0, help="A trial's number.")]
WatchOption = Annotated[bool, typer.Option("--watch", "-w", help="Go on showing it until it is over.")]


@app.command()
def status(
    sweep: SweepArgument, trial: TrialArgument = None, watch: WatchOption = False, store: StoreOption = None
) -> None:
    """Show a sweep, or one of its trials."""
    opened = open_sweep(sweep, store=store)
    if watch:
        _refuse_trial(trial)
        _watch(opened)
    if trial is None:
        print(sweep_text(opened.sweep, opened.config, opened.trials, opened.store.searches(opened.id)))
        return
    memory = opened.store
    record, searches = memory.trial(opened.id, trial), memory.searches(opened.id)
    runs, rows = memory.runs(opened.id, trial), memory.rows(opened.id, trial)
    print(trial_text(record, opened.config, runs, rows, standing=opened.standing(trial), searches=searches))


def _watch(opened: OpenSweep) -> None:
    """Show what goes on until no trial will begin or end any more."""
    screen = screen_of(opened, console=Console(highlight=False, soft_wrap=True))
    screen.join()
    with screen.live():
        while not screen.watched.is_over:
            time.sleep(LOOK_S)
            screen.look_again()


def _refuse_trial(trial: int | None) -> None:
    if trial is not None:
        raise UsageError(
            "a sweep is watched, and not a trial",
            found=f"--watch, and trial {trial}",
            expected="one of them",
            fix="leave out the trial",
        )
