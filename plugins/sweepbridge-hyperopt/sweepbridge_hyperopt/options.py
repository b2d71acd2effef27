"""The options of each method: the keyword arguments of hyperopt's suggest functions, with their ranges.

Hyperopt itself checks none of them; a wrong one shows up as a division by zero after twenty trials.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sweepbridge.plugin import Issue, Json, Problem, unknown_options

STARTUP = 20
"""How many results TPE waits for before it models anything, unless `n_startup_jobs` says otherwise."""


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that an option may be."""

    least: float
    is_open: bool = False
    """The least itself is not allowed."""
    is_whole: bool = False

    def __contains__(self, value: Json) -> bool:
        if isinstance(value, bool) or not isinstance(value, int if self.is_whole else (int, float)):
            return False
        return math.isfinite(value) and (value > self.least if self.is_open else value >= self.least)

    def __str__(self) -> str:
        return f"a {'whole ' * self.is_whole}number {'above' if self.is_open else 'from'} {self.least:g}"


_TPE = {
    "gamma": Range(0, is_open=True),
    "n_EI_candidates": Range(1, is_whole=True),
    "n_startup_jobs": Range(0, is_whole=True),
    "prior_weight": Range(0, is_open=True),
}
_ANNEAL = {
    "avg_best_idx": Range(1),
    "shrink_coef": Range(0),
}

OPTIONS: Mapping[str, Mapping[str, Range]] = {"bayes": _TPE, "tpe": _TPE, "random": {}, "anneal": _ANNEAL}
"""By method, then by the name that hyperopt gives them."""


def option_issues(problem: Problem) -> Iterable[Issue]:
    """What is wrong with a problem's options, each with what may stand there."""
    known = OPTIONS[problem.method]
    yield from unknown_options(problem, known=known)
    for name, value in problem.options.items():
        if name in known and value not in known[name]:
            yield Issue(
                found=f"option {name} = {value!r}",
                expected=f"{name}: {known[name]}",
                fix=f"write a number in that range, or remove {name} for hyperopt's own default",
            )
