"""A sweep as it goes on: a fold over its log that reads only what is new, and how it looks on a terminal."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.text import Text

from sweepbridge.engine import name_of, value_of
from sweepbridge.plugin import Trial
from sweepbridge.space import Params, every_point
from sweepbridge.spec import SweepConfig
from sweepbridge.store import Store, Sweep
from sweepbridge.store.taking_in import TakingIn, taking_in
from sweepbridge.view import words

BARS = "▁▂▃▄▅▆▇█"

AROUND = 7
"""How many lines of a terminal are not for running trials."""

TAKING_IN = 3
"""How many agents are shown that take in a long log. They come to it at once, and are done at about the same time."""


@dataclass
class Watched:
    """What has happened in one sweep so far."""

    store: Store
    sweep: Sweep
    config: SweepConfig
    total: int | None
    """How many trials there will be; None if there is no end."""
    ended_before: int = 0
    """How many trials had ended when we came to look; what is left is told from those that have ended since."""
    elapsed_before_s: float = 0.0
    """How old the sweep was then."""
    began: int = 0
    ended: int = 0
    states: dict[str, int] = field(default_factory=lambda: {"finished": 0, "stopped": 0, "failed": 0})
    running: dict[int, Trial] = field(default_factory=dict)
    best: Trial | None = None
    failed: Trial | None = None
    """The one that failed last."""
    taking_in: list[TakingIn] = field(default_factory=list)
    """The agents of this machine that take in the log, where that takes long: they have no trial yet."""
    history: list[float] = field(default_factory=list)
    """The best loss after each trial that ended with a result."""
    _position: int = 0
    _cursor: int = 0
    _last: dict[int, float] = field(default_factory=dict)

    def join(self) -> None:
        """Read what has been, for someone who has come to a sweep that may go on already."""
        self.catch_up()
        self.ended_before, self.elapsed_before_s = self.ended, self.store.age(self.sweep.id)

    def catch_up(self) -> list[Trial]:
        """Read what is new; the trials of the new events, in order, without those that ran before the sweep."""
        self.sweep = self.store.sweep(self.sweep.id)
        events = self.store.events(self.sweep.id, since=self._position)
        for event in events:
            self._position += 1
            self._take(event.trial)
        self.taking_in = taking_in(self.store.folder, self.sweep.id)
        for point in self.store.curves(self.sweep.id, since=self._cursor):
            self._cursor = point.cursor
            self._last[point.trial] = point.loss
        return [event.trial for event in events if not event.trial.is_prior]

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen any more, unless a person resumes it."""
        return self.sweep.is_over and not self.running

    def is_best(self, trial: Trial) -> bool:
        """Whether a trial is the best so far."""
        return self.best is not None and self.best.number == trial.number and not trial.is_running

    def last_metric(self, number: int) -> str:
        """The first objective's last logged value in a running trial; empty before there is one."""
        if number not in self._last or not self.config.objectives:
            return ""
        objective = self.config.objectives[0]
        return f"{objective.name}={value_of(objective, self._last[number]):.6g}"

    def _take(self, trial: Trial) -> None:
        if not trial.is_prior:
            self._count(trial)
        if trial.is_running or trial.state == "failed" or trial.losses is None:
            return
        if self.best is None or self.best.loss is None or trial.losses[0] < self.best.loss:
            self.best = trial
        assert self.best.loss is not None
        self.history.append(self.best.loss)

    def _count(self, trial: Trial) -> None:
        if trial.is_running:
            self.began += 1
            self.running[trial.number] = trial
            return
        self.ended += 1
        self.states[trial.state] += 1
        self.failed = trial if trial.state == "failed" else self.failed
        self.running.pop(trial.number, None)


def watched_of(store: Store, sweep: Sweep, config: SweepConfig) -> Watched:
    """A stored sweep, of which nothing is read yet."""
    priors = [prior.params for prior in store.priors(sweep.id)]
    return Watched(store, sweep, config, total_of(config, sweep.method, priors))


