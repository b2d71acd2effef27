"""Samplers that a config names by where they are: `sampler: package.module:Class`. Imports Optuna.

Nothing is fetched: the class is one that is installed, or on Python's path. It is imported, held to what Optuna asks of
a sampler, and tried out, before the first trial.
"""

from __future__ import annotations

import hashlib
import inspect
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler

from sweepbridge.plugin import Issue, Json, Problem, Searcher, Trial, shared_chance
from sweepbridge_optuna.distributions import distributions
from sweepbridge_optuna.options import offered_by_another, option_issues

OURS = ("sampler", "stateless")
"""The options that are not the sampler's own."""

_FORM = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_EXAMPLE = "sampler: package.module:Class"
_TRIALS = 6
"""How many trials a sampler has to name before a sweep starts."""


class NamedSamplers:
    """Makes the samplers of a problem that names its own."""

    are_named = True

    def __init__(self, problem: Problem) -> None:
        self._path = str(problem.options["sampler"])
        self.sampler = _found(self._path)
        parameters = inspect.signature(self.sampler).parameters
        self._arguments: dict[str, Any] = {**_own_options(problem)}
        if _takes_distributions(parameters):
            self._arguments["search_space"] = distributions(problem)
        self._takes_seed = "seed" in parameters

    def make(self, seed: int) -> BaseSampler:
        """A sampler that has seen nothing; `seed` has 32 bits."""
        seeded = {"seed": seed} if self._takes_seed else {}
        return self.sampler(**seeded, **self._arguments)

    @contextmanager
    def at_work(self, seed: int) -> Iterator[None]:
        """All chance from the trial's seed, no warnings, and errors that name who provides the sampler."""
        with shared_chance(seed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield
            except Exception as error:  # the border to other people's code
                raise RuntimeError(f"{title(self._path)} failed with {type(error).__name__}: {error}") from error


def named_issues(problem: Problem, start: Callable[[Problem], Searcher]) -> Iterator[Issue]:
    """What is wrong with the sampler that a problem names: the name, the class, its options, how it searches."""
    path, stateless = problem.options["sampler"], problem.options.get("stateless", False)
    if not isinstance(stateless, bool):
        yield Issue(f"option stateless = {stateless!r}", "true or false", "remove stateless")
        return
    if not isinstance(path, str) or not _FORM.fullmatch(path):
        yield Issue(f"option sampler = {path!r}", "a module and a class in it, with a colon between", _EXAMPLE)
        return
    issues = list(_import_issues(path)) or list(_class_issues(path)) or list(_argument_issues(problem, path))
    yield from issues or _search_issues(problem, path, start)


def source(path: str) -> tuple[str, str]:
    """Who provides a sampler, and in which version: a distribution, or else the module by the digest of its file."""
    module = path.partition(":")[0]
    for distribution in metadata.packages_distributions().get(module.partition(".")[0], ()):
        return distribution, metadata.version(distribution)
    file = getattr(import_module(module), "__file__", None)
    digest = hashlib.sha256(Path(file).read_bytes()).hexdigest()[:12] if file is not None else "of unknown content"
    return module, f"file {digest}"


def title(path: str) -> str:
    """A sampler with who provides it, as errors name it."""
    return f"{path} of {' '.join(source(path))}"


def _found(path: str) -> type[BaseSampler]:
    module, _, name = path.partition(":")
    found: type[BaseSampler] = getattr(import_module(module), name)
    return found


def _own_options(problem: Problem) -> dict[str, Json]:
    return {name: value for name, value in problem.options.items() if name not in OURS}


def _takes_distributions(parameters: Mapping[str, inspect.Parameter]) -> bool:
    """Whether a constructor wants to know what will be searched, as those of OptunaHub do."""
    parameter = parameters.get("search_space")
    return parameter is not None and BaseDistribution.__name__ in str(parameter.annotation)


def _import_issues(path: str) -> Iterator[Issue]:
    module = path.partition(":")[0]
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        yield Issue(
            found=f"option sampler = {path!r}, and no module named {error.name}",
            expected="a module that is installed here, or that lies on Python's path",
            fix=f"pip install what has {error.name}, or put the folder that it lies in on PYTHONPATH",
        )
    except (Exception, SystemExit) as error:  # the border to other people's code
        yield Issue(
            found=f"option sampler = {path!r}, and {type(error).__name__} on import: {error}",
            expected=f"that {module} can be imported",
            fix=f"mend it, or report it to its authors: python -c 'import {module}' shows the same",
        )


def _class_issues(path: str) -> Iterator[Issue]:
    module, _, name = path.partition(":")
    there = vars(import_module(module))
    samplers = sorted(each for each, value in there.items() if not each.startswith("_") and _is_sampler(value))
    found = there.get(name)
    if not _is_sampler(found):
        near = get_close_matches(name, samplers, n=1) or samplers[:1]
        yield Issue(
            found=f"option sampler = {path!r}, which is {'no sampler' if name in there else 'not there'}",
            expected=f"a class that comes from optuna.samplers.BaseSampler: {', '.join(samplers) or 'none is there'}",
            fix=f'did you mean "{module}:{near[0]}"?' if near else _EXAMPLE,
        )
    elif missing := ", ".join(sorted(getattr(found, "__abstractmethods__", ()))):
        yield Issue(f"option sampler = {path!r}, which has no {missing}", "a class that has", f"write {missing}")


def _is_sampler(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseSampler) and value is not BaseSampler


def _argument_issues(problem: Problem, path: str) -> Iterator[Issue]:
    """What is wrong with the options, by the constructor's own signature."""
    known = offered_by_another(_found(path))
    yield from option_issues(_own_options(problem), known)
    parameters = inspect.signature(_found(path)).parameters
    decided = {"seed", *(["search_space"] if _takes_distributions(parameters) else [])} | problem.options.keys()
    for name, parameter in parameters.items():
        is_needed = parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        )
        if is_needed and name not in decided:
            can = name in known
            yield Issue(
                found=f"no option {name}, which {path} needs",
                expected=known[name].expected if can else "samplers that a config can make: this one takes an object",
                fix=f"{name}: {known[name].expected}" if can else "write a class that makes it itself, and name that",
            )


