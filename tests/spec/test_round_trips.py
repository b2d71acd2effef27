"""Laws: a config survives every way out and back in, and no input raises anything but ConfigError."""

import json
import tempfile
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from sweepbridge.errors import ConfigError
from sweepbridge.spec import load_file, load_object
from sweepbridge.spec.reading import Reader


class Writer(yaml.SafeDumper):
    """Quotes the text that our reader would take for a number, and no other."""

    yaml_implicit_resolvers = Reader.yaml_implicit_resolvers


numbers = st.integers(-1000, 1000) | st.floats(-1e6, 1e6, allow_nan=False)
scalars = st.none() | st.booleans() | numbers | st.text(max_size=8)
anything = st.recursive(
    scalars | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.text("abcxyz_./~é1", min_size=1, max_size=6)
bounds = st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]).map(sorted)
forms = st.one_of(
    st.builds(lambda value: {"value": value}, scalars),
    st.builds(lambda values: {"values": values}, st.lists(scalars, min_size=1, max_size=4)),
    st.builds(lambda pair: {"min": pair[0], "max": pair[1]}, bounds),
    st.builds(lambda pair: {"distribution": "q_uniform", "min": pair[0], "max": pair[1] + 5, "q": 1}, bounds),
    st.builds(lambda mu: {"distribution": "normal", "mu": mu, "sigma": 0.5}, numbers),
)
groups = st.recursive(
    forms,
    lambda inner: st.builds(lambda group: {"parameters": group}, st.dictionaries(names, inner, min_size=1, max_size=3)),
    max_leaves=6,
)
configs = st.fixed_dictionaries(
    {"method": st.sampled_from(["random", "bayes", "tpe"]), "metric": st.just({"name": "loss"})},
    optional={
        "name": st.text(max_size=8),
        "seed": st.integers(0, 2**62),
        "run_cap": st.integers(1, 9),
        "notes": scalars,
    },
)
sweeps = st.builds(
    lambda config, parameters: {**config, "parameters": parameters},
    configs,
    st.dictionaries(names, groups, min_size=1, max_size=4),
)

KEYS = [
    "method",
    "parameters",
    "metric",
    "metrics",
    "early_terminate",
    "command",
    "scheduler",
    "backend",
    "controller",
    "x",
]
INNER = [
    "distribution",
    "values",
    "value",
    "min",
    "max",
    "probabilities",
    "q",
    "type",
    "name",
    "goal",
    "parameters",
    "s",
]
WORDS = [
    "random",
    "grid",
    "custom",
    "uniform",
    "log_uniform",
    "q_normal",
    "beta",
    "hyperband",
    "optuna",
    "1e-4",
    "min:3",
]
crumbs = st.recursive(
    scalars | st.floats() | st.sampled_from(WORDS) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER) | names, inner, max_size=4),
    max_leaves=10,
)
near_misses = st.dictionaries(st.sampled_from(KEYS), crumbs, max_size=6)


def load_text(text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sweep.yaml"
        file.write_text(text, encoding="utf-8")
        return load_file(file).config


@given(sweeps)
def test_a_config_makes_an_equal_one_of_its_own_dict(sweep):
    config = load_object(sweep).config

    again = load_object(config.to_dict()).config

    assert again == config
    assert again.to_dict() == config.to_dict() == sweep
    assert dict(again.space) == dict(config.space)


@given(sweeps)
def test_a_config_makes_an_equal_one_through_yaml(sweep):
    assert load_text(yaml.dump(sweep, Dumper=Writer)) == load_object(sweep).config


@given(sweeps)
def test_a_config_makes_an_equal_one_through_json(sweep):
    assert load_text(json.dumps(sweep)) == load_object(sweep).config


def are_whole(faults):
    return all(fault.where and fault.found and fault.expected and fault.fix for fault in faults)


def faults_of(load, given_thing):
    """Its faults, none if it loads. Any other exception fails the test."""
    try:
        load(given_thing)
    except ConfigError as error:
        return error.faults
    return ()


@given(anything | near_misses)
def test_no_object_raises_anything_but_a_config_error(given_object):
    assert are_whole(faults_of(load_object, given_object))


TOKENS = [
    "!!int ",
    "!!float ",
    "!!null ",
    "!!binary ",
    "&a ",
    "*a",
    "<<: ",
    "- ",
    ": ",
    "? ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
]
TOKENS += [
    "}",
    ",",
    "'",
    '"',
    "|",
    ">",
    "#",
    "...",
    "---",
    "0x",
    "1_",
    "1:30",
    "1e400",
    ".nan",
    "=",
    "None",
    "${",
    "${args}",
]
scraps = st.lists(st.sampled_from(TOKENS + KEYS)).map("".join)


@given(st.text() | scraps | st.text("abc:-[]{}&*!|>'\"%@#,? \n\t", max_size=40) | near_misses.map(json.dumps))
def test_no_text_raises_anything_but_a_config_error(text):
    assert are_whole(faults_of(load_text, text))
