"""`sweepbridge explain FILE`: each parameter from config to domain to axis to vendor."""

from __future__ import annotations

import json

import typer
from rich.console import Console
from rich.text import Text

from sweepbridge.cli.files import plan_file
from sweepbridge.cli.options import BackendOption, FileArgument, PluginsOption
from sweepbridge.registry import Registry
from sweepbridge.view.explain import ways

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def explain(file: FileArgument, backend: BackendOption = None, plugins: PluginsOption = None) -> None:
    """Show each parameter's way from the config to the library that searches it."""
    plan, warnings = plan_file(file, backend=backend, registry=Registry().with_local(plugins))
    console = Console(highlight=False, soft_wrap=True)
    title = f"{plan.problem.method} by {plan.chosen.backend.name}, from {plan.chosen.plugin.title}"
    console.print(Text(title, style="bold"))
    for notice in (*plan.notices, *map(str, warnings)):
        console.print(Text(f"note: {notice}"))
    for way in ways(plan):
        console.print(Text(f"\n{way.parameter}", style="bold"))
        parts = {
            "config": json.dumps(way.config, ensure_ascii=False),
            "domain": way.domain,
            "axis": way.axis,
            "vendor": way.vendor,
            "meaning": way.how,
        }
        for name, text in parts.items():
            console.print(Text(f"  {name:<8} {text}"))
