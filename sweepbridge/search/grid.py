"""The grid backend: every point of a finite space, once, in W&B's order.

The n-th trial is the n-th point, so the number of trials that have begun is all that there is to remember.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sweepbridge.plugin import Issue, Problem, Searcher, Suggestion, Trial, unknown_options
from sweepbridge.space import Grid, dotted, without_grid


class GridBackend:
    """Hands out each point of the grid once, then ends."""

    name = "grid"
    methods = ("grid",)

    def check(self, problem: Problem) -> Iterable[Issue]:
        """Every parameter must have finitely many values, each as likely as the next."""
        yield from unknown_options(problem, known=())
        for path in without_grid(problem.space):
            yield Issue(
                path=path,
                found=f"{problem.space[path]}",
                expected="a parameter with finitely many values: value, values, int_uniform or q_uniform",
                fix=f"give {dotted(path)} a list of values, or search with another method",
            )

    def start(self, problem: Problem) -> Searcher:
        """A searcher at the first point."""
        return _GridSearcher(Grid(problem.space))


@dataclass
class _GridSearcher:
    grid: Grid
    begun: int = 0

    def tell(self, trial: Trial) -> None:
        if trial.is_running:
            self.begun += 1

    def ask(self, seed: int) -> Suggestion | None:  # noqa: ARG002  # a grid leaves nothing to chance
        return Suggestion(self.grid.point(self.begun)) if self.begun < self.grid.size else None
