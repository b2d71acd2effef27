"""Optuna's pruners as stoppers, for any backend: checked before the first trial, and asked as Optuna asks them.

Step n of a trial, for Optuna, is its row n with a finite metric, counting from 0. Modules that import Optuna are
imported in the methods that need them, never at the top.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sweepbridge.plugin import Curves, Issue, Json, Verdict, option_issues
from sweepbridge.plugin.options import MOST
from sweepbridge_optuna.pruners import PRUNERS, WRAPPABLE, WRAPPED, Pruner

if TYPE_CHECKING:
    from sweepbridge_optuna.pruning import Pruning


class OptunaStopper:
    """One of Optuna's pruners."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._pruner = PRUNERS[name]
        self._latest: Pruning | None = None
        """What was made for the curves that it was last asked about. It holds nothing that they do not."""

    def check(self, options: Mapping[str, Json]) -> Iterable[Issue]:
        """What is missing, and what is wrong with the options; last, what the pruner's constructor says."""
        issues = [*_missing(self._pruner), *_issues(self.name, options)]
        if not issues:
            from sweepbridge_optuna.pruning import pruner_of

            try:
                pruner_of(self.name, options)
            except (TypeError, ValueError) as error:
                given = ", ".join(f"{name}: {value!r}" for name, value in options.items())
                issues.append(Issue(given or "no options", f"what optuna takes: {error}", "change or add one of them"))
        return issues

    def judge(self, options: Mapping[str, Json], number: int, curves: Curves) -> Verdict:
        """What the pruner says of a trial at its last step."""
        from sweepbridge_optuna.pruning import Pruning

        if self._latest is None or not self._latest.is_for(options, curves):
            self._latest = Pruning(self.name, dict(options), curves)
        return self._latest.verdict(number)


def _missing(pruner: Pruner) -> Iterator[Issue]:
    missing = [name for name in pruner.needs if find_spec(name) is None]
    if missing:
        yield Issue(
            found=f"{' and '.join(missing)} not installed",
            expected=f"{' and '.join(pruner.needs)}, which optuna's {pruner.type} needs",
            fix='pip install "sweepbridge-optuna[wilcoxon]"',
            path="type",
        )


def _issues(name: str, options: Mapping[str, Json]) -> Iterator[Issue]:
    pruner = PRUNERS[name]
    own = {key: value for key, value in options.items() if not (pruner.wraps and key == WRAPPED)}
    for issue in option_issues(own, pruner.options):
        yield _explained(issue)
    if pruner.wraps and options.get(WRAPPED) is not None:
        yield from _issues_of_wrapped(options[WRAPPED])
    if not list(option_issues(own, pruner.options)):
        yield from _beyond_the_longest(own) if name == "optuna-hyperband" else ()
        yield from _beyond_any_trial(own) if name == "optuna-successive-halving" else ()


def _explained(issue: Issue) -> Issue:
    """Optuna's `auto` is learned from the first trial that finishes, which the curves do not tell from the others."""
    if issue.path in ("min_resource", "max_resource") and "auto" in issue.found:
        return Issue(issue.found, f"{issue.expected}: nothing is learned on the way", issue.fix, path=issue.path)
    return issue


def _issues_of_wrapped(given: Json) -> Iterator[Issue]:
    name = given.get("type") if isinstance(given, dict) else None
    if not isinstance(given, dict) or name not in WRAPPABLE:
        yield Issue(
            found=f"{WRAPPED}: {given!r}",
            expected=f"a mapping with a type, which is one of {', '.join(WRAPPABLE)}",
            fix=f"{WRAPPED}: {{type: {WRAPPABLE[0]}}}, or remove it",
            path=WRAPPED,
        )
        return
    for issue in (*_missing(PRUNERS[name]), *_issues(name, {key: one for key, one in given.items() if key != "type"})):
        yield Issue(f"{WRAPPED}: {issue.found}", issue.expected, issue.fix, path=WRAPPED)


def _beyond_the_longest(options: Mapping[str, Json]) -> Iterator[Issue]:
    least, most = (option.of(options) for option in PRUNERS["optuna-hyperband"].options[:2])
    if most < least:
        yield Issue(
            found=f"max_resource: {most:g}",
            expected=f"no less than min_resource, which is {least:g}",
            fix=f"max_resource: {least:g}, or more",
            path="max_resource",
        )


def _beyond_any_trial(options: Mapping[str, Json]) -> Iterator[Issue]:
    first, factor, left_out = (option.of(options) for option in PRUNERS["optuna-successive-halving"].rungs)
    if math.log(first) + left_out * math.log(factor) > math.log(MOST):
        yield Issue(
            found=f"min_early_stopping_rate: {left_out:g}",
            expected="a first rung that a trial can get to",
            fix="min_early_stopping_rate: 0",
            path="min_early_stopping_rate",
        )
