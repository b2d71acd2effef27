"""The commands of this plugin. Imported once one of them is called."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Annotated

import typer

from sweepbridge import UsageError, open_sweep
from sweepbridge_report.page import page
from sweepbridge_report.sweeps import Gathered, gathered
from sweepbridge_report.writing import refuse_unwritable, write

PORT = 8081

report_app = typer.Typer(add_completion=False, rich_markup_mode=None)
dashboard_app = typer.Typer(add_completion=False, rich_markup_mode=None)

SweepsArgument = Annotated[list[str], typer.Argument(metavar="SWEEP…", help="The sweeps' ids; several are compared.")]
OutputOption = Annotated[Path, typer.Option("--output", "-o", help="The file to write. An older report is replaced.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file whatever it is.")]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")]
StoreOption = Annotated[str | None, typer.Option("--store", help="Folder or URL of the store.")]


@report_app.command()
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


@dashboard_app.command()
def dashboard(port: PortOption = PORT, store: StoreOption = None) -> None:
    """Show the sweeps of a store in optuna's dashboard, as they go on."""
    if importlib.util.find_spec("optuna_dashboard") is None:
        raise UsageError(
            "the dashboard needs optuna-dashboard",
            found="it is not installed",
            expected="optuna-dashboard in the environment of sweepbridge",
            fix="pip install 'sweepbridge-report[dashboard]'",
        )
    from sweepbridge_report.dashboard import serve

    serve(port, store=store, say=_say)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _each(sweeps: list[str], store: str | None) -> list[Gathered]:
    first, *others = dict.fromkeys(sweeps)
    opened = [open_sweep(first, store=store)]
    opened += [open_sweep(one, store=opened[0].store) for one in others]
    return [gathered(one) for one in {one.id: one for one in opened}.values()]
