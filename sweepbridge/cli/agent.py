"""`sweepbridge agent SWEEP`: one agent in this process, or several in processes of their own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from sweepbridge.agents.agent import Worked, new_name
from sweepbridge.agents.terms import Terms
from sweepbridge.agents.workers import attend
from sweepbridge.api import OpenSweep, bare_id, engine_for, store_at, work_on
from sweepbridge.cli.hearing import HOOK, hear_wandb
from sweepbridge.cli.options import (
    ConsecutiveOption,
    CountOption,
    EntityOption,
    ForwardOption,
    LauncherOption,
    PluginsOption,
    ProjectOption,
    QuietOption,
    StoreOption,
    SweepArgument,
    TermTimeoutOption,
    WandbHookOption,
    WorkersOption,
)
from sweepbridge.cli.screen import Screen, farewell, screen_of
from sweepbridge.engine import Engine
from sweepbridge.errors import UsageError
from sweepbridge.plugin import Launched
from sweepbridge.registry import Registry
from sweepbridge.store import Store
from sweepbridge.view.say import say

app = typer.Typer(add_completion=False, rich_markup_mode=None)

EXIT_CODES = {"over": 0, "count": 0, "failing": 1, "interrupted": 130}
"""What an agent exits with, by why it ended."""

NameOption = Annotated[
    str | None, typer.Option("--name", help="A name of its own: an agent that comes back gets its own trial again.")
]
PinnedOption = Annotated[
    str | None,
    typer.Option(
        "--backend", metavar="NAME", help="Search with this backend, or with NAME:METHOD, whatever the sweep says."
    ),
]


@app.command()
def agent(
    sweep: SweepArgument,
    count: CountOption = None,
    workers: WorkersOption = 1,
    name: NameOption = None,
    backend: PinnedOption = None,
    launcher: LauncherOption = "local",
    forward_signals: ForwardOption = False,
    term_timeout: TermTimeoutOption = None,
    max_consecutive_failed_runs: ConsecutiveOption = None,
    entity: EntityOption = None,
    project: ProjectOption = None,
    quiet: QuietOption = False,
    wandb_hook: WandbHookOption = False,
    store: StoreOption = None,
    plugins: PluginsOption = None,
) -> None:
    """Work on a sweep: take trials, run them, report."""
    del entity, project
    terms = Terms(forward_signals, term_timeout, max_consecutive_failed_runs)
    if wandb_hook:
        hear_wandb(Registry())
    memory = store_at(store, create=False)
    sweep_id = memory.sweep(bare_id(sweep)).id
    _refuse_one_name(name, workers)
    tell = (lambda _: None) if quiet else say
    screen = screen_of(OpenSweep(memory, sweep_id), quiet=quiet)
    if workers > 1 or launcher != "local" or screen.draws:
        engine = engine_for(sweep_id, memory, backend=backend, plugins=plugins or ())
        if backend is not None and screen.draws:
            _announce(engine, tell)
        named = () if name is None else ("--name", name)
        pinned = () if backend is None else ("--backend", backend)
        heard = (HOOK,) if wandb_hook else ()
        silent = ("--quiet",) if quiet or screen.draws else ()
        beside_it = (*named, *pinned, *heard, *silent, *plugin_words(plugins), *terms.options)
        launched = (
            Registry()
            .with_local(plugins)
            .launcher(launcher)
            .record.start(agent_command(sweep_id, memory, count, *beside_it), workers)
        )
        raise typer.Exit(_attended(launched, screen, forward_signals=forward_signals))
    if backend is not None:
        _announce(engine_for(sweep_id, memory, backend=backend, plugins=plugins or ()), tell)
    worked = work_on(
        sweep_id,
        memory,
        None,
        name=name or new_name(),
        count=count,
        backend=backend,
        terms=terms,
        say=tell,
        plugins=plugins or (),
    )
    tell(_farewell(worked))
    raise typer.Exit(EXIT_CODES[worked.ended])


def _refuse_one_name(name: str | None, workers: int) -> None:
    if name is not None and workers > 1:
        raise UsageError(
            "one name for several agents",
            found=f"--name {name} --workers {workers}",
            expected="a name for one agent: by its name, an agent that comes back gets its own trial again",
            fix="leave out --name, or start the agents one by one",
        )


def _attended(launched: Launched, screen: Screen, *, forward_signals: bool) -> int:
    """Wait for agents in processes of their own: on a terminal, with the sweep drawn. The exit code of all of them."""
    if not screen.draws:
        pulled = attend(launched, say, forward_signals=forward_signals)
        return 130 if pulled else max(1 if code else 0 for code in launched.exit_codes)
    screen.join()
    with screen.live():
        pulled = attend(launched, screen.say, screen.look, forward_signals=forward_signals)
        screen.look_again()
    farewell(OpenSweep(screen.store, screen.watched.sweep.id), say)
    codes = [code or 0 for code in launched.exit_codes]
    return 130 if pulled else codes[0] if len(codes) == 1 else max(1 if code else 0 for code in codes)


def agent_command(sweep_id: str, store: Store, count: int | None, *more: str) -> list[str]:
    """The command that starts one agent of a sweep, in any folder of this machine."""
    limit = ["--count", str(count)] if count is not None else []
    return [sys.executable, "-m", "sweepbridge", "agent", sweep_id, *_named(store), *limit, *more]


def plugin_words(plugins: Sequence[str] | None) -> list[str]:
    """How a command names the plugins that stand in files, from whatever folder it is called."""
    return [word for plugin in plugins or () for word in ("--plugin", os.path.abspath(plugin))]


def _named(store: Store) -> list[str]:
    """How the command names the store.

    Everybody on a machine can read its command lines. A password that was put into the environment stays there.
    """
    is_inherited = os.environ.get("SWEEPBRIDGE_STORE") == store.address
    return [] if is_inherited and store.has_password else ["--store", store.address]


def _announce(engine: Engine, tell: Callable[[str], None]) -> None:
    for notice in engine.plan.notices:
        tell(f"note: {notice}")
    tell(f"searching with {engine.who}, whatever the sweep says")


def _farewell(worked: Worked) -> str:
    failed = f", {worked.failed} failed" if worked.failed else ""
    return f"{worked.reason} ({worked.runs} runs by this agent{failed})"
