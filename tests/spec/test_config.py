"""What a loaded config tells the floors above."""

import pickle

import pytest

from sweepbridge.spec import Objective, load_object

X = {"x": {"values": [1, 2]}}


def config_of(**keys):
    return load_object({"method": "random", "parameters": X, **keys}).config


def test_a_config_without_a_metric_has_no_objective():
    assert config_of().objectives == ()
    assert config_of().impute == "worst"


def test_a_metric_is_the_objective_and_is_minimized_unless_it_says_otherwise():
    assert config_of(metric={"name": "loss"}).objectives == (Objective("loss", "minimize", None),)
    assert config_of(metric={"name": "acc", "goal": "maximize", "target": 1}).objectives == (
        Objective("acc", "maximize", 1.0),
    )


def test_metrics_are_objectives_in_their_order():
    metrics = [{"name": "b"}, {"name": "a", "goal": "maximize"}]

    assert config_of(metrics=metrics).objectives == (Objective("b"), Objective("a", "maximize"))


@pytest.mark.parametrize(
    ("backend", "name", "options"),
    [
        (None, None, {}),
        ("optuna", "optuna", {}),
        ({"name": "optuna", "n_startup_trials": 0}, "optuna", {"n_startup_trials": 0}),
    ],
)
def test_a_backend_is_a_name_or_a_mapping_with_its_options(backend, name, options):
    config = config_of(backend=backend)

    assert (config.backend_name, config.backend_options) == (name, options)


def test_the_backend_key_wins_over_an_engine():
    config = config_of(method="custom", backend="hyperopt", scheduler={"engine": "optuna", "source": "a.py"})

    assert (config.backend_name, config.backend_options, config.method) == ("hyperopt", {}, "bayes")


def test_the_engine_of_wandb_asks_for_no_backend():
    assert config_of(scheduler={"engine": "wandb"}).backend_name is None


def test_a_launch_job_says_how_it_searches():
    settings = {
        "sampler": {"type": "CmaEsSampler", "args": {"sigma0": 0.1}},
        "metrics": [{"name": "a", "goal": "maximize"}, {"name": "b", "goal": "minimize"}],
    }

    config = load_object({"job": "j", "parameters": X, "scheduler": {"job": "s", "settings": settings}}).config

    assert (config.backend_name, config.method, config.backend_options) == ("optuna", "cmaes", {"sigma0": 0.1})
    assert config.objectives == (Objective("a", "maximize"), Objective("b"))


@pytest.mark.parametrize(
    ("pruner", "name", "options"),
    [
        ({"type": "MedianPruner"}, "optuna-median", {}),
        ({"type": "Percentile", "args": {"percentile": 25.0}}, "optuna-percentile", {"percentile": 25.0}),
        ({"type": "ThresholdPruner", "args": {"upper": 0}}, "optuna-threshold", {"upper": 0}),
        ({"type": "SuccessiveHalvingPruner", "args": {"min_resource": "auto"}}, "optuna-successive-halving", {}),
        ({"type": "HyperbandPruner", "args": {"max_resource": 27}}, "optuna-hyperband", {"max_resource": 27}),
        ({"type": "HyperbandPruner"}, "hyperband", {"min_iter": 1, "eta": 3}),
        (
            {"type": "hyperband", "args": {"min_resource": 5, "reduction_factor": 2, "max_resource": "auto"}},
            "hyperband",
            {"min_iter": 5, "eta": 2},
        ),
        (
            {"type": "hyperband", "args": {"reduction_factor": 1, "min_resource": "?"}},
            "hyperband",
            {"min_iter": 1, "eta": 3},
        ),
        (
            {
                "type": "PatientPruner",
                "args": {"patience": 2, "wrapped_pruner": {"type": "MedianPruner", "args": {"n_warmup_steps": 3}}},
            },
            "optuna-patient",
            {"patience": 2, "wrapped_pruner": {"type": "optuna-median", "n_warmup_steps": 3}},
        ),
        ({"type": "PatientPruner", "args": {"wrapped_pruner": None}}, "optuna-patient", {"wrapped_pruner": None}),
    ],
)
def test_a_pruner_is_read_as_the_stopper_that_it_is(pruner, name, options):
    """But for Optuna's hyperband without a longest trial, which would learn it on the way."""
    config = config_of(metric={"name": "a"}, scheduler={"job": "s", "settings": {"pruner": pruner}})

    assert (config.stopper_name, config.stopper_options) == (name, options)


