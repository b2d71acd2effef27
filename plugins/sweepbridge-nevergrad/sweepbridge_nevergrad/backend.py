"""The backend: what it is called, what it refuses, and how it starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sweepbridge.plugin import Issue, Problem, Searcher
from sweepbridge.space import IntegerRange, dotted
from sweepbridge_nevergrad.layout import layout
from sweepbridge_nevergrad.options import BUDGET, chosen, option_issues

_EXACT = 2**53
"""Up to here, a float tells every whole number from the next."""


class NevergradBackend:
    """Searches with any optimizer of nevergrad's registry. The default is NGOpt, which picks one itself.

    `bayes` and `nevergrad` are one method: the first keeps a file of W&B's as it is, the second says what it is.
    """

    name = "nevergrad"
    methods = ("bayes", "nevergrad")
    libraries = ("nevergrad", "numpy")

    def check(self, problem: Problem) -> Iterable[Issue]:
        """The options, then the optimizer itself, tried out on the problem. Loads nevergrad."""
        issues = list(option_issues(problem))
        return issues or [*_optimizer_issues(problem), *_no_end(problem), *_too_many_numbers(problem)]

    def start(self, problem: Problem) -> Searcher:
        """A searcher that has been told nothing yet. Loads nevergrad."""
        from sweepbridge_nevergrad.searcher import start

        return start(problem)

    def describe(self, problem: Problem) -> Mapping[str, str]:
        """The part of nevergrad's parametrization that each parameter is, by path."""
        return layout(problem.space).expressions()


def _optimizer_issues(problem: Problem) -> Iterator[Issue]:
    from sweepbridge_nevergrad.optimizers import name_issues, trial_issues

    options = chosen(problem)
    issues = list(name_issues(options.optimizer))
    if not issues and problem.space.axes:
        issues = list(trial_issues(problem, options, layout(problem.space)))
    yield from issues


def _no_end(problem: Problem) -> Iterator[Issue]:
    if problem.budget is None:
        yield Issue(
            found="no run_cap",
            expected=f"how many trials there will be: nevergrad plans for them, and for {BUDGET} if it is not told",
            fix="run_cap: N",
            refuses=False,
        )


def _too_many_numbers(problem: Problem) -> Iterator[Issue]:
    for path, axis in problem.space.axes.items():
        if isinstance(axis, IntegerRange) and axis.high - axis.low >= _EXACT:
            yield Issue(
                path=path,
                found=f"{dotted(path)} from {axis.low} to {axis.high}",
                expected=f"at most 2**53 ({_EXACT}) whole numbers: nevergrad searches them as floats",
                fix="nothing, if it does not matter that some of the numbers are never drawn",
                refuses=False,
            )
