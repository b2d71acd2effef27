"""Checks of the third law: every suggestion lies in the space, whatever is in it."""

from __future__ import annotations

import json
import math

from sweepbridge.plugin.contract import LARGEST_NOTE
from sweepbridge.plugin.kit import spaces
from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, check
from sweepbridge.plugin.kit.play import Play, text_of
from sweepbridge.space import Space, dotted, is_plain
from sweepbridge.trials import Suggestion


@check("inside", per="space")
def suggestions_lie_in_the_space(case: Case) -> None:
    """Each value is one that its parameter can have, of the right type, between its bounds and on its grid."""
    hold_inside(case.played)


@check("inside", per="space")
def every_parameter_is_named(case: Case) -> None:
    """A suggestion names each parameter, constants included."""
    for number, answer in enumerate(case.played.answers):
        missing = [dotted(path) for path in case.problem.space if path not in answer.params]
        if missing:
            raise Broken(f"the suggestion of trial {number} leaves out {', '.join(missing)}")


@check("inside", per="space")
def values_are_plain(case: Case) -> None:
    """Values are plain Python: no numpy scalar, no tuple, nothing that a store or a command line can't carry."""
    for number, answer in enumerate(case.played.answers):
        for path, value in answer.params.items():
            if not is_plain(value):
                raise Broken(f"trial {number} has {dotted(path)} = {value!r}, which is of type {_type_of(value)}")


@check("inside", per="space")
def notes_are_json(case: Case) -> None:
    """A note is JSON, in plain types and with finite numbers, so that it comes back as it was."""
    for number, answer in enumerate(case.played.answers):
        if not _is_json(dict(answer.note)):
            raise Broken(f"the note of trial {number} is not plain JSON: {answer.note!r}")


@check("inside", per="space")
def notes_stay_small(case: Case) -> None:
    """A note is small, and does not hold the search so far: it is stored with every trial."""
    for number, answer in enumerate(case.played.answers):
        size = len(json.dumps(dict(answer.note), default=repr))
        if size > LARGEST_NOTE:
            raise Broken(f"the note of trial {number} has {size:,} bytes, where at most {LARGEST_NOTE:,} are taken")


@check("inside", per="method")
def categories_alone_are_searched(case: Case) -> None:
    """A space of categories only: a value that comes twice, and two that Python takes for equal."""
    _hold_up(case, spaces.CATEGORIES)


@check("inside", per="method")
def an_integer_alone_is_searched(case: Case) -> None:
    """A space of one whole number, below 0 and above."""
    _hold_up(case, spaces.INTEGERS)


@check("inside", per="method")
def an_interval_alone_is_searched(case: Case) -> None:
    """A space of one number on a linear scale."""
    _hold_up(case, spaces.INTERVALS)


@check("inside", per="method")
def a_log_scale_alone_is_searched(case: Case) -> None:
    """A space of one number on a log scale."""
    _hold_up(case, spaces.LOGS)


@check("inside", per="method")
def what_has_no_axis_of_its_own_is_searched(case: Case) -> None:
    """A space of quantised, normal and beta parameters, which are searched by their quantile functions."""
    _hold_up(case, spaces.SHARES)


@check("inside", per="method")
def a_space_without_choice_is_searched(case: Case) -> None:
    """A space of one point: constants, and ranges that begin where they end."""
    _hold_up(case, spaces.CONSTANTS)


@check("inside", per="method")
def odd_names_are_taken(case: Case) -> None:
    """Parameters may have any name: nested, empty, with blanks, dots, slashes and letters of any language."""
    _hold_up(case, spaces.ODD_NAMES)


@check("inside", per="method")
def wide_ranges_keep_their_ends(case: Case) -> None:
    """Ranges of 24 decades, of 10^12 whole numbers, and of numbers a thousand million times smaller than 1."""
    _hold_up(case, spaces.WIDE)


@check("inside", per="method")
def fifty_parameters_are_searched(case: Case) -> None:
    """A space of fifty parameters."""
    _hold_up(case, spaces.MANY)


def _hold_up(case: Case, space: Space) -> None:
    """A few trials in a space of its own: inside it, and the same again from the log."""
    game = case.on(space).play(seed=4).to(min(case.trials, 8))
    hold_inside(game)
    lived, rebuilt = game.searcher.ask(game.next_seed), game.rebuilt().ask(game.next_seed)
    if text_of(lived) != text_of(rebuilt):
        raise Broken(f"after {len(game.log)} events it answers {text_of(lived)}, and rebuilt {text_of(rebuilt)}")


def hold_inside(game: Play) -> None:
    """Broken if a suggestion of a play was not in its space, or did not name all of it."""
    for number, answer in enumerate(game.answers):
        if outside := _outside(game.problem.space, answer):
            raise Broken(f"trial {number} is not in the space: {'; '.join(outside[:3])}")


def _outside(space: Space, answer: Suggestion) -> list[str]:
    missing = [f"{dotted(path)} is missing" for path in space if path not in answer.params]
    return [*space.outside(answer.params), *missing]


def _type_of(value: object) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _is_json(value: object) -> bool:
    if type(value) is list:
        return all(_is_json(item) for item in value)
    if type(value) is dict:
        return all(type(key) is str and _is_json(item) for key, item in value.items())
    return value is None or type(value) in (bool, int, str) or (type(value) is float and math.isfinite(value))
