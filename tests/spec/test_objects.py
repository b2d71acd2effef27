"""Configs from Python: what is converted, what is refused, and that nothing of the caller's is changed."""

import collections
import copy
import datetime
import enum
from pathlib import Path

import numpy
import pytest

from sweepbridge.errors import ConfigError, SweepbridgeError
from sweepbridge.space import Choice, Integer, Uniform, is_plain
from sweepbridge.spec import SweepConfig, load_object


class Optimizer(enum.Enum):
    ADAM = "adam"


class Word(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (numpy.float64(0.5), 0.5),
        (numpy.int64(3), 3),
        (numpy.bool_(False), False),
        (numpy.array([1, 2]), [1, 2]),
        ((1, (2, 3)), [1, [2, 3]]),
        (range(3), [0, 1, 2]),
        (Optimizer.ADAM, "adam"),
        (Word("adam"), "adam"),
        (datetime.date(2024, 1, 1), "2024-01-01"),
        (Path("data/train"), "data/train"),
        (collections.OrderedDict(a=numpy.int32(1)), {"a": 1}),
        (collections.defaultdict(list, a=(1,)), {"a": [1]}),
    ],
)
def test_a_value_leaves_as_a_plain_one(given, plain):
    config = load_object({"method": "random", "parameters": {"x": {"value": given}}}).config

    assert config.to_dict()["parameters"]["x"]["value"] == plain
    assert is_plain(config.to_dict())
    assert is_plain(config.space["x"].value)


def test_numpy_bounds_keep_their_kind(parameter):
    assert parameter({"min": numpy.int64(1), "max": numpy.int32(5)}) == Integer(1, 5)
    assert parameter({"min": numpy.float32(0), "max": numpy.int64(1)}) == Uniform(0.0, 1.0)


@pytest.mark.parametrize("given", [{1, 2}, object(), len, b"bytes", 1j, 10**400])
def test_a_value_that_has_no_plain_form_is_a_fault(faults, given):
    (fault,) = faults({"method": "random", "parameters": {"x": {"value": given}}})

    assert fault.where == "parameters.x.value"
    assert fault.line is None
    assert fault.file is None


def test_a_mapping_that_holds_itself_is_a_fault(faults):
    loop = {}
    loop["loop"] = loop

    (fault,) = faults({"method": "random", "parameters": {"x": {"value": loop}}})

    assert fault.found == "a value that nests without end"


@pytest.mark.parametrize("name", [1, True, None, ("a", "b"), 0.5])
def test_a_name_that_is_no_text_is_a_fault(faults, name):
    (fault,) = faults({"method": "random", "parameters": {name: {"value": 1}}})

    assert fault.where.startswith("parameters.")
    assert fault.expected == "text as a key"


@pytest.mark.parametrize("given", [None, 5, "method: random", [], [{"method": "random"}]])
def test_what_is_no_mapping_is_a_fault(faults, given):
    (fault,) = faults(given)

    assert fault.where == "the config"
    assert fault.expected == "a mapping with method and parameters"


def test_the_callers_mapping_stays_as_it_is_and_apart():
    given = {"method": "random", "parameters": {"x": {"values": [[1], (2,)]}}}
    before = copy.deepcopy(given)

    config = load_object(given).config
    config.to_dict()["parameters"]["x"]["values"].append("mine")
    given["parameters"]["x"]["values"][0].append("later")

    assert before["parameters"]["x"]["values"] == [[1], (2,)]
    assert config.to_dict()["parameters"]["x"]["values"] == [[1], [2]]
    assert config.space["x"] == Choice(([1], [2]))


def test_a_loaded_config_loads_to_itself():
    config = load_object({"method": "random", "parameters": {"x": {"values": [1, 2]}}}).config

    assert load_object(config).config is config


def test_the_model_itself_raises_our_error_with_all_faults():
    with pytest.raises(ConfigError) as caught:
        SweepConfig(method="Random", parameters={"x": 5}, run_cap=0)

    assert [fault.where for fault in caught.value.faults] == ["method", "parameters.x", "run_cap"]
    assert isinstance(caught.value, SweepbridgeError)


def test_the_model_is_frozen():
    config = SweepConfig(method="random", parameters={"x": {"values": [1, 2]}})

    with pytest.raises(ValueError, match="frozen"):
        config.name = "other"
