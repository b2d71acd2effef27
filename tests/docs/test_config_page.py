"""The page of the config is what the model gives, and each of its examples does what the page says."""

import json

import pytest
import yaml

from sweepbridge.spec import SweepConfig, load_object
from sweepbridge.spec.forms import BY_NAME
from sweepbridge.spec.reading import Reader
from tests.docs.config_page import (
    COMMAND,
    DISTRIBUTIONS,
    FORMS,
    INFERRED,
    KEYS,
    METRICS,
    PAGE,
    SCHEMA,
    SEARCHES,
    STOPPERS,
    example_of,
    inferred,
    page,
)
from tests.docs.pages import blocks

EXAMPLES = {
    **{f"key {key}": example for key, (example, _) in KEYS.items()},
    **{f"distribution {name}": example_of(name) for name in DISTRIBUTIONS},
    **METRICS,
    **STOPPERS,
    **SEARCHES,
}


def test_the_page_is_what_the_model_gives():
    assert PAGE.read_text(encoding="utf-8") == page() + "\n", f"write it anew: {COMMAND}"


def test_every_key_has_an_example_in_the_order_of_the_model():
    assert list(KEYS) == [field.alias or name for name, field in SweepConfig.model_fields.items()]


def test_every_distribution_has_an_example():
    assert DISTRIBUTIONS.keys() == BY_NAME.keys()


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_loads_with_the_warnings_that_the_page_names(title):
    loaded = EXAMPLES[title].load()

    assert tuple(warning.where for warning in loaded.warnings) == EXAMPLES[title].warnings


@pytest.mark.parametrize("key", KEYS)
def test_the_example_of_a_key_has_the_key(key):
    assert key in yaml.load(KEYS[key][0].text, Loader=Reader)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_example_of_a_distribution_is_of_that_distribution(name):
    assert inferred(DISTRIBUTIONS[name].partition(": ")[2]) == f"`{name}`"


@pytest.mark.parametrize("text", INFERRED)
def test_a_parameter_without_a_distribution_loads(text):
    assert load_object({"method": "random", "parameters": {"x": yaml.load(text, Loader=Reader)}})


def test_every_block_of_the_page_is_yaml():
    texts = [block.text for block in blocks(PAGE)]

    assert all(isinstance(yaml.load(text, Loader=Reader), dict) for text in texts)
    assert len(texts) > len(EXAMPLES)


@pytest.mark.parametrize(
    ("model", "key"),
    [
        (model, key)
        for model, schema in {"the config": SCHEMA, **FORMS}.items()
        for key in schema.get("properties", {})
        if key != "distribution"
    ],
)
def test_every_key_of_the_schema_says_what_it_does(model, key):
    """An editor shows it, and so does the page."""
    schema = SCHEMA if model == "the config" else FORMS[model]

    assert "description" in json.dumps(schema["properties"][key])
