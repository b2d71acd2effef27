"""The backend: what Optuna can do with a problem, checked before the first trial.

Modules that import Optuna are imported in the methods that need them, never at the top.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec

from sweepbridge.plugin import Issue, Problem, Searcher
from sweepbridge.space import Category
from sweepbridge_optuna.methods import METHODS

OF_ANY_SAMPLER = "bayes"
"""The method that searches with whatever sampler `sampler: package.module:Class` names."""


class OptunaBackend:
    """Searches with Optuna's samplers. `bayes` is TPE."""

    name = "optuna"
    methods: Sequence[str] = tuple(METHODS)

    @property
    def libraries(self) -> Sequence[str]:
        """Optuna, and of what some samplers need, what is installed."""
        others = sorted({name for method in METHODS.values() for name in method.needs})
        return ("optuna", *(name for name in others if find_spec(name) is not None))

    def check(self, problem: Problem) -> Iterable[Issue]:
        """Missing packages, objectives, parameters and options: all that is wrong, in this order."""
        if "sampler" in problem.options:
            return _issues_with_its_own_sampler(problem)
        from sweepbridge_optuna.samplers import sampler_issues

        return [
            *_missing_packages(problem),
            *_too_many_objectives(problem),
            *(_beyond_cmaes(problem) if problem.method == "cmaes" else ()),
            *sampler_issues(problem),
        ]

    def start(self, problem: Problem) -> Searcher:
        """A searcher that has been told nothing yet."""
        if "sampler" in problem.options:
            from sweepbridge_optuna.living import start

            return start(problem)
        from sweepbridge_optuna.searcher import OptunaSearcher

        return OptunaSearcher(problem)

    def provenance(self, problem: Problem) -> Mapping[str, str]:
        """Who provides the sampler that the problem names, and in which version; nothing if it names none."""
        if "sampler" not in problem.options:
            return {}
        from sweepbridge_optuna.named import source

        return dict([source(str(problem.options["sampler"]))])

    def describe(self, problem: Problem) -> Mapping[str, str]:
        """The distribution that the sampler draws each parameter from, by path."""
        from sweepbridge_optuna.distributions import distributions

        return {path: repr(distribution) for path, distribution in distributions(problem).items()}


def _issues_with_its_own_sampler(problem: Problem) -> Iterable[Issue]:
    from sweepbridge_optuna.living import start
    from sweepbridge_optuna.named import named_issues

    if problem.method != OF_ANY_SAMPLER:
        return [
            Issue(
                found=f"method {problem.method}, and option sampler = {problem.options['sampler']!r}",
                expected=f"one of them: {problem.method} names a sampler of optuna's own",
                fix=f"method: {OF_ANY_SAMPLER}, or remove sampler",
            )
        ]
    return named_issues(problem, start)


def _missing_packages(problem: Problem) -> Iterator[Issue]:
    method = METHODS[problem.method]
    if method.missing:
        yield Issue(
            found=f"method {problem.method}, and {' and '.join(method.missing)} not installed",
            expected=f"{' and '.join(method.needs)}, which optuna's {method.sampler} needs",
            fix=f'pip install "sweepbridge-optuna[{method.extra}]"',
        )


def _too_many_objectives(problem: Problem) -> Iterator[Issue]:
    if problem.objectives > 1 and not METHODS[problem.method].several:
        able = ", ".join(name for name, method in METHODS.items() if method.several)
        yield Issue(
            found=f"method {problem.method} with {problem.objectives} objectives",
            expected=f"one objective, or one of the methods {able}",
            fix="method: nsga2, or method: tpe",
        )


def _beyond_cmaes(problem: Problem) -> Iterator[Issue]:
    """CMA-ES moves a cloud of points through numbers; a category has no place in it."""
    categories = {path: axis.size for path, axis in problem.space.axes.items() if isinstance(axis, Category)}
    numbers = len(problem.space.axes) - len(categories)
    if numbers == 0:
        yield Issue(
            found="method cmaes, and no parameter that is a number",
            expected="at least one parameter that is a number and has more than one value",
            fix="method: tpe",
        )
        return
    for path, size in categories.items():
        yield Issue(
            found=f"{size} categories",
            expected="numbers: cmaes draws categories at random, and learns nothing about them",
            fix="method: tpe, if this parameter matters",
            path=path,
            refuses=False,
        )
    if numbers == 1 and _is_older_than(4, 5):
        yield Issue(
            found="method cmaes with one number to search",
            expected="two or more: optuna before 4.5 draws a single one at random",
            fix="pip install --upgrade optuna, or method: tpe",
            refuses=False,
        )


def _is_older_than(major: int, minor: int) -> bool:
    import optuna

    found = [int(part) for part in optuna.__version__.split(".")[:2]]
    return found < [major, minor]
