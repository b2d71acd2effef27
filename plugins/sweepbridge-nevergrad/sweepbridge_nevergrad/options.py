"""The options of a problem: which optimizer, and for how many trials at once. Imports no nevergrad."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sweepbridge.plugin import Issue, Problem, unknown_options

DEFAULT = "NGOpt"
"""The optimizer, by its name in nevergrad's registry, that searches where the config names none."""

WORKERS = 2
"""What nevergrad is told where the config says nothing: another agent may join a sweep at any time.

For one worker it may pick an optimizer that wants each result before it names the next point. So with `num_workers: 1`
a sweep has one trial at a time, whoever joins.
"""

BUDGET = 100
"""How many trials an optimizer plans for where the sweep has no end: most of nevergrad's need a number."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a problem comes to, in nevergrad's words."""

    optimizer: str
    num_workers: int
    budget: int


def chosen(problem: Problem) -> Options:
    """The options of a problem that `check` has nothing against."""
    optimizer = problem.options.get("optimizer", DEFAULT)
    num_workers = problem.options.get("num_workers", WORKERS)
    assert isinstance(optimizer, str), optimizer
    assert isinstance(num_workers, int), num_workers
    return Options(optimizer, num_workers, problem.budget or BUDGET)


def option_issues(problem: Problem) -> Iterator[Issue]:
    """What is wrong with the options, but for the optimizer's name, which only nevergrad can know."""
    yield from unknown_options(problem, known=("num_workers", "optimizer"))
    optimizer = problem.options.get("optimizer", DEFAULT)
    workers = problem.options.get("num_workers", WORKERS)
    if not isinstance(optimizer, str):
        yield Issue(
            found=f"option optimizer = {optimizer!r}",
            expected="the name of one of nevergrad's optimizers",
            fix=f"optimizer: {DEFAULT}",
        )
    if type(workers) is not int or workers < 1:
        yield Issue(
            found=f"option num_workers = {workers!r}",
            expected="a whole number from 1 up: how many trials may run at once",
            fix="write about as many as you have agents, or remove num_workers",
        )
