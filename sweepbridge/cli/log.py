"""`sweepbridge log k=v …`: log one row of metrics from inside a run, in any language."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Annotated

import typer

from sweepbridge import training
from sweepbridge.errors import RunError, UsageError
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
        run.log(dict(_pair(pair) for pair in pairs))


def _pair(pair: str) -> tuple[str, object]:
    name, equals, value = pair.partition("=")
    if not (name and equals):
        raise UsageError("not a metric", found=pair, expected="NAME=VALUE", fix=f"{pair.strip('=') or 'loss'}=0.25")
    return name, _value(value)


def _value(value: str) -> object:
    with suppress(ValueError):
        return int(value)
    with suppress(ValueError):
        return float(value)
    return {"true": True, "false": False, "null": None}.get(value, value)
