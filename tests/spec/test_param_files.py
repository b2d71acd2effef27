"""The file from which W&B's client takes a run's parameters."""

import pytest
import yaml

from sweepbridge.spec.param_files import param_file


def test_the_file_is_written_as_w_and_bs_agent_writes_it():
    text = param_file({"lr": 0.1, "opt": {"name": "sgd", "betas": [0.9, 0.99]}, "none": None})

    assert text == (
        "wandb_version: 1\n"
        "\n"
        "lr:\n  value: 0.1\n"
        "opt:\n  value:\n    name: sgd\n    betas:\n    - 0.9\n    - 0.99\n"
        "none:\n  value: null\n"
    )


def test_a_run_without_parameters_has_the_first_line_only():
    assert param_file({}) == "wandb_version: 1\n"


def test_the_file_is_ascii_because_the_client_opens_it_in_any_encoding():
    assert yaml.safe_load(param_file({"name": "größe ✓"}).encode("ascii"))["name"] == {"value": "größe ✓"}


@pytest.mark.parametrize("value", ["1e-4", "1e-05", 1e-05, "on", True, "null", None, "", "007", 7, 7.0, -0.0, " a\nb "])
def test_a_value_is_read_back_with_its_type(value):
    [read] = yaml.safe_load(param_file({"x": value}))["x"].values()

    assert repr(read) == repr(value)


def test_a_list_that_stands_twice_is_written_twice():
    shared = [1, 2]

    assert "*" not in param_file({"a": shared, "b": shared})
