"""W&B's own edge cases of validation, with our answer to each; where it differs, the reason stands beside it."""

import math

import pytest

from sweepbridge.space import Integer, Uniform
from sweepbridge.spec import load_object

X = {"x": {"values": [1, 2]}}


def random_with(spec):
    return {"method": "random", "parameters": {"x": spec}}


def places(faults):
    return [fault.where for fault in faults]


def test_01_an_empty_config_lacks_two_keys(faults):
    assert places(faults({})) == ["method", "parameters"]


def test_02_no_parameters_is_one_fault(faults):
    assert places(faults({"method": "random", "parameters": {}})) == ["parameters"]


def test_03_a_method_of_a_backend_is_no_fault_but_custom_needs_somebody_to_search(faults):
    """W&B has four methods. Here backends bring their own."""
    metric = {"name": "loss"}

    assert load_object({"method": "tpe", "metric": metric, "parameters": X}).config.method == "tpe"
    assert places(faults({"method": "custom", "metric": metric, "parameters": X})) == ["method"]


@pytest.mark.parametrize("key", ["foo", "settings", "launch"])
def test_04_a_key_that_means_nothing_here_is_a_warning(key):
    """W&B's cloud takes such a config, with a warning."""
    loaded = load_object({"method": "random", "parameters": X, key: {"a": 1}})

    assert places(loaded.warnings) == [key]


@pytest.mark.parametrize("metric", ["loss", {"name": "loss", "goal": "minimise"}])
def test_05_a_metric_that_is_a_word_or_has_a_misspelt_goal_is_a_fault(faults, metric):
    """W&B minimizes, whatever the goal was meant to be."""
    (fault,) = faults({"method": "random", "parameters": X, "metric": metric})

    assert fault.where in ("metric", "metric.goal")


@pytest.mark.parametrize("given", [False, "false"])
def test_06_a_bare_false_is_as_good_as_the_word(given):
    """YAML makes a boolean of W&B's own default, which W&B then refuses."""
    metric = {"name": "loss", "impute_while_running": given}

    config = load_object({"method": "random", "parameters": X, "metric": metric}).config

    assert config.metric.impute_while_running == "false"


@pytest.mark.parametrize("name", ["1a", "a b", "a/b", "a.b-c"])
def test_07_a_name_that_can_be_an_option_is_taken(name):
    """W&B's pattern refuses the first three, and its cloud runs them."""
    assert load_object({"method": "random", "parameters": {name: X["x"]}}).config.parameters.keys() == {name}


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({"values": []}, "parameters.x.values"),
        ({"values": 5}, "parameters.x.values"),
        ({"min": 1}, "parameters.x.max"),
        ({"value": 1, "values": [1]}, "parameters.x.value"),
    ],
)
def test_08_a_form_that_is_not_whole_or_two_at_once_is_one_fault(faults, spec, where):
    assert places(faults(random_with(spec))) == [where]


@pytest.mark.parametrize("bounds", [{"min": 3, "max": 3}, {"min": 4, "max": 3}])
def test_09_a_min_that_is_not_below_max_is_one_fault(faults, bounds):
    assert len(faults(random_with(bounds))) == 1


def test_10_a_bound_in_quotes_is_a_fault_that_shows_it_without(faults):
    (fault,) = faults(random_with({"min": "1e-4", "max": 0.1}))

    assert fault.fix == "min: 1e-4 without quotes"


def test_11_whole_floats_are_whole_numbers_and_whole_bounds_are_floats_where_asked(parameter):
    """W&B refuses the first, though its cloud runs it."""
    assert parameter({"min": 0.0, "max": 1.0, "distribution": "int_uniform"}) == Integer(0, 1)
    assert parameter({"min": 0, "max": 1, "distribution": "uniform"}) == Uniform(0.0, 1.0)


def test_12_true_and_false_are_no_bounds(faults):
    assert places(faults(random_with({"min": False, "max": True}))) == ["parameters.x.min", "parameters.x.max"]


def test_13_a_whole_and_a_broken_bound_make_a_uniform_range(parameter):
    """W&B's client refuses it as ambiguous, its engine does not."""
    assert parameter({"min": 0, "max": 1.0}) == Uniform(0.0, 1.0)


@pytest.mark.parametrize("nest", [False, True])
def test_14_exponents_are_kept_and_told_also_in_groups(nest):
    """W&B tells them at the top level only."""
    spec = {"distribution": "log_uniform", "min": -2, "max": 0}
    parameters = {"group": {"parameters": {"x": spec}}} if nest else {"x": spec}

    loaded = load_object({"method": "random", "parameters": parameters})

    (domain,) = loaded.config.space.values()
    assert domain == Uniform(math.exp(-2), 1.0, log=True)
    assert "0.1353 to 1" in loaded.warnings[0].expected


