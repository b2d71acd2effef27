"""The options of a sampler: read from its constructor, so that what is offered is what is installed.

Only what a config can carry is offered: numbers, flags and text. What sweepbridge decides itself (`seed`), what
takes code, and what no longer has an effect is left out.
"""

from __future__ import annotations

import difflib
import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_type_hints

from sweepbridge.plugin import Issue, Json

_WORDS = {"bool": "true or false", "float": "a number", "int": "a whole number", "str": "text"}
_WITHOUT_EFFECT = {"consider_prior", "consider_pruned_trials", "inc_popsize", "restart_strategy"}
"""Optuna ignores these since 4.3 and 4.4; and no trial of ours is PRUNED, as a stopped one counts with its loss."""
_LEAST = {"n_startup_trials": 0, "popsize": 2}
"""The least that a whole number may be, where it is not 1. Optuna itself finds out in the middle of a search."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a sampler."""

    name: str
    kind: str
    """`bool`, `float`, `int` or `str`."""
    is_optional: bool
    """Whether null may stand for "let Optuna decide"."""
    least: float = -math.inf
    """The least that a number may be."""

    @property
    def expected(self) -> str:
        """What may stand there, in words."""
        least = f" from {self.least:g} up" if self.least > -math.inf else ""
        return f"{_WORDS[self.kind]}{least}{', or null' if self.is_optional else ''}"

    def takes(self, value: Json) -> bool:
        """Whether a value is of the right type and size."""
        match value:
            case None:
                return self.is_optional
            case bool():
                return self.kind == "bool"
            case int() | float():
                has_kind = self.kind == "float" or (self.kind == "int" and isinstance(value, int))
                return has_kind and math.isfinite(value) and value >= self.least
            case _:
                return self.kind == "str" and isinstance(value, str)


def offered(sampler: Callable[..., object]) -> dict[str, Option]:
    """The options that a config may set for a sampler, by name."""
    found = (_option(parameter) for parameter in inspect.signature(sampler).parameters.values())
    return {option.name: option for option in found if option is not None}


def option_issues(given: Mapping[str, Json], known: Mapping[str, Option]) -> Iterator[Issue]:
    """What is wrong with the options of a problem, each on its own."""
    for name, value in given.items():
        found = f"option {name} = {value!r}"
        if name not in known:
            yield Issue(found=found, expected=_one_of(known), fix=_nearest(name, known))
        elif not known[name].takes(value):
            yield Issue(
                found=found, expected=known[name].expected, fix=f"write {known[name].expected}, or remove {name}"
            )


def offered_by_another(sampler: type[object]) -> dict[str, Option]:
    """The options of a sampler that is not Optuna's own: of its numbers, nothing says how small they may be."""
    try:
        hints = get_type_hints(sampler.__init__)
    except Exception:  # the border to other people's code: a hint may name what is not imported
        hints = {}
    found: dict[str, Option] = {}
    for name, parameter in inspect.signature(sampler).parameters.items():
        hint = _words(hints.get(name, parameter.annotation))
        is_bare = parameter.annotation is parameter.empty
        kind, *others = [type(parameter.default).__name__] if is_bare else hint
        if name != "seed" and kind in _WORDS and others in ([], ["None"]):
            found[name] = Option(name, kind, is_optional=bool(others))
    return found


def _option(parameter: inspect.Parameter) -> Option | None:
    is_ours = parameter.name == "seed" or parameter.name.startswith("warn_") or parameter.name in _WITHOUT_EFFECT
    kind, *others = _words(parameter.annotation)
    if is_ours or kind not in _WORDS or others not in ([], ["None"]):
        return None
    least = {"int": _LEAST.get(parameter.name, 1), "float": 0}.get(kind, -math.inf)
    return Option(parameter.name, kind, is_optional=bool(others), least=least)


def _words(annotation: object) -> list[str]:
    """The types that a parameter may have, by name, `None` last: from `int | None`, text or not, or `Optional[int]`."""
    text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    optional = re.fullmatch(r"(?:typing\.)?Optional\[(.+)\]", text)
    words = [word.strip() for word in (f"{optional[1]} | None" if optional else text).split("|")]
    return sorted(words, key=lambda word: word == "None")


def _one_of(known: Iterable[str]) -> str:
    names = sorted(known)
    return f"one of {', '.join(names)}" if names else "no options"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f'did you mean "{near[0]}"?' if near else f"remove {name}"
