"""`sweepbridge export SWEEP`: all trials for another program, or the config for W&B."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from sweepbridge.api import OpenSweep, open_sweep
from sweepbridge.cli.options import PluginsOption, StoreOption, SweepArgument
from sweepbridge.errors import UsageError
from sweepbridge.registry import PUBLISHED_EXPORTERS, Registry, did_you_mean
from sweepbridge.view import export as table
from sweepbridge.view.parquet import write_parquet

app = typer.Typer(add_completion=False, rich_markup_mode=None)


TEXTS: dict[str, Callable[[OpenSweep], str]] = {
    "csv": lambda opened: table.as_csv(opened.table),
    "json": lambda opened: table.as_json(opened.table),
    "jsonl": lambda opened: table.as_jsonl(opened.table),
    "wandb-yaml": lambda opened: table.as_wandb_yaml(opened.config),
}
"""What can be printed, by the name of its format."""

PARQUET = "parquet"

FormatOption = Annotated[
    str,
    typer.Option("--format", metavar="FORMAT", help="csv, json, jsonl, parquet, wandb-yaml, or a plugin's: optuna."),
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="A file; default: standard output.")]


@app.command()
def export(
    sweep: SweepArgument,
    kind: FormatOption = "csv",
    output: OutputOption = None,
    store: StoreOption = None,
    plugins: PluginsOption = None,
) -> None:
    """Write all trials, or the config, for another program."""
    opened = open_sweep(sweep, store=store)
    if kind in TEXTS:
        _print(TEXTS[kind](opened), output)
        return
    if kind == PARQUET:
        _written(_named(output, kind), lambda file: _whole(file, lambda part: write_parquet(opened.table, part)))
        return
    exporters = Registry().with_local(plugins).exporters
    if kind not in (*exporters, *PUBLISHED_EXPORTERS):
        choices = sorted({*TEXTS, PARQUET, *exporters, *PUBLISHED_EXPORTERS})
        raise UsageError(
            f'no format named "{kind}"',
            found=f"--format {kind}",
            expected=f"one of {', '.join(choices)}",
            fix=did_you_mean(kind, choices) or "--format csv",
        )
    _written(_named(output, kind), lambda file: opened.write_as(kind, file, plugins=plugins or ()))


def _print(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        _written(output, lambda file: _whole(file, lambda part: part.write_text(text, encoding="utf-8")))


def _named(output: Path | None, kind: str) -> Path:
    if output is None:
        raise UsageError(
            f"{kind} is no text",
            found=f"--format {kind}, and no --output",
            expected="a file to write",
            fix=f"--output trials.{kind}",
        )
    return output


def _whole(output: Path, write: Callable[[Path], object]) -> None:
    """Write a file whole or not at all: what was there stays until all of it is on the disk."""
    if output.exists() and not output.is_file():  # a device or a pipe
        write(output)
        return
    target = output.resolve()  # a link stays a link
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        write(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


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
