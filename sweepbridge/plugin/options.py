"""Options as a config has them beside a plugin's name: what each may be, and what is wrong with those given.

One table of them serves the check before the first trial, the judging, and the reference.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sweepbridge.plugin.contract import Issue
from sweepbridge.space import Json

MOST = 10**15
"""The greatest whole number that is taken: beyond it a float no longer tells one from the next."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option: a number, or true or false."""

    name: str
    about: str
    """What it does, in one sentence, for the reference."""
    kind: Literal["whole", "number", "flag"] = "whole"
    least: float = -math.inf
    is_above: bool = False
    """Whether it has to be more than `least`, and not just as much."""
    default: float | None = None
    """What it is where the config does not say; None if the plugin goes without it, or the config must say."""
    is_needed: bool = False
    """Whether the config must say it."""

    @property
    def expected(self) -> str:
        """What may stand there, in words."""
        if self.kind == "flag":
            return "true or false"
        word = "a whole number" if self.kind == "whole" else "a number"
        if math.isinf(self.least):
            return word
        return f"{word} {'above' if self.is_above else 'of at least'} {self.least:g}"

    def takes(self, value: Json) -> bool:
        """Whether a value is of the right kind and size. A whole number may be written as 3.0."""
        if self.kind == "flag" or isinstance(value, bool):
            return self.kind == "flag" and isinstance(value, bool)
        if not isinstance(value, (int, float)) or not (abs(value) <= MOST or isinstance(value, float)):
            return False
        is_in = value > self.least if self.is_above else value >= self.least
        return is_in and math.isfinite(value) and (self.kind == "number" or value == int(value) <= MOST)

    def of(self, options: Mapping[str, Json]) -> float:
        """What the options say, else the default. Only for options that were checked."""
        value = options.get(self.name, self.default)
        assert isinstance(value, (int, float)), f"{self.name} is checked before: {value!r}"
        return value


def option_issues(given: Mapping[str, Json], known: Sequence[Option]) -> Iterator[Issue]:
    """All that is wrong with the options that a config gives, each on its own; for use in a plugin's `check`."""
    by_name = {option.name: option for option in known}
    for name, value in given.items():
        if name not in by_name:
            yield _unknown(name, by_name)
        elif not by_name[name].takes(value):
            option = by_name[name]
            yield Issue(f"{name}: {value!r}", option.expected, _example(option), path=name)
    for option in known:
        if option.is_needed and option.name not in given:
            yield Issue(f"no {option.name}", f"{option.name}: {option.expected}", _example(option))


def _unknown(name: str, known: Mapping[str, Option]) -> Issue:
    near = difflib.get_close_matches(name.lower(), known, n=1)
    choices = f"one of {', '.join(known)}" if known else "no options"
    return Issue(f"option {name}", choices, f'did you mean "{near[0]}"?' if near else f"remove {name}", path=name)


def _example(option: Option) -> str:
    if option.kind == "flag":
        return f"{option.name}: true"
    value = next(one for one in (option.default, option.least + 2, 1.0) if one is not None and math.isfinite(one))
    return f"{option.name}: {value:g}"
