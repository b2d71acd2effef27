"""Warnings: what loads, and may not mean what its author thinks."""

import pytest

from sweepbridge.spec import load_object

X = {"x": {"values": [1, 2]}}


def warnings_of(**keys):
    return load_object({"method": "random", "parameters": X, **keys}).warnings


def test_a_plain_config_has_no_warning():
    early = {"type": "hyperband", "min_iter": 3}

    assert warnings_of(metric={"name": "loss"}, early_terminate=early, seed=0, program="train.py", name="n") == ()


@pytest.mark.parametrize("key", ["sweep_count", "env_params", "hyper_sweep_parameters", "SWEEP_ID", "x-anchors"])
def test_an_unknown_key_is_a_warning(key):
    (warning,) = warnings_of(**{key: {"a": 1}})

    assert (warning.where, warning.found) == (key, key)


def test_a_parameter_that_stands_too_far_left_is_told_to_be_indented():
    (warning,) = warnings_of(lr={"values": [0.1, 0.2]})

    assert warning.fix == "indent lr to stand under parameters"


def test_a_key_that_can_not_be_seen_stands_in_quotes():
    (warning,) = warnings_of(**{"": 1})

    assert (warning.where, warning.found) == ('""', '""')


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("paramters", "parameters"),
        ("Metric", "metric"),
        ("early_termination", "early_terminate"),
        ("commands", "command"),
    ],
)
def test_a_key_that_is_nearly_known_is_a_fault(faults, key, meant):
    (fault,) = faults({"method": "random", "parameters": X, key: {"a": 1}})

    assert fault.fix == f'did you mean "{meant}"?'


@pytest.mark.parametrize(
    ("key", "value"),
    [("controller", {"type": "cloud"}), ("job", "j"), ("image_uri", "i"), ("launch", {}), ("settings", {})],
)
def test_a_key_of_wandb_that_has_no_effect_here_is_told(key, value):
    (warning,) = warnings_of(**{key: value})

    assert warning.where == key
    assert "has no effect here" in warning.expected


@pytest.mark.parametrize(
    ("bounds", "fix"),
    [
        ({"min": -9, "max": -2}, "distribution: log_uniform_values, min: 0.0001234, max: 0.1353 says the same plainly"),
        ({"min": 0.001, "max": 0.1}, "distribution: log_uniform_values, if min and max are meant as values"),
        ({"min": 1, "max": 100}, "distribution: log_uniform_values, if min and max are meant as values"),
    ],
)
def test_exponents_are_told_with_the_values_that_they_mean(bounds, fix):
    (warning,) = warnings_of(parameters={"x": {"distribution": "log_uniform", **bounds}})

    assert warning.where == "parameters.x"
    assert warning.fix == fix


def test_floats_as_bounds_of_whole_numbers_are_told():
    (warning,) = warnings_of(parameters={"x": {"distribution": "int_uniform", "min": 1, "max": 5.0}})

    assert (warning.found, warning.fix) == ("max: 5.0", "max: 5")


def test_a_number_as_a_name_is_read_as_text_and_told():
    loaded = load_object({"method": "random", "parameters": X, "project": 2024})

    assert loaded.config.project == "2024"
    assert [warning.fix for warning in loaded.warnings] == ['project: "2024"']


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"min_iter": 3, "max_iter": 27, "s": 2}, "early_terminate.min_iter"),
        ({"min_iter": 3, "max_iter": 27}, "early_terminate.max_iter"),
        ({"min_iter": 3, "s": 2}, "early_terminate.s"),
    ],
)
def test_a_hyperband_key_that_loses_to_others_is_told(options, where):
    (warning,) = warnings_of(metric={"name": "loss"}, early_terminate={"type": "hyperband", **options})

    assert warning.where == where


def test_a_search_without_anything_to_search_is_told():
    (warning,) = warnings_of(parameters={"x": {"value": 1}, "y": {"values": ["a"]}})

    assert warning.found == "one value for each parameter"


def test_a_search_of_wandbs_own_engine_is_told_to_run_here():
    (warning,) = warnings_of(scheduler={"engine": "wandb"})

    assert warning.where == "scheduler.engine"