def _search_issues(problem: Problem, path: str, start: Callable[[Problem], Searcher]) -> Iterator[Issue]:
    """What shows when it names a few trials, and when another of it is told of them."""
    found = f"sampler {title(path)}"
    try:
        is_repeatable = _is_repeatable(problem, start)
    except Exception as error:  # the border to other people's code
        cause = error.__cause__ or error
        yield Issue(
            found=found,
            expected=f"a sampler that can search this; it fails with {type(cause).__name__}: {cause}",
            fix="change its options, or report it to its authors",
        )
        return
    if not is_repeatable:
        yield Issue(
            found=f"{found}, which names other trials each time",
            expected="a sampler whose chance comes from an argument named seed, or from numpy.random",
            fix="let its constructor take a seed, and draw from that alone",
        )


def _is_repeatable(problem: Problem, start: Callable[[Problem], Searcher]) -> bool:
    """Whether one that is told of a few trials answers as the one that named them."""
    lived, rebuilt = start(problem), start(problem)
    log: list[Trial] = []
    for number in range(_TRIALS):
        suggestion = lived.ask(number)
        assert suggestion is not None, "no sampler comes to an end"
        began = Trial(number, number, "running", suggestion.params, suggestion.note)
        log += [began, replace(began, state="finished", losses=(0.5,) * problem.objectives)]
        for event in log[-2:]:
            lived.tell(event)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `Replayed` tells the same, as a warning
        for event in log:
            rebuilt.tell(event)
    return lived.ask(_TRIALS) == rebuilt.ask(_TRIALS)