def total_of(config: SweepConfig, method: str, priors: Sequence[Params]) -> int | None:
    """How many trials a stored sweep will have at the most; None if there is no end. Needs no plugin.

    A point of a finite space that ran before, as one of `priors` did, does not run again.
    """
    points = config.space.size if method == "grid" or config.skips_duplicates else None
    grid = every_point(config.space) if points is not None else None
    if points is None or grid is None:
        return config.run_cap
    spared = {grid.index(params) for params in priors} - {None}
    return min(points - len(spared), config.run_cap or points)


def panel(watched: Watched, elapsed_s: float, width: int, *, height: int = 24) -> RenderableType:
    """The sweep as it stands, to be drawn again and again: progress, the running trials, the best so far."""
    parts: list[RenderableType] = [Text(headline(watched, elapsed_s))]
    if watched.total:
        parts.append(_bar(watched.ended, watched.total, width))
    for one in watched.taking_in[:TAKING_IN]:
        parts += [_line(taking_in_words(one)), _bar(one.done, one.total, width)]
    parts += _running(watched, max(3, height - AROUND))
    if watched.best is not None:
        found = words.objectives(watched.config.objectives, watched.best.losses)
        parts.append(_line(f"best {watched.best.number:<5} {found:<20} {_named(watched, watched.best)}", "bold"))
        parts.append(_line(f"           {sparkline(watched.history, min(60, width - 12))}", "cyan"))
    return Group(*parts)


def headline(watched: Watched, elapsed_s: float) -> str:
    """How far the sweep is, in one line: trials, their states, how long it has taken, and about how long it will."""
    of = f"/{watched.total}" if watched.total else ""
    counts = [f"{count} {state}" for state, count in watched.states.items() if count]
    parts = [f"{watched.sweep.id}  {watched.ended}{of} ended", *counts, words.duration(elapsed_s)]
    if watched.sweep.state != "running":
        parts.insert(1, watched.sweep.state)
    seen = watched.ended - watched.ended_before
    if watched.total and seen and watched.ended < watched.total and not watched.sweep.is_over:
        left = (elapsed_s - watched.elapsed_before_s) / seen * (watched.total - watched.ended)
        parts.append(f"about {words.duration(left)} left")
    return " · ".join(parts)


_TALLEST = 4.0
"""How many times as far from the best as the median a bar may reach."""


def sparkline(losses: Sequence[float], width: int) -> str:
    """The best loss so far as a row of bars, the latest at the right; the lower, the better."""
    if not losses:
        return ""
    step = max(1, -(-len(losses) // width))
    shown = losses[::-1][::step][::-1]
    # Halves, because the difference of two losses may be more than a float can hold.
    low = min(shown)
    heights = [loss / 2 - low / 2 for loss in shown]
    # A bad first trial is cut off, or all that comes after it would look alike.
    top = min(max(heights), _TALLEST * statistics.median(heights) or math.inf) or 1.0
    return "".join(BARS[int(min(height / top, 1.0) * (len(BARS) - 1))] for height in heights)


def taking_in_words(one: TakingIn) -> str:
    """How far an agent is with the log."""
    return f"{one.agent} takes in the log: {one.done} of {one.total} events"


def _bar(done: int, total: int, width: int) -> RenderableType:
    bar = ProgressBar(
        total=total, completed=done, width=min(width - 2, 60), complete_style="cyan", finished_style="cyan"
    )
    return Padding(bar, 0)  # a bar alone ends without a new line


def _running(watched: Watched, most: int) -> list[Text]:
    """A line for each running trial, cut off where the terminal ends, and one for those that have no room."""
    running = sorted(watched.running.items())
    lines = [
        _line(f"trial {number:<4} {watched.last_metric(number) or '…':<20} {_named(watched, trial)}")
        for number, trial in running[:most]
    ]
    return [*lines, _line(f"… and {len(running) - most} more")] if len(running) > most else lines


def _named(watched: Watched, trial: Trial) -> str:
    """A trial's parameters, behind its name."""
    return f"{name_of(watched.config, trial):<16}  {words.params(trial.params)}"


def _line(text: str, style: str = "") -> Text:
    return Text(text, style=style, overflow="ellipsis", no_wrap=True)
