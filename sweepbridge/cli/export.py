"""`sweepbridge export SWEEP`: all trials for another program, or the config for W&B."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from typing_extensions import assert_never

from sweepbridge.api import open_sweep
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.errors import UsageError
from sweepbridge.view import export as table
from sweepbridge.view.parquet import write_parquet

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Format(str, Enum):
    """What to write."""

    csv = "csv"
    json = "json"
    jsonl = "jsonl"
    parquet = "parquet"
    wandb_yaml = "wandb-yaml"


FormatOption = Annotated[Format, typer.Option("--format", help="What to write.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="A file; default: standard output.")]


@app.command()
def export(
    sweep: SweepArgument, kind: FormatOption = Format.csv, output: OutputOption = None, store: StoreOption = None
) -> None:
    """Write all trials, or the config, for another program."""
    opened = open_sweep(sweep, store=store)
    rows = table.rows(opened.trials, opened.objectives)
    match kind:
        case Format.csv:
            _print(table.as_csv(rows), output)
        case Format.json:
            _print(table.as_json(rows), output)
        case Format.jsonl:
            _print(table.as_jsonl(rows), output)
        case Format.wandb_yaml:
            _print(table.as_wandb_yaml(opened.config), output)
        case Format.parquet:
            _written(_named(output, kind), lambda file: write_parquet(rows, file))
        case _:
            assert_never(kind)


def _print(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        _written(output, lambda file: file.write_text(text, encoding="utf-8"))


def _named(output: Path | None, kind: Format) -> Path:
    if output is None:
        raise UsageError(
            f"{kind.value} is no text",
            found=f"--format {kind.value}, and no --output",
            expected="a file to write",
            fix=f"--output trials.{kind.value}",
        )
    return output


def _written(output: Path, write: Callable[[Path], object]) -> None:
    try:
        write(output)
    except OSError as error:
        raise UsageError(
            f"can't write {output}",
            found=error.strerror or str(error),
            expected="a file in a folder that is there, and that this user may write",
            fix="name another file, or leave --output out to print",
        ) from error
