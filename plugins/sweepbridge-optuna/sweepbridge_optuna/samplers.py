"""Samplers made for one question each: a fresh one for every seed. Imports Optuna.

Optuna tells of experimental and outdated arguments whenever a sampler is made. The user is told of the outdated
ones once, before the first trial; after that they are kept quiet.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import optuna
from optuna.samplers import BaseSampler

from sweepbridge.plugin import Issue, Json, Problem
from sweepbridge_optuna.methods import METHODS, defaults
from sweepbridge_optuna.options import offered, option_issues


class MakesSamplers(Protocol):
    """Makes the samplers of one problem."""

    @property
    def are_named(self) -> bool:
        """Whether the user brought them, so that nothing is known of them but that they are samplers."""

    def make(self, seed: int) -> BaseSampler:
        """A sampler to ask; `seed` has 32 bits."""

    def at_work(self, seed: int) -> AbstractContextManager[None]:
        """What surrounds each call of theirs; `seed` is the trial's."""


class Samplers:
    """Makes the samplers of one problem: Optuna's own."""

    are_named = False

    def __init__(self, problem: Problem) -> None:
        self._sampler = sampler_of(problem.method)
        self._arguments = {**_quiet(self._sampler), **defaults(problem), **problem.options}
        # Silencing resets Python's memory of which warnings were shown, so it is left out where nothing warns.
        self._warns = bool(_recorded(self._sampler, self._arguments))

    def make(self, seed: int) -> BaseSampler:
        """A sampler that has seen nothing; `seed` has 32 bits."""
        if not self._warns:
            return self._made(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self._made(seed)

    def at_work(self, seed: int) -> AbstractContextManager[None]:  # noqa: ARG002  # they draw from their own seed
        """Optuna's own need nothing around them."""
        return nullcontext()

    def _made(self, seed: int) -> BaseSampler:
        made: BaseSampler = self._sampler(seed=seed, **self._arguments)
        return made


def sampler_of(method: str) -> type[Any]:
    """The sampler class that serves a method."""
    found: type[Any] = getattr(optuna.samplers, METHODS[method].sampler)
    return found


def sampler_issues(problem: Problem) -> list[Issue]:
    """What the sampler says against the options of a problem: each one alone, then all together."""
    sampler = sampler_of(problem.method)
    issues = list(option_issues(problem.options, offered(sampler)))
    if issues or METHODS[problem.method].missing:
        return issues
    arguments = {**_quiet(sampler), **defaults(problem), **problem.options}
    try:
        recorded = _recorded(sampler, arguments)
    except ValueError as error:
        return [_refused(problem.options, error)]
    return [_outdated(problem.options, str(each.message)) for each in recorded if each.category is FutureWarning]


def _quiet(sampler: type[Any]) -> dict[str, Json]:
    """Arguments that keep a sampler from logging what the user was told before the first trial."""
    parameters = inspect.signature(sampler).parameters.values()
    return {each.name: False for each in parameters if each.name.startswith("warn_") and each.default is True}


def _recorded(sampler: type[Any], arguments: Mapping[str, Json]) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("always")
        sampler(seed=0, **arguments)
    return recorded


def _refused(options: Mapping[str, Json], error: ValueError) -> Issue:
    found = ", ".join(f"{name} = {value!r}" for name, value in options.items())
    return Issue(found=f"options {found}", expected=f"what optuna takes: {error}", fix="change or remove one of them")


def _outdated(options: Mapping[str, Json], message: str) -> Issue:
    named = [name for name in options if f"`{name}`" in message] or list(options)
    return Issue(
        found=", ".join(f"option {name} = {options[name]!r}" for name in named),
        expected=f"options that optuna will keep: {message}",
        fix=f"remove {', '.join(named)}, or stay on this version of optuna",
        refuses=False,
    )
