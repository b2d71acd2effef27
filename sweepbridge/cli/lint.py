"""`sweepbridge lint FILE…`: every fault and every doubt about config files, without running anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from sweepbridge.cli.files import fault_row, json_lines, plan_loaded
from sweepbridge.cli.options import BackendOption, FilesArgument, PluginsOption, Style, StyleOption
from sweepbridge.engine import as_fault
from sweepbridge.errors import ConfigError, Fault, SweepbridgeError
from sweepbridge.registry import PUBLISHED, Registry
from sweepbridge.spec import load_file

app = typer.Typer(add_completion=False, rich_markup_mode=None)

QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing for a file without faults.")]


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say of one file."""

    file: str
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


@app.command()
def lint(
    files: FilesArgument,
    backend: BackendOption = None,
    style: StyleOption = Style.text,
    quiet: QuietOption = False,
    plugins: PluginsOption = None,
) -> None:
    """Check config files, and name every fault."""
    registry = Registry().with_local(plugins)
    verdicts = [_checked(file, backend, registry) for file in files]
    if style is Style.text:
        lines = [_text(verdict) for verdict in verdicts if verdict.faults or not quiet]
    else:
        lines = json_lines([_row(verdict) for verdict in verdicts], style)
    for line in lines:
        print(line)
    raise typer.Exit(2 if any(verdict.faults for verdict in verdicts) else 0)


def _checked(file: str, backend: str | None, registry: Registry) -> Checked:
    try:
        loaded = load_file(file)
    except ConfigError as error:
        return Checked(file, error.faults)
    try:
        plan_loaded(loaded, backend=backend, registry=registry)
    except ConfigError as error:
        return Checked(file, error.faults, loaded.warnings)
    except SweepbridgeError as error:
        fault = loaded.placed(as_fault(error, file))
        if _is_missing_here(error, backend or loaded.config.backend_name, registry):
            return Checked(file, (), (*loaded.warnings, fault))
        return Checked(file, (fault,), loaded.warnings)
    return Checked(file, (), loaded.warnings)


def _is_missing_here(error: SweepbridgeError, backend: str | None, registry: Registry) -> bool:
    """Whether it is about something published that this machine has not, or not whole: no fault of the file."""
    name = (backend or "").partition(":")[0]
    return "sweepbridge[" in error.fix or (name in PUBLISHED and name not in registry.backends)


def _row(verdict: Checked) -> dict[str, object]:
    return {
        "file": verdict.file,
        "ok": not verdict.faults,
        "faults": [fault_row(fault) for fault in verdict.faults],
        "warnings": [fault_row(warning) for warning in verdict.warnings],
    }


def _text(verdict: Checked) -> str:
    if not verdict.faults and not verdict.warnings:
        return f"{verdict.file}: no faults"
    marked = [str(fault) for fault in verdict.faults] + [f"warning: {warning}" for warning in verdict.warnings]
    return "\n".join(marked)
