"""`sweepbridge preview FILE…`: what a sweep would try first, and the exact commands; nothing is run or stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

import typer

from sweepbridge.cli.files import fault_row, json_lines, plan_file
from sweepbridge.cli.options import BackendOption, FilesArgument, PluginsOption, SeedOption, Style, StyleOption
from sweepbridge.engine import Plan, as_fault
from sweepbridge.errors import ConfigError, Fault, SweepbridgeError
from sweepbridge.registry import Registry
from sweepbridge.view.preview import Previewed, previewed

app = typer.Typer(add_completion=False, rich_markup_mode=None)

TrialsOption = Annotated[int, typer.Option("-n", "--trials", min=1, help="How many suggestions.")]


DEFAULT_SEED = 0
"""What is previewed where neither the config nor the command line has a seed. A real sweep draws its own then."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to show for one file: a plan and its first trials, or what is wrong with it."""

    file: str
    backend: str | None
    seed: int = DEFAULT_SEED
    plan: Plan | None = None
    trials: tuple[Previewed, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


@app.command()
def preview(
    files: FilesArgument,
    trials: TrialsOption = 3,
    backend: BackendOption = None,
    seed: SeedOption = None,
    style: StyleOption = Style.text,
    plugins: PluginsOption = None,
) -> None:
    """Show the first suggestions and commands; run and store nothing."""
    registry = Registry().with_local(plugins)
    shown = [_shown(file, trials, backend, seed, registry) for file in files]
    is_text = style is Style.text
    for line in map(_text, shown) if is_text else json_lines([_row(one) for one in shown], style):
        print(line)
    raise typer.Exit(2 if any(one.faults for one in shown) else 0)


def _shown(file: str, trials: int, backend: str | None, seed: int | None, registry: Registry) -> Shown:
    try:
        plan, warnings = plan_file(file, backend=backend, registry=registry)
        chosen = next(one for one in (seed, plan.config.seed, DEFAULT_SEED) if one is not None)
        found = tuple(previewed(plan, seed=chosen, trials=trials))
    except ConfigError as error:
        return Shown(file, backend, faults=error.faults)
    except SweepbridgeError as error:
        return Shown(file, backend, faults=(as_fault(error, file),))
    return Shown(file, plan.chosen.backend.name, chosen, plan, found, warnings=warnings)


def _row(one: Shown) -> dict[str, object]:
    return {
        "file": one.file,
        "backend": one.backend,
        "trials": [{"number": number, "params": trial.params} for number, trial in enumerate(one.trials)],
        "commands": [trial.command for trial in one.trials if trial.command is not None],
        "error": fault_row(one.faults[0]) if one.faults else None,
    }


def _text(one: Shown) -> str:
    if one.plan is None:
        return "\n".join(str(fault) for fault in one.faults)
    size = one.plan.problem.space.size
    points = f"{size} points" if size is not None else "no end of points"
    lines = [f"{one.file}: {one.plan.problem.method} by {one.backend}, seed {one.seed}, {points}"]
    lines += [f"note: {notice}" for notice in (*map(str, one.warnings), *one.plan.notices)]
    for number, trial in enumerate(one.trials):
        lines.append(f"  trial {number}  {json.dumps(trial.params, ensure_ascii=False)}")
        if trial.line is not None:
            lines.append(f"           $ {trial.line}")
    return "\n".join(lines)
