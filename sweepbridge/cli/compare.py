"""`sweepbridge compare FILE --backends A,B`: the user's own sweep under several backends, side by side."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, TypeAlias

import typer

from sweepbridge.agents.program import check
from sweepbridge.agents.workers import attend
from sweepbridge.api import new_sweep, store_at
from sweepbridge.cli.agent import agent_command
from sweepbridge.cli.files import placed
from sweepbridge.cli.options import FileArgument, LauncherOption, StoreOption, WorkersOption
from sweepbridge.cli.tables import show, table
from sweepbridge.engine import Round, left_over, outcome, rounds, simulate, synthetic, value_of
from sweepbridge.plugin import Json, Launcher
from sweepbridge.registry import Registry
from sweepbridge.spec import Objective, load_file
from sweepbridge.store import Store
from sweepbridge.view.bar import Bar
from sweepbridge.view.compared import json_of, sentence_of, table_of
from sweepbridge.view.comparing import Comparison, Outcomes, compare
from sweepbridge.view.say import say

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Format(str, Enum):
    """How to print."""

    text = "text"
    json = "json"


BackendsOption = Annotated[
    str, typer.Option("--backends", metavar="A,B,…", help="The backends, each NAME or NAME:METHOD.")
]
TrialsOption = Annotated[int, typer.Option("--trials", "-n", min=1, help="How many trials each sweep has.")]
SeedsOption = Annotated[int, typer.Option("--seeds", "-k", min=1, help="How many sweeps each backend has.")]
FirstSeedOption = Annotated[int, typer.Option("--seed", min=0, help="The first seed; the others count on from it.")]
SimulateOption = Annotated[
    bool, typer.Option("--simulate", help="Run nothing: a synthetic function on the sweep's own space is searched.")
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on with what an earlier call with the same words has left.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="For people, or one JSON object.")]

Losses: TypeAlias = list[float | None]


@app.command("compare")
def compare_backends(
    file: FileArgument,
    backends: BackendsOption,
    trials: TrialsOption = 30,
    seeds: SeedsOption = 5,
    seed: FirstSeedOption = 0,
    is_simulated: SimulateOption = False,
    workers: WorkersOption = 1,
    resume: ResumeOption = False,
    style: FormatOption = Format.text,
    launcher: LauncherOption = "local",
    store: StoreOption = None,
) -> None:
    """Run a sweep under several backends, and show which of them does best."""
    registry, loaded = Registry(), load_file(file)
    whos = [who.strip() for who in backends.split(",") if who.strip()]
    todo = placed(loaded, lambda: rounds(loaded.config, registry, whos, trials=trials, seeds=range(seed, seed + seeds)))
    for notice in dict.fromkeys([*map(str, loaded.warnings), *(note for one in todo for note in one.plan.notices)]):
        say(f"note: {notice}")
    sight = Sight(loaded.config.objectives[0], is_simulated)
    screen = Screen(trials * len(todo), sight)
    if is_simulated:
        play: Simulated | Real = Simulated(trials, workers, screen)
    else:
        check(loaded.config.command, loaded.config.program, os.environ)
        play = Real(store_at(store), registry.launcher(launcher).record, workers, resume, screen)
    with screen.live():
        outcomes, is_whole = _played(todo, play, screen)
    compared = compare(outcomes, trials) if all(outcomes.values()) else None
    if style is Format.json:
        print(json.dumps(sight.json(compared, file), ensure_ascii=False))
    else:
        sight.show(compared)
    if not is_whole:
        say("interrupted" + ("" if is_simulated else "; to go on: the same words with --resume"))
        raise typer.Exit(130)
    raise typer.Exit(1 if compared is None or any(one.has_nothing for one in compared.contestants) else 0)


def _played(todo: list[Round], play: Callable[[Round], Losses | None], screen: Screen) -> tuple[Outcomes, bool]:
    """What came out of the seeds that all backends have had; and whether these are all."""
    played: dict[str, list[Losses]] = {one.who: [] for one in todo}
    is_whole = True
    for one in todo:
        screen.begin(one)
        try:
            losses = play(one)
        except KeyboardInterrupt:
            losses = None
        if losses is None:
            is_whole = False
            break
        screen.over(one, losses)
        played[one.who].append(losses)
    seeds = min(map(len, played.values()))
    return {who: own[:seeds] for who, own in played.items()}, is_whole


@dataclass(frozen=True)
class Simulated:
    """Carries a round out without any runs. Its seed is the function's number as well."""

    trials: int
    at_once: int
    screen: Screen

    def __call__(self, one: Round) -> Losses:
        """What the trials came to."""
        function = synthetic(one.plan.problem.space, one.seed)
        losses: Losses = []
        for trial in simulate(one.plan, function, seed=one.seed, trials=self.trials, at_once=self.at_once):
            losses.append(trial.loss)
            self.screen.ended(len(losses))
        return losses


