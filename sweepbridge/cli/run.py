"""`sweepbridge run FILE`: create a sweep and work through it, with its progress on the screen."""

from __future__ import annotations

import os

import typer

from sweepbridge.agents.program import check
from sweepbridge.agents.terms import Terms
from sweepbridge.agents.workers import attend
from sweepbridge.api import OpenSweep, new_sweep, store_for
from sweepbridge.cli.agent import agent_command, plugin_words
from sweepbridge.cli.files import home, plan_file
from sweepbridge.cli.hearing import HOOK, hear_wandb
from sweepbridge.cli.options import (
    BackendOption,
    ConsecutiveOption,
    CountOption,
    EntityOption,
    FileArgument,
    ForwardOption,
    LauncherOption,
    NameOption,
    PluginsOption,
    PriorOption,
    ProgramOption,
    ProjectOption,
    QuietOption,
    SeedOption,
    StoreOption,
    TermTimeoutOption,
    WandbHookOption,
    WorkersOption,
    YesOption,
)
from sweepbridge.cli.screen import farewell, screen_of
from sweepbridge.cli.sizes import ask_about_size
from sweepbridge.engine import Plan, uncounted
from sweepbridge.registry import Registry
from sweepbridge.view.bar import counted
from sweepbridge.view.say import say
from sweepbridge.view.sizes import size_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def run(
    file: FileArgument,
    workers: WorkersOption = 1,
    backend: BackendOption = None,
    seed: SeedOption = None,
    count: CountOption = None,
    launcher: LauncherOption = "local",
    forward_signals: ForwardOption = False,
    term_timeout: TermTimeoutOption = None,
    max_consecutive_failed_runs: ConsecutiveOption = None,
    prior_run: PriorOption = None,
    name: NameOption = None,
    program: ProgramOption = None,
    entity: EntityOption = None,
    project: ProjectOption = None,
    yes: YesOption = False,
    quiet: QuietOption = False,
    wandb_hook: WandbHookOption = False,
    store: StoreOption = None,
    plugins: PluginsOption = None,
) -> None:
    """Create a sweep from a file and work through it."""
    terms = Terms(forward_signals, term_timeout, max_consecutive_failed_runs)
    registry = Registry().with_local(plugins)
    if wandb_hook:
        hear_wandb(registry)
    beside = {"name": name, "program": program, **home(entity, project)}
    decided, warnings = plan_file(file, backend=backend, registry=registry, beside=beside)
    ask_about_size(decided, yes=yes)
    check(decided.config.command, decided.config.program, os.environ)
    start = registry.launcher(launcher).record.start
    memory = store_for(prior_run or (), store)
    shown = uncounted if quiet else counted
    sweep = new_sweep(decided, seed=seed, store=memory, prior_runs=prior_run or (), counted=shown)
    tell = (lambda _: None) if quiet else say
    for notice in (*map(str, warnings), *decided.notices):
        tell(f"note: {notice}")
    tell(", ".join([f"sweep {sweep.id}: {sweep.method} by {sweep.backend}, seed {sweep.seed}", *_size(decided)]))
    opened = OpenSweep(memory, sweep.id)
    screen = screen_of(opened, quiet=quiet)
    with screen.live():
        beside_it = ("--quiet", *((HOOK,) if wandb_hook else ()), *plugin_words(plugins), *terms.options)
        agents = start(agent_command(sweep.id, memory, count, *beside_it), workers)
        pulled = attend(agents, screen.say, screen.look, forward_signals=forward_signals)
        screen.look_again()
    code = farewell(opened, tell)
    raise typer.Exit(130 if pulled else max([code, *(1 for ended in agents.exit_codes if ended)]))


def _size(plan: Plan) -> list[str]:
    text = size_text(plan)
    return [text] if text else []
