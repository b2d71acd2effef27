"""The domain that each way to write a parameter folds into."""

import math

import pytest

from sweepbridge.space import Beta, Choice, Constant, Integer, Normal, Uniform
from sweepbridge.spec import load_object


@pytest.mark.parametrize(
    ("spec", "domain"),
    [
        ({"value": 5}, Constant(5)),
        ({"value": None}, Constant(None)),
        ({"value": [1, 2]}, Constant([1, 2])),
        ({"distribution": "constant", "value": False}, Constant(False)),
        ({"values": [0, False, "", None]}, Choice((0, False, "", None))),
        ({"distribution": "categorical", "values": [1]}, Choice((1,))),
        ({"values": [1, 2], "probabilities": [1, 0]}, Choice((1, 2), (1.0, 0.0))),
        ({"distribution": "categorical", "values": [1, 2], "probabilities": [0.5, 0.5]}, Choice((1, 2), (0.5, 0.5))),
        (
            {"distribution": "categorical_w_probabilities", "values": [1, 2], "probabilities": [0.5, 0.5]},
            Choice((1, 2), (0.5, 0.5)),
        ),
        ({"min": 1, "max": 5}, Integer(1, 5)),
        ({"min": 1.0, "max": 5.0}, Uniform(1.0, 5.0)),
        ({"min": 0, "max": 1.0}, Uniform(0.0, 1.0)),
        ({"distribution": "int_uniform", "min": 10.0, "max": 30.0}, Integer(10, 30)),
        ({"distribution": "uniform", "min": 0, "max": 1}, Uniform(0.0, 1.0)),
        ({"distribution": "q_uniform", "min": 0, "max": 1}, Uniform(0.0, 1.0, quantum=1.0)),
        ({"distribution": "q_uniform", "min": 0, "max": 10, "q": 5}, Uniform(0.0, 10.0, quantum=5)),
        ({"distribution": "log_uniform", "min": -9, "max": -2}, Uniform(math.exp(-9), math.exp(-2), log=True)),
        ({"distribution": "log_uniform_values", "min": 1e-4, "max": 1}, Uniform(1e-4, 1.0, log=True)),
        ({"distribution": "inv_log_uniform", "min": 1, "max": 3}, Uniform(math.exp(-3), math.exp(-1), log=True)),
        ({"distribution": "inv_log_uniform_values", "min": 1, "max": 3}, Uniform(1.0, 3.0, log=True)),
        ({"distribution": "q_log_uniform", "min": 0, "max": 1}, Uniform(1.0, math.e, log=True, quantum=1.0)),
        ({"distribution": "q_log_uniform_values", "min": 1, "max": 8, "q": 2}, Uniform(1.0, 8.0, log=True, quantum=2)),
        ({"distribution": "normal"}, Normal(0.0, 1.0)),
        ({"distribution": "q_normal", "mu": 4}, Normal(4.0, 1.0, quantum=1.0)),
        ({"distribution": "log_normal", "sigma": 2}, Normal(0.0, 2.0, log=True)),
        ({"distribution": "q_log_normal", "q": 2}, Normal(0.0, 1.0, log=True, quantum=2)),
        ({"distribution": "beta", "a": 2, "b": 5}, Beta(2.0, 5.0)),
        ({"distribution": "q_beta", "q": 0.1}, Beta(1.0, 1.0, quantum=0.1)),
    ],
)
def test_a_parameter_folds_into_its_domain(parameter, spec, domain):
    found = parameter(spec)

    assert found == domain
    assert type(getattr(found, "quantum", None)) is type(getattr(domain, "quantum", None))


def test_weights_that_add_up_to_one_nearly_are_made_to_do_so_exactly(parameter):
    weights = parameter({"values": [1, 2, 3], "probabilities": [0.33333333333, 0.33333333333, 0.33333333334]}).weights

    assert math.fsum(weights) == 1.0
    assert weights == pytest.approx([1 / 3] * 3)


def test_nested_parameters_stand_at_their_path():
    parameters = {
        "model": {"parameters": {"depth": {"min": 1, "max": 3}, "head": {"parameters": {"width": {"value": 8}}}}},
        "model.depth": {"value": 1},
        "a/b": {"value": 2},
    }

    space = load_object({"method": "random", "parameters": parameters}).config.space

    assert dict(space) == {
        "a~1b": Constant(2),
        "model/depth": Integer(1, 3),
        "model/head/width": Constant(8),
        "model.depth": Constant(1),
    }


@pytest.mark.parametrize("name", ["1a", "a/b", "a.b-c", "a b", "+trainer.lr", "x~y", "größe", "parameters", "value"])
def test_a_name_that_can_be_an_option_is_a_name(name):
    loaded = load_object({"method": "grid", "parameters": {name: {"values": [1, 2]}}})

    assert len(loaded.config.space) == 1


@pytest.mark.parametrize("name", ["", " ", "-a", "--lr", "a=b", "a\nb"])
def test_a_name_that_can_not_be_an_option_is_a_fault(faults, name):
    (fault,) = faults({"method": "grid", "parameters": {name: {"values": [1, 2]}}})

    assert "option" in fault.expected
