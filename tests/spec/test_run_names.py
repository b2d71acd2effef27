"""`run_name`: what it makes of a trial's parameters. What is refused is in `bad/run-name.yaml`."""

import pytest

from sweepbridge.errors import ConfigError
from sweepbridge.spec import load_object
from sweepbridge.spec.made_up_names import WORDS
from sweepbridge.trials import seed_of

PARAMETERS = {
    "lr": {"min": 0.0, "max": 1.0},
    "opt": {"parameters": {"kind": {"values": ["adam", "two\nlines", None, True, [1]]}}},
    "layers": {"min": 1, "max": 9},
}


def name(template, **params):
    config = load_object({"method": "random", "parameters": PARAMETERS, "run_name": template}).config
    return config.name_of(7, {"lr": 0.00123456789, "opt/kind": "adam", "layers": 3, **params}, seed=1)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{opt.kind}_lr{lr:.1e}", "adam_lr1.2e-03"),
        ("{lr}", "0.00123457"),
        ("{number:03d} {layers:>4}", "007 3"),
        ("plain", "plain"),
        ("{{{layers}}}", "{3}"),
        ("$100%{layers}", "$100%3"),
    ],
)
def test_parameters_stand_in_their_formats(template, expected):
    assert name(template) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("two\nlines", "two lines"), (None, "null"), (True, "true"), ([1], "[1]")]
)
def test_any_value_is_one_line_of_text(value, expected):
    assert name("{opt.kind}", **{"opt/kind": value}) == expected


def test_a_value_from_elsewhere_that_has_not_the_format_is_shown_without():
    assert name("{layers:d}", layers=2.5) == "2.5"


def test_a_parameter_that_is_called_number_is_that_parameter():
    config = {"method": "random", "parameters": {"number": {"values": ["x"]}}, "run_name": "{number}"}

    assert load_object(config).config.name_of(7, {"number": "x"}, seed=1) == "x"


@pytest.mark.parametrize("template", ["{lr.__class__}", "{lr[0]}", "{opt.kind.real}", "{0}", "{}"])
def test_nothing_is_looked_up_inside_of_a_value(template):
    with pytest.raises(ConfigError) as raised:
        name(template)

    assert [fault.where for fault in raised.value.faults] == ["run_name"]


def test_a_parameter_with_a_fault_of_its_own_is_not_told_twice():
    with pytest.raises(ConfigError) as raised:
        load_object({"method": "random", "parameters": {"lr": {"min": 2.0, "max": 1.0}}, "run_name": "{lr:.1e}"})

    assert [fault.where.split(".")[0] for fault in raised.value.faults] == ["parameters"]


def test_without_a_run_name_a_name_is_made_up_of_the_seed_and_the_number():
    """It must stay what it is: all processes, and all later versions, call a trial the same."""
    config = load_object({"method": "random", "parameters": PARAMETERS}).config

    names = [config.name_of(number, {}, seed=seed_of(7, number)) for number in (0, 1, 12)]

    assert names == ["snowy-sweep-0", "calm-sweep-1", "prompt-sweep-12"]


def test_the_words_of_made_up_names_are_short_and_each_there_once():
    assert len(set(WORDS)) == len(WORDS) == 128
    assert all(word.isalpha() and word.islower() and len(word) <= 7 for word in WORDS)
