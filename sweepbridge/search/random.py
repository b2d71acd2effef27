"""The random backend: every parameter drawn on its own, by its quantile function.

What a trial draws depends on its seed alone, so any number of agents in any order draw the same trials.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from sweepbridge.plugin import Issue, Problem, Searcher, Suggestion, Trial, unknown_options
from sweepbridge.space import Space


class RandomBackend:
    """Draws each trial from the space's own distributions, without end."""

    name = "random"
    methods = ("random",)

    def check(self, problem: Problem) -> Iterable[Issue]:
        """Every space can be drawn from; there are no options."""
        return unknown_options(problem, known=())

    def start(self, problem: Problem) -> Searcher:
        """A searcher that looks at nothing but the seed."""
        return _RandomSearcher(problem.space)


@dataclass(frozen=True)
class _RandomSearcher:
    space: Space

    def tell(self, trial: Trial) -> None:
        """Nothing to remember."""

    def ask(self, seed: int) -> Suggestion:
        # W&B: one uniform number for each parameter, in the order of their names.
        chance = random.Random(seed)
        return Suggestion(self.space.decode({path: chance.random() for path in self.space}))