@pytest.mark.parametrize(
    ("pruner", "fix"),
    [
        ({"type": "HyperbandPruner"}, 'early_terminate: {type: "hyperband", min_iter: 1, eta: 3} says it plainly'),
        (
            {"type": "MedianPruner", "args": {"n_warmup_steps": 3}},
            'early_terminate: {type: "optuna-median", n_warmup_steps: 3} says it plainly',
        ),
        ({"type": "MyPruner"}, "early_terminate: {type: asha}"),
    ],
)
def test_a_pruner_is_told_with_what_it_is_read_as(pruner, fix):
    scheduler = {"settings": {"pruner": pruner}}

    (warning,) = warnings_of(metric={"name": "a"}, scheduler=scheduler)

    assert (warning.where, warning.fix) == ("scheduler.settings.pruner", fix)


def test_a_pruner_beside_early_terminate_is_told_to_lose():
    early = {"type": "hyperband", "min_iter": 3}
    scheduler = {"settings": {"pruner": {"type": "HyperbandPruner"}}}

    (warning,) = warnings_of(metric={"name": "a"}, early_terminate=early, scheduler=scheduler)

    assert warning.fix == "remove the pruner"


def test_a_pruner_that_does_nothing_is_not_told():
    assert warnings_of(metric={"name": "a"}, scheduler={"settings": {"pruner": {"type": "NopPruner"}}}) == ()


@pytest.mark.parametrize("scheduler", [{"workers": 3}, {"settings": {"sampling": "TPE"}}])
def test_an_unknown_key_of_the_launch_form_is_told(scheduler):
    (warning,) = warnings_of(scheduler=scheduler)

    assert "is ignored" in warning.expected


@pytest.mark.parametrize(
    ("spec", "where", "said"),
    [
        ({"distribution": "q_uniform", "min": 0.0, "max": 1.0}, "parameters.x", "0.0 and 1.0 alone"),
        ({"distribution": "q_uniform", "min": 1, "max": 3, "q": 2}, "parameters.x.q", "2 alone"),
        ({"distribution": "q_beta", "a": 2, "b": 5}, "parameters.x", "0.0 and 1.0 alone"),
    ],
)
def test_a_step_as_wide_as_the_range_is_told(spec, where, said):
    (warning, *_) = warnings_of(parameters={"x": spec, "y": {"min": 0, "max": 9}})

    assert warning.where == where
    assert said in warning.expected


@pytest.mark.parametrize("q", [{"q": 1}, {"q": 0.5}])
def test_a_step_that_was_meant_is_not_told(q):
    assert warnings_of(parameters={"x": {"distribution": "q_uniform", "min": 0, "max": 1, **q}}) == ()


@pytest.mark.parametrize("command", [["python", "${program}"], ["bash", "-c", "python train.py ${HOME}"]])
def test_a_command_that_passes_no_parameter_is_told(command):
    (warning,) = warnings_of(program="train.py", command=command)

    assert (warning.where, warning.fix) == ("command", 'add "${args}"')


@pytest.mark.parametrize(
    "command", [["a", "${args}"], ["a", "--x=${x}"], ["a", "${args_json_file}"], ["bash", "-c", "python t.py ${args}"]]
)
def test_a_command_that_passes_parameters_in_any_way_is_not_told(command):
    assert warnings_of(command=command) == ()


def test_a_method_beside_a_sampler_is_told_to_lose():
    scheduler = {"settings": {"sampler": {"type": "CmaEsSampler"}}}

    loaded = load_object({"method": "random", "metric": {"name": "a"}, "parameters": X, "scheduler": scheduler})

    assert loaded.config.method == "cmaes"
    assert [warning.where for warning in loaded.warnings] == ["method"]


def test_bayes_beside_a_sampler_that_learns_is_the_same_wish():
    scheduler = {"settings": {"sampler": {"type": "TPESampler"}}}

    assert warnings_of(method="bayes", metric={"name": "a"}, scheduler=scheduler) == ()
