"""The command of this plugin. Imported once it is called."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sweepbridge import open_sweep
from sweepbridge_report.page import page
from sweepbridge_report.sweeps import Gathered, gathered
from sweepbridge_report.writing import refuse_unwritable, write

app = typer.Typer(add_completion=False, rich_markup_mode=None)

SweepsArgument = Annotated[list[str], typer.Argument(metavar="SWEEP…", help="The sweeps' ids; several are compared.")]
OutputOption = Annotated[Path, typer.Option("--output", "-o", help="The file to write. An older report is replaced.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file whatever it is.")]
StoreOption = Annotated[str | None, typer.Option("--store", help="Folder or URL of the store.")]


@app.command()
def report(
    sweeps: SweepsArgument,
    output: OutputOption = Path("report.html"),
    force: ForceOption = False,
    store: StoreOption = None,
) -> None:
    """Write sweeps as one HTML file, with plots and a table."""
    refuse_unwritable(output, force=force)
    found = _each(sweeps, store)
    write(output, page(found))
    sys.stdout.write(f"{output}: {', '.join(f'{one.id} with {one.trials} trials' for one in found)}\n")


def _each(sweeps: list[str], store: str | None) -> list[Gathered]:
    first, *others = dict.fromkeys(sweeps)
    opened = [open_sweep(first, store=store)]
    opened += [open_sweep(one, store=opened[0].store) for one in others]
    return [gathered(one) for one in {one.id: one for one in opened}.values()]
