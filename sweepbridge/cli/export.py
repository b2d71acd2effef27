"""`sweepbridge export SWEEP`: all trials as CSV or JSON."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from sweepbridge.api import open_sweep
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.errors import UsageError
from sweepbridge.view import export as table

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Format(str, Enum):
    """What to write."""

    csv = "csv"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="What to write.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="A file; default: standard output.")]


@app.command()
def export(
    sweep: SweepArgument, kind: FormatOption = Format.csv, output: OutputOption = None, store: StoreOption = None
) -> None:
    """Write all trials as CSV or JSON."""
    opened = open_sweep(sweep, store=store)
    rows = table.rows(opened.trials, opened.objectives)
    text = table.as_csv(rows) if kind is Format.csv else table.as_json(rows)
    if output is None:
        sys.stdout.write(text)
    else:
        _write(output, text)


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"can't write {output}",
            found=error.strerror or str(error),
            expected="a file in a folder that is there, and that this user may write",
            fix="name another file, or leave --output out to print",
        ) from error
