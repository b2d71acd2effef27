"""`sweepbridge log k=v …`: log one row of metrics from inside a run, in any language."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from sweepbridge import training
from sweepbridge.cli.pairs import pair
from sweepbridge.errors import RunError
from sweepbridge.training import RUN_DIR_VARIABLE

app = typer.Typer(add_completion=False, rich_markup_mode=None)

PairsArgument = Annotated[list[str], typer.Argument(metavar="NAME=VALUE…", help="Metrics, such as loss=0.25.")]


@app.command()
def log(pairs: PairsArgument) -> None:
    """Log metrics from inside a run, in any language."""
    if RUN_DIR_VARIABLE not in os.environ:
        raise RunError(
            "sweepbridge log was called outside of a run",
            found=f"no {RUN_DIR_VARIABLE} in the environment",
            expected="a program that an agent runs",
            fix="start it with sweepbridge run or sweepbridge agent",
        )
    with training.init() as run:
        run.log(dict(pair(word, what="a metric", example="loss=0.25") for word in pairs))
