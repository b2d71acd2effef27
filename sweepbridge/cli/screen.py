"""A sweep on the screen while it goes on: drawn again and again on a terminal, else a line for each event.

Colours only repeat what words say, and none is told from another by red and green alone. `NO_COLOR` takes them away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.text import Text

from sweepbridge.agents.program import complaint_of
from sweepbridge.api import OpenSweep
from sweepbridge.engine import name_of
from sweepbridge.plugin import Trial
from sweepbridge.rundir import RunDir
from sweepbridge.store import Store, Sweep
from sweepbridge.view import words
from sweepbridge.view.status import best_text
from sweepbridge.view.watch import Watched, panel, watched_of

LOOK_S = 0.25
"""How often the store is read at the most, where there is something to draw."""


def _on_standard_error() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass
class Screen:
    """Shows a sweep as it goes on."""

    watched: Watched
    store: Store
    console: Console = field(default_factory=_on_standard_error)
    is_quiet: bool = False
    """Nothing is shown of what goes on; what is said by others is."""
    _live: Live | None = None
    _began: float = field(default_factory=time.monotonic)
    _looked: float = float("-inf")

    @property
    def draws(self) -> bool:
        """Whether there is a terminal to draw on."""
        return self.console.is_terminal and not self.console.is_dumb_terminal and not self.is_quiet

    @contextmanager
    def live(self) -> Iterator[None]:
        """Draw inside this block, where there is a terminal to draw on."""
        if not self.draws:
            yield
            return
        with Live(console=self.console, refresh_per_second=4, transient=True) as self._live:
            yield
        self._live = None

    def join(self) -> None:
        """Read what has been, and tell nothing of it: someone has come to a sweep that goes on already."""
        self.watched.join()
        self._began = time.monotonic() - self.watched.elapsed_before_s

    def look(self) -> None:
        """Show what is new. What is drawn is drawn again at most four times a second."""
        if self._live is None or time.monotonic() - self._looked >= LOOK_S:
            self.look_again()

    def look_again(self) -> None:
        """Show what is new, now."""
        self._looked = time.monotonic()
        if self.is_quiet:
            return
        for trial in self.watched.catch_up():
            self._tell(trial)
        if self._live is not None:
            elapsed_s, size = self._looked - self._began, self.console.size
            self._live.update(panel(self.watched, elapsed_s, size.width, height=size.height))

    def say(self, line: str) -> None:
        """Print one line above what is drawn."""
        self.console.print(Text(line))

    def _tell(self, trial: Trial) -> None:
        if self._live is None or trial.state == "failed":
            best = "  best so far" if self.watched.is_best(trial) else ""
            config = self.watched.config
            self.say(words.event(trial, config.objectives, name_of(config, trial)) + best)
        if trial.state == "failed":
            self._show_complaint(trial)

    def _show_complaint(self, trial: Trial) -> None:
        sweep_id = self.watched.sweep.id
        latest = self.store.trial(sweep_id, trial.number).runs
        complaint = complaint_of(RunDir.of(self.store.folder / "runs", sweep_id, trial.number, latest).stderr_file)
        if complaint:
            self.say(complaint)


def screen_of(opened: OpenSweep, *, console: Console | None = None, quiet: bool = False) -> Screen:
    """A screen for a stored sweep; on standard error, unless another console is given."""
    watched = watched_of(opened.store, opened.sweep, opened.config)
    return Screen(watched, opened.store, console or _on_standard_error(), is_quiet=quiet)


def farewell(opened: OpenSweep, tell: Callable[[str], None]) -> int:
    """Say how the sweep stands and what was best; 1 if every trial has failed, or more than may, else 0."""
    sweep, trials = opened.sweep, opened.trials
    tell(f"{sweep.id} {sweep.state}: {sweep.reason or _resume(sweep)}")
    print(best_text(sweep, opened.config, trials, runs=opened.store.folder / "runs"))
    if sweep.state == "failed":
        tell("the sweep ended with failures that the config does not allow")
        return 1
    return 1 if trials and all(record.trial.state == "failed" for record in trials) else 0


def _resume(sweep: Sweep) -> str:
    return f"to go on: sweepbridge agent {sweep.id}"
