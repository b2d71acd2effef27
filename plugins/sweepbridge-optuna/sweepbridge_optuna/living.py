"""A sampler that lives as long as the search, for those that remember what they did. Imports Optuna.

Optuna lets a sampler keep anything in itself, and nothing tells which do. So one that a config names is made once, and
hears of every trial as in a study of Optuna's. What it remembers is in no log: `Replayed` makes a fold of it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from optuna.samplers import BaseSampler

from sweepbridge.plugin import Problem, Replayed, Searcher, Suggestion, Trial
from sweepbridge_optuna.named import NamedSamplers
from sweepbridge_optuna.searcher import OptunaSearcher


def start(problem: Problem) -> Searcher:
    """A searcher with a sampler of the problem's own: one that lives on, unless the problem says `stateless`."""
    if problem.options.get("stateless"):
        return OptunaSearcher(problem, NamedSamplers(problem))
    return Replayed(lambda: Living(problem))


class Living:
    """One sampler at work. The seed of trial 0 is its own; after that it draws as it goes."""

    def __init__(self, problem: Problem) -> None:
        self._study = OptunaSearcher(problem, _One(NamedSamplers(problem)))

    def ask(self, seed: int) -> Suggestion:
        """Name the next trial."""
        return self._study.ask(seed)

    def began(self, trial: Trial) -> None:
        """Show it to the sampler as running."""
        self._study.tell(trial)

    def ended(self, trial: Trial) -> None:
        """Let the sampler learn from it, then show it as ended."""
        self._study.after_trial(trial)
        self._study.tell(trial)


class _One:
    """Makes one sampler, and gives it every time."""

    are_named = True

    def __init__(self, samplers: NamedSamplers) -> None:
        self._samplers = samplers
        self._made: BaseSampler | None = None

    def make(self, seed: int) -> BaseSampler:
        """The one sampler; the first seed that is given is its own."""
        if self._made is None:
            self._made = self._samplers.make(seed)
        return self._made

    def at_work(self, seed: int) -> AbstractContextManager[None]:
        """As for one that does not live on."""
        return self._samplers.at_work(seed)
