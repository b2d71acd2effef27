"""A searcher at work as the core puts it to work: trials begin, run side by side, and end as trials do."""

from __future__ import annotations

import copy
import json
import math
import random
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sweepbridge.plugin.border import border
from sweepbridge.plugin.contract import Backend, Problem, Searcher
from sweepbridge.plugin.kit.checks import Broken
from sweepbridge.space import Json, Params
from sweepbridge.trials import Suggestion, Trial, seed_of


@dataclass
class Watched:
    """A searcher whose failures are told in a sentence, and whose answers are suggestions or None."""

    searcher: Searcher
    told: int = 0
    """How many events it has been told."""

    def tell(self, trial: Trial) -> None:
        """Tell it an event."""
        what = "began" if trial.is_running else f"{trial.state}, with losses {trial.losses}"
        told = f"when told that trial {trial.number} {what}"
        with warnings.catch_warnings(), border(lambda error: Broken(f"tell() raised {error}, {told}")):
            warnings.simplefilter("ignore", UserWarning)  # that a trial is not what was suggested may well be said
            self.searcher.tell(trial)
        self.told += 1

    def ask(self, seed: int) -> Suggestion | None:
        """What it answers to a seed."""
        with border(lambda error: Broken(f"ask({seed}) raised {error}, after {self.told} events")):
            answer: object = self.searcher.ask(seed)
        if answer is None:
            return None
        if not isinstance(answer, Suggestion) or not isinstance(answer.params, Mapping):
            raise Broken(f"ask({seed}) answered {answer!r}, which is neither a Suggestion nor None")
        return answer


def started(backend: Backend, problem: Problem) -> Watched:
    """A searcher that has been told nothing yet."""
    with border(lambda error: Broken(f"start() raised {error}, for method {problem.method}")):
        return Watched(backend.start(problem))


@dataclass
class Play:
    """A searcher at work: several trials running at once, ended in any order, some of them failed or stopped."""

    backend: Backend
    problem: Problem
    chance: random.Random
    workers: int = 4
    log: list[Trial] = field(default_factory=list)
    """Every event so far, as a store would have it."""
    running: list[Trial] = field(default_factory=list)
    answers: list[Suggestion] = field(default_factory=list)
    """The suggestions that were taken up, as the searcher gave them."""

    def __post_init__(self) -> None:
        self.searcher = started(self.backend, self.problem)
        self.began = 0

    @property
    def next_seed(self) -> int:
        """The seed that the next trial will be asked with."""
        return seed_of(5, self.began)

    def rebuilt(self) -> Watched:
        """A fresh searcher that is told the log."""
        fresh = started(self.backend, self.problem)
        for trial in self.log:
            fresh.tell(trial)
        return fresh

    def moments(self, trials: int) -> Iterator[int]:
        """Play until `trials` have begun; yields before each one begins. Ends early when nothing is left."""
        while self.began < trials:
            if self.running and (len(self.running) >= self.workers or self.chance.random() < 0.4):
                self.end_one()
                continue
            yield self.began
            suggestion = self.searcher.ask(self.next_seed)
            if suggestion is not None:
                self.begin(suggestion)
            elif self.running:
                self.end_one()
            else:
                return

    def to(self, trials: int) -> Play:
        """Play until `trials` have begun, or nothing is left: this play."""
        for _ in self.moments(trials):
            pass
        return self

    def begin(self, suggestion: Suggestion) -> Trial:
        """Take a suggestion up as the next trial."""
        self.answers.append(suggestion)
        params, note = copy.deepcopy(dict(suggestion.params)), copy.deepcopy(dict(suggestion.note))
        trial = Trial(self.began, self.next_seed, "running", params, note)
        self.take(trial)
        return trial

    def take(self, trial: Trial) -> None:
        """Let a trial begin, whoever has named it."""
        self.running.append(trial)
        self.began += 1
        self.tell(trial)

    def end_one(self) -> None:
        """End any one of the running trials, as chance will have it."""
        self.end(self._ended(self.running[self.chance.randrange(len(self.running))]))

    def end(self, trial: Trial) -> None:
        """Let a running trial end as this."""
        self.running = [one for one in self.running if one.number != trial.number]
        self.tell(trial)

    def end_all(self) -> Play:
        """End every running trial: this play."""
        while self.running:
            self.end_one()
        return self

    def tell(self, trial: Trial) -> None:
        """Append an event to the log, and tell it to the searcher."""
        self.log.append(trial)
        self.searcher.tell(copy.deepcopy(trial))

    def finished(self, trial: Trial) -> Trial:
        """A running trial as it ends with results."""
        losses = losses_of(trial.params, self.problem.objectives)
        return replace(trial, state="finished", losses=losses, observations=losses[:1])

    def _ended(self, trial: Trial) -> Trial:
        losses = losses_of(trial.params, self.problem.objectives)
        match self.chance.random():
            case luck if luck < 0.08:
                return replace(trial, state="failed", reason="for the test")
            case luck if luck < 0.16:
                return replace(trial, state="failed", losses=losses, reason="for the test, with imputed losses")
            case luck if luck < 0.3:
                return replace(trial, state="stopped", losses=losses, observations=(losses[0] + 1, losses[0]))
            case _:
                return self.finished(trial)


def losses_of(params: Params, objectives: int = 1) -> tuple[float, ...]:
    """Any smooth-ish functions of whatever is in the params, one for each objective."""
    loss = sum(_weight(path, value) for path, value in params.items())
    return tuple(loss + objective for objective in range(objectives))


def text_of(suggestion: Suggestion | None) -> str:
    """A suggestion in a form in which two are equal exactly if they are the same, types included."""
    if suggestion is None:
        return "nothing"
    return f"{_canonical(dict(suggestion.params))} {_canonical(dict(suggestion.note))}"


def difference(one: Suggestion | None, other: Suggestion | None) -> str:
    """In what two suggestions differ, for people: the first values that do."""
    if one is None or other is None:
        return f"{_shown(one)} and {_shown(other)}"
    parts = [
        f"{kind}{key or repr(key)} = {mine.get(key)!r} and {theirs.get(key)!r}"
        for kind, mine, theirs in (("", one.params, other.params), ("note ", one.note, other.note))
        for key in [*mine, *(key for key in theirs if key not in mine)]
        if _canonical(mine.get(key)) != _canonical(theirs.get(key))
    ]
    return "; ".join(parts[:3]) + (f"; and {len(parts) - 3} more" if len(parts) > 3 else "")


def _shown(suggestion: Suggestion | None) -> str:
    return "nothing" if suggestion is None else "a suggestion"


def _canonical(value: object) -> str:
    try:
        return json.dumps(value, sort_keys=True, default=lambda other: f"{type(other).__name__} {other!r}")
    except (TypeError, ValueError):  # keys that can't be sorted, or a value that holds itself
        return repr(value)


def _weight(path: str, value: Json) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return math.sin(len(path)) * math.atan(value)
    return (len(repr(value)) % 7) / 7.0
