"""The grid backend: every point of a finite space, once, in W&B's order or shuffled.

Trials take the points in turn, so the place in the order is all that there is to remember. A shuffled order is picked
by the seed of trial 0, which the log holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sweepbridge.plugin import Issue, Problem, Searcher, Suggestion, Trial, unknown_options
from sweepbridge.search.shuffle import shuffled
from sweepbridge.space import Grid, Space, Uniform, count_of, dotted, greatest, without_grid

ORDERS = ("sorted", "shuffled")


class GridBackend:
    """Hands out each point of the grid once, then ends. Its one option is the `order`."""

    name = "grid"
    methods = ("grid",)

    def check(self, problem: Problem) -> Iterable[Issue]:
        """Every parameter must have finitely many values, each as likely as the next."""
        yield from unknown_options(problem, known=("order",))
        order = problem.options.get("order", "sorted")
        if order not in ORDERS:
            yield Issue(found=f"order: {order}", expected=" or ".join(ORDERS), fix="order: sorted")
        for path in without_grid(problem.space):
            yield Issue(
                path=path,
                found=f"{problem.space[path]}",
                expected="a parameter with finitely many values: value, values, int_uniform or q_uniform",
                fix=f"give {dotted(path)} a list of values, or search with another method",
            )
        yield from _ends(problem.space)

    def start(self, problem: Problem) -> Searcher:
        """A searcher at the first point."""
        return _GridSearcher(Grid(problem.space), is_shuffled=problem.options.get("order") == "shuffled")


@dataclass
class _GridSearcher:
    grid: Grid
    is_shuffled: bool
    next: int = 0
    """The first place in the order whose point has not been taken."""
    ahead: set[int] = field(default_factory=set)
    """The points behind it that were taken out of turn: by trials that another sweep began."""
    key: int | None = None
    """The seed of trial 0; None until it has begun."""

    def tell(self, trial: Trial) -> None:
        if not trial.is_running:
            return
        self.key = trial.seed if self.key is None else self.key
        taken = self.grid.index(trial.params)
        if taken is not None:
            self.ahead.add(taken)
        while self.next < self.grid.size and (point := self._point(self.next, self.key)) in self.ahead:
            self.ahead.remove(point)
            self.next += 1

    def ask(self, seed: int) -> Suggestion | None:
        if self.next >= self.grid.size:
            return None
        return Suggestion(self.grid.point(self._point(self.next, seed if self.key is None else self.key)))

    def _point(self, place: int, key: int) -> int:
        """The number of the point at a place in the order."""
        return shuffled(place, self.grid.size, key=key) if self.is_shuffled else place


def _ends(space: Space) -> Iterator[Issue]:
    """What to know of each grid over a quantised uniform whose max is in, because W&B would leave it out."""
    for path, domain in space.items():
        if isinstance(domain, Uniform) and greatest(domain) == domain.high:
            yield Issue(
                path=path,
                found=f"{dotted(path)} from {domain.low} to {domain.high} in steps of {domain.quantum}",
                expected=f"{count_of(domain)} points, and max is one of them",
                fix="W&B counts from min, and leaves max out",
                refuses=False,
            )
