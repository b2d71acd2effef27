"""Checks of what a backend says of itself, before any search begins."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sweepbridge.plugin.border import border
from sweepbridge.plugin.contract import Describes, Problem, UsesLibraries
from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, Skipped, check
from sweepbridge.plugin.kit.fresh import file_of, home_of, loads, version_of

MADE_UP = "no_such_option"
"""An option that no backend has."""


@check("claims", per="backend")
def its_name_is_a_lower_case_word(case: Case) -> None:
    """Its name can be written in `backend:`: a lower-case word, the same each time."""
    name: object = case.backend.name
    if not isinstance(name, str) or not name or name != name.lower().strip() or name.split() != [name]:
        raise Broken(f"the name is {name!r}, which is not a lower-case word")
    if case.backend.name != name:
        raise Broken(f"the name was {name!r}, and then {case.backend.name!r}")


@check("claims", per="backend")
def its_methods_have_names(case: Case) -> None:
    """Each method has a name of its own, in lower case."""
    methods: object = case.backend.methods
    if isinstance(methods, str) or not isinstance(methods, Iterable):
        raise Broken(f"methods = {methods!r} is not a list of names")
    names = list(methods)
    wrong = [name for name in names if not isinstance(name, str) or name != name.lower().strip() or not name]
    if wrong or not names:
        raise Broken(f"methods = {names!r}: {f'{wrong[0]!r} is not a lower-case word' if wrong else 'there is none'}")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Broken(f"methods = {names!r}: {twice[0]!r} is there {names.count(twice[0])} times")


@check("claims", per="backend")
def importing_it_loads_no_library(case: Case) -> None:
    """Its module loads no library: that is left to `start`, so that listing the plugins costs nothing."""
    home = home_of(case.backend)
    if case.address is not None and case.address.is_of_tests and case.address.file == file_of(home[0]):
        raise Skipped("it is written in the module of its own tests")
    if found := loads(*home):
        named = ", ".join(f"{name} {version}" for name, version in found.items())
        raise Broken(f"importing {home[0]} loads {named}: import it in start()")


@check("claims", per="backend")
def the_libraries_it_names_are_distributions(case: Case) -> None:
    """Each of its `libraries` is the name of an installed distribution, so that its version can be stored."""
    if not isinstance(case.backend, UsesLibraries):
        raise Skipped("it names no libraries")
    missing = [name for name in case.backend.libraries if version_of(name) is None]
    if missing:
        raise Broken(f"libraries has {missing[0]!r}, and no distribution of that name is installed")


@check("claims", per="space")
def it_accepts_the_problem(case: Case) -> None:
    """Its `check` refuses nothing of a problem that it is to be checked on."""
    refused = [issue for issue in case.checked(case.problem) if issue.refuses]
    if refused:
        raise Broken(f"check() refuses it: {refused[0].found}, where it takes {refused[0].expected}")


@check("claims", per="method")
def checking_twice_finds_the_same(case: Case) -> None:
    """Its `check` changes nothing, and finds the same each time."""
    first, second = case.checked(_with_option(case)), case.checked(_with_option(case))
    if first != second:
        raise Broken(f"check() found {first!r}, and for the same problem {second!r} after that")


@check("claims", per="method")
def an_option_that_does_not_exist_is_refused(case: Case) -> None:
    """A misspelt option is told before trial 1, and not left out without a word."""
    issues = [issue for issue in case.checked(_with_option(case)) if issue.refuses]
    if not issues:
        raise Broken(f"check() took the option {MADE_UP}: 1, which does not exist, without a word")
    if not any(MADE_UP in issue.found for issue in issues):
        raise Broken(f"check() refused the option {MADE_UP}: 1, and did not name it: {issues[0].found!r}")


@check("claims", per="method")
def what_it_refuses_it_explains(case: Case) -> None:
    """Each issue says what was found, what is expected and how to mend it, and names a parameter that exists."""
    several = replace(_with_option(case), objectives=3)
    for issue in case.checked(several):
        empty = [part for part in ("found", "expected", "fix") if not _is_text(getattr(issue, part))]
        if empty:
            raise Broken(f"check() gave an issue without {empty[0]!r}: {issue!r}")
        if issue.path is not None and issue.path not in several.space:
            raise Broken(f"check() gave an issue about {issue.path!r}, which is no parameter: {issue!r}")


@check("claims", per="method")
def it_describes_the_parameters_that_are_searched(case: Case) -> None:
    """If it has `describe`, that says of each parameter that is searched what the library is given."""
    backend = case.backend
    if not isinstance(backend, Describes):
        raise Skipped("it does not describe what its library is given")
    with border(lambda error: Broken(f"describe() raised {error}")):
        described: object = backend.describe(case.problem)
    if not isinstance(described, Mapping) or not all(map(_is_text, described.values())):
        raise Broken(f"describe() gave {described!r}, which is not a text for each parameter")
    missing = [path for path in case.problem.space.axes if path not in described]
    unknown = [path for path in described if path not in case.problem.space]
    if missing or unknown:
        raise Broken(f"describe() leaves out {missing} and has {unknown}, which are not searched")


@check("claims", per="space")
def the_problem_is_left_as_it_is(case: Case) -> None:
    """Neither `check` nor a search changes the options of a problem: other searchers are given the same."""
    before = copy.deepcopy(dict(case.problem.options))
    case.checked(case.problem)
    case.play(seed=9).to(4)
    if dict(case.problem.options) != before:
        raise Broken(f"the options were {before!r}, and are {dict(case.problem.options)!r} after a search")


def _with_option(case: Case) -> Problem:
    return replace(case.problem, options={**case.problem.options, MADE_UP: 1})


def _is_text(part: object) -> bool:
    return isinstance(part, str) and bool(part.strip())