@pytest.mark.parametrize(
    "spec",
    [
        {"distribution": "log_uniform_values", "min": 0, "max": 1},
        {"distribution": "q_uniform", "min": 0, "max": 1, "q": 0},
        {"distribution": "normal", "sigma": -1},
        {"distribution": "normal", "sigma": 0},
    ],
)
def test_15_what_has_no_distribution_is_a_fault(faults, spec):
    """W&B lets sigma 0 through, and samples NaN."""
    assert len(faults(random_with(spec))) == 1


@pytest.mark.parametrize("probabilities", [[1], [0.5, 0.4], [1.5, -0.5]])
@pytest.mark.parametrize("nest", [False, True])
def test_16_probabilities_that_do_not_fit_are_one_fault_also_in_groups(faults, probabilities, nest):
    spec = {"values": [1, 2], "probabilities": probabilities}

    assert len(faults(random_with({"parameters": {"y": spec}} if nest else spec))) == 1


def test_17_a_group_is_checked_as_the_top_level_is(faults):
    assert places(faults(random_with({"parameters": {"y": {"min": 2, "max": 1}}}))) == ["parameters.x.y.min"]


def test_18_a_group_is_not_lost_beside_other_parameters():
    nested = {"a": {"parameters": {"b": {"values": [1, 2]}}}, "z": {"value": 2}}

    config = load_object({"method": "random", "parameters": nested}).config

    assert list(config.space) == ["a/b", "z"]
    assert config.to_dict()["parameters"] == nested


@pytest.mark.parametrize("cap", [0, -1, "1", 5.1, True])
def test_19_a_run_cap_is_a_whole_number_above_zero(faults, cap):
    assert places(faults({"method": "random", "parameters": X, "run_cap": cap})) == ["run_cap"]
    assert load_object({"method": "random", "parameters": X, "run_cap": 5.0}).config.run_cap == 5


def test_20_a_command_is_a_list_and_the_fix_shows_it(faults):
    (fault,) = faults({"method": "random", "parameters": X, "command": "python x"})

    assert fault.fix == 'command: ["python", "x"]'


@pytest.mark.parametrize(
    "options",
    [{}, {"max_iter": 9}, {"min_iter": 3, "eta": 1}, {"min_iter": 0}, {"type": "envelope"}, {"max_iter": 2, "s": 2}],
)
def test_21_hyperband_without_a_band_is_a_fault(faults, options):
    stopper = {"type": "hyperband", **options}

    assert len(faults({"method": "random", "parameters": X, "metric": {"name": "l"}, "early_terminate": stopper})) == 1


def test_21_early_terminate_without_a_metric_is_a_fault(faults):
    """W&B notices at run time."""
    stopper = {"type": "hyperband", "min_iter": 3}

    assert places(faults({"method": "random", "parameters": X, "early_terminate": stopper})) == ["early_terminate"]


def test_22_a_controller_has_a_type_and_no_effect(faults):
    assert places(faults({"method": "random", "parameters": X, "controller": {}})) == ["controller.type"]

    loaded = load_object({"method": "random", "parameters": X, "controller": {"type": "local", "x": 1}})

    assert places(loaded.warnings) == ["controller"]


def test_23_metrics_are_two_or_more_and_exclude_metric(faults):
    """W&B asks for method: custom with them. Here the backend says whether it can do several."""
    two = [{"name": "a"}, {"name": "b", "goal": "maximize"}]

    assert len(load_object({"method": "bayes", "parameters": X, "metrics": two}).config.objectives) == 2
    assert places(faults({"method": "bayes", "parameters": X, "metrics": two[:1]})) == ["metrics"]
    assert places(faults({"method": "bayes", "parameters": X, "metrics": []})) == ["metrics"]
    assert places(faults({"method": "bayes", "parameters": X, "metrics": two, "metric": two[0]})) == ["metrics"]


def test_24_an_engine_is_a_backend_with_any_method():
    """W&B pairs optuna with custom alone, and forbids early_terminate beside it. Neither is a reason here."""
    config = load_object(
        {
            "method": "bayes",
            "metric": {"name": "loss"},
            "parameters": X,
            "scheduler": {"engine": "optuna"},
            "early_terminate": {"type": "hyperband", "min_iter": 3},
        }
    ).config

    assert (config.backend_name, config.method, config.stopper_name) == ("optuna", "bayes", "hyperband")


def test_24_a_search_space_in_python_needs_no_parameters():
    scheduler = {"engine": "optuna", "source": "space.py", "search_space": "space"}

    config = load_object({"method": "custom", "metric": {"name": "loss"}, "scheduler": scheduler}).config

    assert config.backend_options == {"source": "space.py", "search_space": "space"}


@pytest.mark.parametrize("bound", [math.nan, math.inf, -math.inf])
def test_25_a_bound_is_finite(faults, bound):
    """W&B lets NaN and -inf through."""
    assert places(faults(random_with({"min": bound, "max": 1.0}))) == ["parameters.x.min"]


def test_26_a_parameter_that_is_a_value_is_a_fault_that_shows_the_form(faults):
    (fault,) = faults(random_with(5))

    assert fault.fix == "x: {value: 5}"
