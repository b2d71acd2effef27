"""The backend: what it is called, what it refuses, and how it starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sweepbridge.plugin import Issue, Problem, Searcher
from sweepbridge.space import IntegerRange, dotted
from sweepbridge_smac.options import OPTIONS, option_issues

_EXACT = 2**53
"""Up to here, a float tells every whole number from the next."""

PLANNED = 100
"""How many trials SMAC plans for where the sweep has no end; its own default."""


class SmacBackend:
    """Searches with SMAC's models and its ways to maximize them. `bayes` is the random forest."""

    name = "smac"
    methods = tuple(OPTIONS)
    libraries = ("smac", "ConfigSpace", "scikit-learn")

    def check(self, problem: Problem) -> Iterable[Issue]:
        """The options and the parameters; then SMAC makes the first trials, to see whether it can."""
        issues = [*option_issues(problem), *_too_many_numbers(problem)]
        if any(issue.refuses for issue in issues) or problem.method == "random":
            return issues
        return [*issues, *_design_issues(problem), *_no_end(problem)]

    def start(self, problem: Problem) -> Searcher:
        """A searcher that has been told nothing yet. Loads SMAC."""
        from sweepbridge_smac.searcher import SmacSearcher

        return SmacSearcher(problem)

    def describe(self, problem: Problem) -> Mapping[str, str]:
        """The hyperparameter that each parameter is to SMAC, by path."""
        from sweepbridge_smac.configurations import expression

        return {path: expression(path, axis) for path, axis in problem.space.axes.items()}


def _too_many_numbers(problem: Problem) -> Iterator[Issue]:
    for path, axis in problem.space.axes.items():
        if isinstance(axis, IntegerRange) and axis.high - axis.low >= _EXACT:
            yield Issue(
                path=path,
                found=f"{dotted(path)} from {axis.low} to {axis.high}",
                expected=f"at most 2**53 ({_EXACT}) whole numbers: SMAC searches them as floats",
                fix="a smaller range, or method: random, without a backend",
            )


def _design_issues(problem: Problem) -> Iterator[Issue]:
    """What SMAC says against the options of the first trials together."""
    from sweepbridge_smac.searcher import SmacSearcher

    try:
        SmacSearcher(problem).ask(0)
    except ValueError as error:
        found = ", ".join(f"{name} = {value!r}" for name, value in problem.options.items()) or "no options"
        yield Issue(f"options {found}", f"what SMAC takes: {error}", "change or remove one of them")


def _no_end(problem: Problem) -> Iterator[Issue]:
    if problem.budget is None and not {"n_configs"} & problem.options.keys():
        yield Issue(
            found="no run_cap",
            expected=f"how many trials there will be: SMAC plans for {PLANNED}, the first {PLANNED // 4} spread evenly",
            fix="run_cap: N, or the option n_configs",
            refuses=False,
        )
