"""The options of each method, with what each may be. The names are those of SMAC's facades; so are the defaults.

SMAC itself checks few of them, and a wrong one shows up in the middle of a search.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sweepbridge.plugin import Issue, Json, Problem


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    least: int

    def __contains__(self, value: Json) -> bool:
        return type(value) is int and value >= self.least

    def __str__(self) -> str:
        return f"a whole number from {self.least} up"


@dataclass(frozen=True, slots=True)
class Share:
    """A number between 0 and 1."""

    with_zero: bool = True

    def __contains__(self, value: Json) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return 0 < value <= 1 or (self.with_zero and value == 0)

    def __str__(self) -> str:
        return "a number from 0 to 1" if self.with_zero else "a number above 0, up to 1"


@dataclass(frozen=True, slots=True)
class Number:
    """A number from 0 up."""

    def __contains__(self, value: Json) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf

    def __str__(self) -> str:
        return "a number from 0 up"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few values."""

    values: tuple[Json, ...]

    def __contains__(self, value: Json) -> bool:
        return any(value is known or (type(value) is str and value == known) for known in self.values)

    def __str__(self) -> str:
        return " or ".join("true" if one is True else "false" if one is False else str(one) for one in self.values)


Kind: TypeAlias = Whole | Share | Number | OneOf

DESIGN: Mapping[str, Kind] = {
    "max_ratio": Share(with_zero=False),
    "n_configs": Whole(1),
    "n_configs_per_hyperparameter": Whole(1),
}
"""What the first trials are, which are spread evenly."""

FOREST: Mapping[str, Kind] = {
    "bootstrapping": OneOf((True, False)),
    "max_depth": Whole(1),
    "min_samples_leaf": Whole(1),
    "min_samples_split": Whole(2),
    "n_trees": Whole(1),
    "ratio_features": Share(with_zero=False),
}
"""The random forest."""

PROCESS: Mapping[str, Kind] = {"model_type": OneOf(("vanilla", "mcmc"))}
"""The Gaussian process."""

IMPROVEMENT: Mapping[str, Kind] = {"xi": Number()}
"""The expected improvement."""

MAXIMIZER: Mapping[str, Kind] = {"challengers": Whole(1), "local_search_iterations": Whole(1)}
"""How the point of the greatest expected improvement is looked for."""

CHANCE: Mapping[str, Kind] = {"probability": Share()}
"""How many of the later trials are drawn at random."""

_AROUND = {**DESIGN, **IMPROVEMENT, **MAXIMIZER, **CHANCE}
OPTIONS: Mapping[str, Mapping[str, Kind]] = {
    "bayes": {**_AROUND, **FOREST},
    "rf": {**_AROUND, **FOREST},
    "gp": {**_AROUND, **PROCESS},
    "random": {},
}
"""By method, the first of which is the default."""


def option_issues(problem: Problem) -> Iterator[Issue]:
    """What is wrong with a problem's options, each with what may stand there."""
    known = OPTIONS[problem.method]
    for name, value in problem.options.items():
        found = f"option {name} = {value!r}"
        if name not in known:
            choices = f"one of {', '.join(sorted(known))}" if known else "no options"
            near = difflib.get_close_matches(name, known, n=1)
            yield Issue(found, choices, f'did you mean "{near[0]}"?' if near else f"remove {name}")
        elif value not in known[name]:
            yield Issue(found, str(known[name]), f"write {known[name]}, or remove {name} for SMAC's own default")


def part(problem: Problem, names: Mapping[str, Kind]) -> dict[str, Any]:
    """The options of a problem that are among these, for a call of SMAC's. Their types have been checked."""
    return {name: value for name, value in problem.options.items() if name in names}
