"""`sweepbridge schema`: the JSON Schema of a sweep config, for editors."""

from __future__ import annotations

import json

import typer

from sweepbridge.spec import json_schema

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a sweep config."""
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
