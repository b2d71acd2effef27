"""What a check looks at: one backend on one problem, and what is played of it once and looked at by many."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from sweepbridge.plugin.border import border
from sweepbridge.plugin.contract import Backend, Issue, Problem
from sweepbridge.plugin.kit.checks import Broken, Skipped
from sweepbridge.plugin.kit.fresh import Address
from sweepbridge.plugin.kit.play import Play, Watched, started
from sweepbridge.plugin.kit.spaces import DRAWN
from sweepbridge.space import Space, without_grid
from sweepbridge.trials import Suggestion, seed_of

DRAWS = 400
"""How many first suggestions are drawn, to see how they are distributed."""


@dataclass
class Case:
    """One backend on one problem."""

    backend: Backend
    problem: Problem
    trials: int = 30
    """How many trials a play begins."""
    address: Address | None = None
    """Where a new process finds the backend; None if it can't."""

    def start(self) -> Watched:
        """A searcher that has been told nothing yet."""
        return started(self.backend, self.problem)

    def play(self, seed: int = 0, workers: int = 4) -> Play:
        """A play that has not begun, with its own chance."""
        return Play(self.backend, self.problem, random.Random(seed), workers)

    @cached_property
    def played(self) -> Play:
        """A whole play, made once. Only to be looked at. Skipped if the backend does not get through one."""
        try:
            return self.play(seed=4).to(self.trials)
        except Broken as broken:
            raise Skipped(f"no play to look at: {broken}") from broken

    def on(self, space: Space, *, objectives: int = 1) -> Case:
        """The same backend and method on another space, or for a grid, on what it can go over. Skipped if refused."""
        if self.problem.method == "grid":
            space = Space({path: domain for path, domain in space.items() if path not in without_grid(space)})
        if not space:
            raise Skipped("there is no grid over any of its parameters")
        problem = replace(self.problem, space=space, objectives=objectives)
        refused = [issue for issue in self.checked(problem) if issue.refuses]
        if refused:
            raise Skipped(f"its check() refuses it: {refused[0].found}")
        return self if problem == self.problem else Case(self.backend, problem, self.trials, self.address)

    def lasting(self, trials: int) -> Case:
        """The same, where there will be so many trials: no backend need go on after its budget."""
        return replace(self, problem=replace(self.problem, budget=trials))

    def checked(self, problem: Problem) -> list[Issue]:
        """What the backend's `check` finds."""
        with border(lambda error: Broken(f"check() raised {error}, for method {problem.method}")):
            given: Iterable[object] = self.backend.check(problem)
            issues = list(given)
        strange = [issue for issue in issues if not isinstance(issue, Issue)]
        if strange:
            raise Broken(f"check() gave {strange[0]!r} in place of an Issue")
        return [issue for issue in issues if isinstance(issue, Issue)]

    @cached_property
    def drawn(self) -> list[Suggestion]:
        """What a searcher that has been told nothing answers to many seeds, in a space with one of every kind."""
        searcher = self.on(DRAWN).start()
        answers = (searcher.ask(seed_of(7, number)) for number in range(DRAWS))
        return [answer for answer in answers if answer is not None]