@pytest.mark.parametrize("pruner", [{"type": "NopPruner"}, {"type": "MyPruner"}, {}, "MedianPruner", None])
def test_what_is_no_pruner_of_optunas_ends_no_trial(pruner):
    config = config_of(metric={"name": "a"}, scheduler={"job": "s", "settings": {"pruner": pruner}})

    assert (config.stopper_name, config.stopper_options) == (None, {})


def test_early_terminate_wins_over_a_pruner():
    scheduler = {"job": "s", "settings": {"pruner": {"type": "HyperbandPruner"}}}

    config = config_of(metric={"name": "a"}, scheduler=scheduler, early_terminate={"type": "hyperband", "min_iter": 7})

    assert config.stopper_options == {"min_iter": 7}


def test_a_sampler_that_has_no_method_here_is_left_to_the_backend_to_refuse():
    scheduler = {"job": "s", "settings": {"sampler": {"type": "PartialFixedSampler"}}}

    config = load_object({"metric": {"name": "a"}, "parameters": X, "scheduler": scheduler}).config

    assert (config.method, config.backend_options) == ("bayes", {"sampler": "PartialFixedSampler"})


@pytest.mark.parametrize(
    ("written", "options"),
    [
        ({"min_iter": 3.0}, {"min_iter": 3}),
        ({"min_iter": 3, "eta": 2, "strict": False}, {"min_iter": 3, "eta": 2.0, "strict": False}),
        ({"max_iter": 27, "s": 2.0}, {"max_iter": 27, "s": 2}),
        ({"min_iter": 3, "max_iter": 27, "s": 2}, {"min_iter": 3, "max_iter": 27, "s": 2}),
        ({"min_iter": 3, "max_iter": 27}, {"min_iter": 3}),
    ],
)
def test_hyperband_has_the_options_that_have_an_effect(written, options):
    config = config_of(metric={"name": "loss"}, early_terminate={"type": "hyperband", **written})

    assert (config.stopper_name, config.stopper_options) == ("hyperband", options)


def test_a_stopper_of_a_plugin_has_any_options():
    config = config_of(metric={"name": "loss"}, early_terminate={"type": "median", "warm_up": 0})

    assert (config.stopper_name, config.stopper_options) == ("median", {"warm_up": 0})


def test_a_command_is_words_whatever_yaml_made_of_them():
    assert config_of(command=["python", 3, 0.5, True, ""]).command == ["python", "3", "0.5", "True", ""]


@pytest.mark.parametrize("key", ["entity", "project", "metric", "command", "early_terminate", "run_cap", "backend"])
def test_a_key_that_is_left_for_later_is_as_good_as_none(key):
    config = config_of(**{key: None})

    assert getattr(config, key) is None
    assert config.to_dict()[key] is None


def test_a_config_survives_pickling():
    config = config_of(seed=0, name="n")

    again = pickle.loads(pickle.dumps(config))

    assert again == config
    assert again.to_dict() == config.to_dict()
    assert dict(again.space) == dict(config.space)


@pytest.mark.parametrize(
    ("keys", "method"),
    [
        ({"scheduler": {"settings": {"sampler": {"type": "CmaEsSampler"}}}}, "bayes"),
        ({"scheduler": {"settings": {"sampler": {"type": "RandomSampler"}}}}, "random"),
        ({"method": "custom", "scheduler": {"settings": {"pruner": {"type": "NopPruner"}}}}, "bayes"),
        ({"method": "cmaes"}, "cmaes"),
        ({"method": "grid"}, "grid"),
    ],
)
def test_a_sampler_of_a_launch_job_means_bayes_to_another_backend(keys, method):
    assert config_of(metric={"name": "a"}, **keys).method_elsewhere == method
