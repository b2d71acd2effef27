"""`sweepbridge sweep FILE`: create a sweep, and print its id."""

from __future__ import annotations

import typer

from sweepbridge.api import new_sweep, store_for
from sweepbridge.cli.files import home, plan_file
from sweepbridge.cli.options import (
    BackendOption,
    EntityOption,
    FileArgument,
    NameOption,
    PluginsOption,
    PriorOption,
    ProgramOption,
    ProjectOption,
    SeedOption,
    StoreOption,
    YesOption,
)
from sweepbridge.cli.sizes import ask_about_size
from sweepbridge.registry import Registry
from sweepbridge.view.say import say
from sweepbridge.view.sizes import size_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def sweep(
    file: FileArgument,
    backend: BackendOption = None,
    seed: SeedOption = None,
    prior_run: PriorOption = None,
    name: NameOption = None,
    program: ProgramOption = None,
    entity: EntityOption = None,
    project: ProjectOption = None,
    yes: YesOption = False,
    store: StoreOption = None,
    plugins: PluginsOption = None,
) -> None:
    """Create a sweep from a file, and print its id."""
    beside = {"name": name, "program": program, **home(entity, project)}
    decided, warnings = plan_file(file, backend=backend, registry=Registry().with_local(plugins), beside=beside)
    for notice in (*map(str, warnings), *decided.notices):
        say(f"note: {notice}")
    ask_about_size(decided, yes=yes)
    if size := size_text(decided):
        say(size)
    memory = store_for(prior_run or (), store)
    created = new_sweep(decided, seed=seed, store=memory, prior_runs=prior_run or ())
    print(created.id)
    say(f"work on it: sweepbridge agent {created.id}")
