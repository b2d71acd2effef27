"""`sweepbridge switch SWEEP BACKEND`: let another backend go on with a sweep."""

from __future__ import annotations

from typing import Annotated

import typer

from sweepbridge.api import open_sweep
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.cli.pairs import pair
from sweepbridge.engine import plan, switch
from sweepbridge.registry import Registry
from sweepbridge.view.say import say

app = typer.Typer(add_completion=False, rich_markup_mode=None)

BackendArgument = Annotated[str, typer.Argument(metavar="BACKEND", help="NAME, or NAME:METHOD.")]
OptionOption = Annotated[
    list[str] | None, typer.Option("--option", "-o", metavar="NAME=VALUE", help="An option of the backend's own.")
]


@app.command("switch")
def switch_sweep(
    sweep: SweepArgument, backend: BackendArgument, option: OptionOption = None, store: StoreOption = None
) -> None:
    """Let another backend go on with a sweep; it is told all trials so far."""
    opened = open_sweep(sweep, store=store)
    options = dict(pair(word, what="an option", example="n_startup_trials=20") for word in option) if option else None
    decided = plan(opened.config, Registry(), backend=backend, options=options)
    search = switch(opened.store, opened.id, decided)
    for notice in decided.notices:
        say(f"note: {notice}")
    is_over = f", once it runs again: sweepbridge resume {opened.id}" if opened.sweep.is_over else ""
    print(f"{opened.id} goes on with {search.who}, from trial {opened.sweep.began} on{is_over}")
