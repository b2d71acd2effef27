"""The backend: what it is called, what it refuses, and how it starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sweepbridge.plugin import Issue, Native, Problem, Searcher
from sweepbridge.space import IntegerRange, dotted
from sweepbridge_hyperopt.expressions import expression
from sweepbridge_hyperopt.options import option_issues
from sweepbridge_hyperopt.searcher import HyperoptSearcher

_EXACT = 2**53
"""Up to here, a float tells every whole number from the next."""


class HyperoptBackend:
    """Searches with hyperopt's own suggest functions; sweepbridge remembers the trials."""

    name = "hyperopt"
    methods = ("bayes", "tpe", "random", "anneal")
    libraries = ("hyperopt",)

    def check(self, problem: Problem) -> Iterable[Issue]:
        """Hyperopt minimizes one loss, and draws whole numbers as floats."""
        yield from option_issues(problem)
        if problem.objectives > 1:
            yield Issue(
                found=f"{problem.objectives} objectives",
                expected="one objective: hyperopt minimizes a single loss",
                fix="keep one metric, or search with a backend for several, such as optuna with method nsga2",
            )
        for path, axis in problem.space.axes.items():
            if isinstance(axis, IntegerRange) and axis.high - axis.low >= _EXACT:
                yield Issue(
                    path=path,
                    found=f"{dotted(path)} from {axis.low} to {axis.high}",
                    expected=f"at most 2**53 ({_EXACT}) whole numbers: hyperopt draws them as floats",
                    fix="nothing, if it does not matter that some of the numbers are never drawn",
                    refuses=False,
                )

    def start(self, problem: Problem) -> Searcher:
        """A searcher that has been told nothing yet. Loads hyperopt."""
        import hyperopt

        return HyperoptSearcher(hyperopt, problem)

    def describe(self, problem: Problem) -> Mapping[str, str]:
        """The `hp` call of each parameter that is searched, by path."""
        calls = ((path, expression(problem.space[path])) for path in problem.space.axes)
        return {path: Native(its.call(path)) if its.is_native else its.call(path) for path, its in calls}
