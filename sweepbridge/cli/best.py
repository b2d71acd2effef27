"""`sweepbridge best SWEEP`: the best trial, its parameters, and the command that makes it again."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer
from typing_extensions import assert_never

from sweepbridge.api import OpenSweep, open_sweep
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.errors import UsageError
from sweepbridge.rundir import RunDir
from sweepbridge.store import TrialRecord
from sweepbridge.view import again
from sweepbridge.view.status import best_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Form(str, Enum):
    """How to print it."""

    text = "text"
    yaml = "yaml"
    json = "json"
    args = "args"
    command = "command"


FormOption = Annotated[
    Form, typer.Option("--format", help="For people, or nothing but the parameters, or the command that runs it again.")
]


@app.command()
def best(sweep: SweepArgument, form: FormOption = Form.text, store: StoreOption = None) -> None:
    """Show the best trial, and the command that makes it again."""
    opened = open_sweep(sweep, store=store)
    match form:
        case Form.text:
            print(best_text(opened.sweep, opened.config, opened.trials, runs=opened.store.folder / "runs"))
        case Form.yaml:
            print(again.as_yaml(_best(opened)))
        case Form.json:
            print(again.as_json(_best(opened)))
        case Form.args:
            print(again.as_args(opened.config, _best(opened)))
        case Form.command:
            record = _best(opened)
            directory = RunDir.of(opened.store.folder / "runs", opened.id, record.trial.number, record.runs)
            print(again.as_command(opened.config, record, config_file=directory.config_file))
        case _:
            assert_never(form)


def _best(opened: OpenSweep) -> TrialRecord:
    if (found := opened.best) is None:
        why = "no trial has a result yet" if opened.objectives else "its config has no metric"
        raise UsageError(
            f"no trial of {opened.id} is the best",
            found=f"{why}; {len(opened.trials)} have begun",
            expected="a sweep with a metric, and with a trial that has ended with a result",
            fix=f"sweepbridge status {opened.id} shows how far it is",
        )
    return found
