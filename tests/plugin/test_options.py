"""Options beside a plugin's name: what they take, and what is said of those that do not fit."""

import math

import pytest

from sweepbridge.plugin import Option, option_issues

WHOLE = Option("patience", "…", least=1, is_needed=True)
NUMBER = Option("eta", "…", "number", least=1, is_above=True, default=3)
ANY = Option("lower", "…", "number")
FLAG = Option("strict", "…", "flag", default=True)


@pytest.mark.parametrize(
    ("option", "taken", "refused"),
    [
        (WHOLE, [1, 7, 3.0, 10**15], [0, -1, 2.5, True, None, "3", math.nan, math.inf, 1e300, 10**400, []]),
        (NUMBER, [1.01, 2, 1e300], [1, 0.5, False, None, "3", math.nan, math.inf, 10**400]),
        (ANY, [-5, 0, -1e308], [True, math.nan, -math.inf, {}]),
        (FLAG, [True, False], [0, 1, "true", None]),
    ],
)
def test_an_option_takes_what_is_of_its_kind_and_size(option, taken, refused):
    assert [value for value in taken if not option.takes(value)] == []
    assert [value for value in refused if option.takes(value)] == []


def test_an_option_says_what_is_given_else_its_default():
    assert (NUMBER.of({}), NUMBER.of({"eta": 2}), FLAG.of({"strict": False})) == (3, 2, False)


def test_all_that_is_wrong_is_told_at_once_with_the_name_of_each_option():
    issues = list(option_issues({"eta": "3", "patients": 4, "other": 1}, [WHOLE, NUMBER, FLAG]))

    assert [(issue.path, issue.found, issue.expected, issue.fix) for issue in issues] == [
        ("eta", "eta: '3'", "a number above 1", "eta: 3"),
        ("patients", "option patients", "one of patience, eta, strict", 'did you mean "patience"?'),
        ("other", "option other", "one of patience, eta, strict", "remove other"),
        (None, "no patience", "patience: a whole number of at least 1", "patience: 3"),
    ]


def test_where_there_are_no_options_none_is_offered():
    (issue,) = option_issues({"eta": 3}, [])

    assert issue.expected == "no options"


@pytest.mark.parametrize(
    ("option", "expected", "example"),
    [
        (FLAG, "true or false", "strict: true"),
        (ANY, "a number", "lower: 1"),
        (WHOLE, "a whole number of at least 1", "patience: 3"),
    ],
)
def test_what_may_stand_there_is_told_with_an_example(option, expected, example):
    (issue,) = option_issues({option.name: "?"}, [option])

    assert (issue.expected, issue.fix) == (expected, example)