@dataclass(frozen=True)
class Real:
    """Carries a round out as the ordinary sweep that it is, by ordinary agents."""

    store: Store
    launcher: Launcher
    workers: int
    is_resumed: bool
    screen: Screen

    def __call__(self, one: Round) -> Losses | None:
        """What the trials came to; None if a person has interrupted it."""
        sweep = left_over(self.store, one) if self.is_resumed else None
        sweep = sweep or new_sweep(one.plan, seed=one.seed, store=self.store)
        pulled = 0
        if not sweep.is_over:
            agents = self.launcher.start(agent_command(sweep.id, self.store, None, "--quiet"), self.workers)
            pulled = attend(agents, self.screen.say, lambda: self._look(sweep.id))
        return None if pulled else outcome(self.store, sweep.id)

    def _look(self, sweep_id: str) -> None:
        counts = self.store.counts(sweep_id)
        self.screen.ended(sum(counts[state] for state in ("finished", "stopped", "failed")))


class Screen:
    """A bar over all trials on a terminal, else a line for each round."""

    def __init__(self, total: int, sight: Sight) -> None:
        self._sight = sight
        self._bar = Bar("", total)
        self._before = 0
        """How many trials the rounds before had."""
        self._now = 0

    @contextmanager
    def live(self) -> Iterator[None]:
        """Draw inside this block."""
        with self._bar:
            yield

    def begin(self, one: Round) -> None:
        """A round begins."""
        self._before, self._now = self._before + self._now, 0
        self._bar.move(self._before, f"{one.who}, seed {one.seed}")

    def ended(self, trials: int) -> None:
        """So many trials of the round have ended."""
        self._now = trials
        self._bar.move(self._before + trials)

    def say(self, line: str) -> None:
        """Print one line, above the bar where there is one."""
        self._bar.say(line)

    def over(self, one: Round, losses: Losses) -> None:
        """The round is over."""
        self._now = len(losses)
        if not self._bar.console.is_terminal:
            self.say(f"{one.who}, seed {one.seed}: {len(losses)} trials, {self._sight.best(losses)}")


@dataclass(frozen=True)
class Sight:
    """How a comparison is shown: in the metric's own sign, or as the loss of functions whose best is 0."""

    objective: Objective
    is_simulated: bool

    def value(self, loss: float) -> float:
        """What is shown for a loss."""
        return loss if self.is_simulated else value_of(self.objective, loss)

    def best(self, losses: Losses) -> str:
        """The best of them, for people."""
        found = [loss for loss in losses if loss is not None]
        name = "loss" if self.is_simulated else self.objective.name
        return f"best {name}={self.value(min(found)):.6g}" if found else "none with a result"

    def show(self, compared: Comparison | None) -> None:
        """Print it for people."""
        if compared is None:
            say("no seed was finished under all backends: there is nothing to compare yet")
            return
        what = "loss of the synthetic functions" if self.is_simulated else self.objective.name
        show(f"best {what} after so many trials, median of {compared.seeds} seeds; the rank is that after the last")
        show(table_of(compared, table(), self.value))
        for pair in compared.pairs:
            show(sentence_of(pair))

    def json(self, compared: Comparison | None, file: str) -> dict[str, Json]:
        """The same for programs."""
        about: dict[str, Json] = {"file": file, "simulated": self.is_simulated}
        about |= (
            {"metric": "loss", "goal": "minimize"}
            if self.is_simulated
            else {"metric": self.objective.name, "goal": self.objective.goal}
        )
        return (
            json_of(compared, self.value, **about) if compared else {**about, "seeds": 0, "backends": [], "pairs": []}
        )
