"""The JSON Schema, as an editor uses it."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from sweepbridge.spec import json_schema
from sweepbridge.spec.reading import Reader

SAMPLES = json.loads((Path(__file__).parent / "samples.json").read_text())
CHECK = jsonschema.Draft202012Validator(json_schema())


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json.loads(json.dumps(json_schema())) == json_schema()


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: json.dumps(row["spec"]))
def test_the_schema_takes_every_distribution_nested_or_not(row):
    parameters = {"x": row["spec"], "group": {"parameters": {"y": row["spec"]}}}

    assert CHECK.is_valid({"method": "random", "parameters": parameters})


@pytest.mark.parametrize(
    "keys",
    [
        {"backend": "optuna"},
        {"backend": {"name": "optuna", "seed": 1}},
        {"method": "tpe"},
        {"metric": {"name": "loss", "impute_while_running": False}},
        {"early_terminate": {"type": "hyperband", "min_iter": 3}},
        {"early_terminate": {"type": "median"}},
        {"command": ["python", 3]},
        {"entity": None},
        {"notes": "an unknown key is a warning"},
    ],
)
def test_the_schema_takes_what_the_loader_takes(keys):
    CHECK.validate({"method": "bayes", "parameters": {"x": {"min": 0, "max": 1}}, **keys})


@pytest.mark.parametrize(
    "name",
    [
        "command",
        "distributions",
        "early-terminate-word",
        "goal",
        "method",
        "missing",
        "not-parameters",
        "numbers",
        "values",
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(name):
    text = (Path(__file__).parent / "bad" / f"{name}.yaml").read_text()

    given = yaml.load(text, Loader=Reader)

    assert not CHECK.is_valid(given)


def test_an_editor_has_something_to_show_for_a_key():
    schema = json_schema()

    assert schema["properties"]["run_cap"]["description"] == "How many trials there are at the most."
    assert schema["required"] == ["method", "parameters"]
