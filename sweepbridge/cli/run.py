"""`sweepbridge run FILE`: create a sweep and work through it, with its progress on the screen."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from sweepbridge.agents.program import check, complaint_of
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
    SeedOption,
    StoreOption,
    TermTimeoutOption,
    WandbHookOption,
    WorkersOption,
    YesOption,
)
from sweepbridge.cli.sizes import ask_about_size
from sweepbridge.engine import Plan
from sweepbridge.plugin import Trial
from sweepbridge.registry import Registry
from sweepbridge.store import Store, Sweep
from sweepbridge.view import words
from sweepbridge.view.say import say
from sweepbridge.view.sizes import size_text
from sweepbridge.view.status import best_text
from sweepbridge.view.watch import Watched, panel

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
    sweep = new_sweep(decided, seed=seed, store=memory, prior_runs=prior_run or ())
    for notice in (*map(str, warnings), *decided.notices):
        say(f"note: {notice}")
    say(", ".join([f"sweep {sweep.id}: {sweep.method} by {sweep.backend}, seed {sweep.seed}", *_size(decided)]))
    spared = decided.spared(prior.params for prior in memory.priors(sweep.id))
    screen = Screen(Watched(memory, sweep, decided.config, decided.trials_without(len(spared))), memory)
    with screen.live():
        beside_it = ("--quiet", *((HOOK,) if wandb_hook else ()), *plugin_words(plugins), *terms.options)
        agents = start(agent_command(sweep.id, memory, count, *beside_it), workers)
        pulled = attend(agents, screen.say, screen.look, forward_signals=forward_signals)
        screen.look()
    code = _farewell(OpenSweep(memory, sweep.id))
    raise typer.Exit(130 if pulled else max([code, *(1 for ended in agents.exit_codes if ended)]))


@dataclass
class Screen:
    """Shows a sweep as it goes on: drawn again and again on a terminal, else a line for each event."""

    watched: Watched
    store: Store
    console: Console = field(default_factory=lambda: Console(stderr=True, highlight=False, soft_wrap=True))
    _live: Live | None = None
    _began: float = field(default_factory=time.monotonic)
    _looked: float = float("-inf")

    @contextmanager
    def live(self) -> Iterator[None]:
        """Draw inside this block, where there is a terminal to draw on."""
        if not self.console.is_terminal:
            yield
            return
        with Live(console=self.console, refresh_per_second=4, transient=True) as self._live:
            yield
        self._live = None

    def look(self) -> None:
        """Show what is new. Reads the store at most four times a second."""
        if self._live is not None and time.monotonic() - self._looked < 0.25:
            return
        self._looked = time.monotonic()
        for trial in self.watched.catch_up():
            self._tell(trial)
        if self._live is not None:
            self._live.update(panel(self.watched, self._looked - self._began, self.console.width))

    def say(self, line: str) -> None:
        """Print one line above what is drawn."""
        self.console.print(Text(line))

    def _tell(self, trial: Trial) -> None:
        if self._live is None or trial.state == "failed":
            best = "  best so far" if self.watched.is_best(trial) else ""
            self.say(words.event(trial, self.watched.config.objectives) + best)
        if trial.state == "failed":
            self._show_complaint(trial)

    def _show_complaint(self, trial: Trial) -> None:
        sweep_id = self.watched.sweep.id
        latest = self.store.trial(sweep_id, trial.number).runs
        complaint = complaint_of(self.store.folder / "runs" / sweep_id / f"{trial.number}-{latest}" / "stderr.log")
        if complaint:
            self.say(complaint)


def _size(plan: Plan) -> list[str]:
    text = size_text(plan)
    return [text] if text else []


def _farewell(opened: OpenSweep) -> int:
    """Say how the sweep stands and what was best; 1 if every trial has failed, or more than may, else 0."""
    sweep, trials = opened.sweep, opened.trials
    say(f"{sweep.id} {sweep.state}: {sweep.reason or _resume(sweep)}")
    print(best_text(sweep, opened.config, trials, runs=opened.store.folder / "runs"))
    if sweep.state == "failed":
        say("the sweep ended with failures that the config does not allow")
        return 1
    return 1 if trials and all(record.trial.state == "failed" for record in trials) else 0


def _resume(sweep: Sweep) -> str:
    return f"to go on: sweepbridge agent {sweep.id}"
