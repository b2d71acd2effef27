"""Every key of W&B's reference, value by value: accepted, refused, or taken with a warning that names it.

A row is a key, a value, what becomes of it, and where that is told. What W&B answers otherwise stands in
`docs/reference/differences.md`.
"""

import pytest

from sweepbridge.errors import ConfigError
from sweepbridge.spec import load_object
from sweepbridge.spec.rules import KNOWN

TWO = [{"name": "a"}, {"name": "b", "goal": "maximize"}]
OPTUNA = {"engine": "optuna"}

TAKEN = [
    ("method", "grid"),
    ("method", "random"),
    ("method", "bayes"),
    ("method", "tpe"),
    ("parameters", {"a": {"value": 1}, "b-c.d": {"values": [1, 2]}, "_x": {"values": [1, 2]}}),
    ("metric", {"name": "loss"}),
    ("metric", {"name": "val/acc", "goal": "maximize"}),
    ("metric", {"name": "loss", "target": 0}),
    ("metric", {"name": "loss", "impute": "worst"}),
    ("metric", {"name": "loss", "impute": "best"}),
    ("metric", {"name": "loss", "impute": "latest"}),
    ("metric", {"name": "loss", "impute_while_running": "false"}),
    ("metric", {"name": "loss", "impute_while_running": False}),
    ("early_terminate", {"type": "hyperband", "min_iter": 3}),
    ("early_terminate", {"type": "hyperband", "min_iter": 3.0, "eta": 1.5, "strict": False}),
    ("early_terminate", {"type": "hyperband", "max_iter": 27, "s": 2}),
    ("early_terminate", {"type": "hyperband", "max_iter": 27, "s": 2.0, "eta": 3}),
    ("program", "train.py"),
    ("command", ["${env}", "${interpreter}", "${program}", "${args}"]),
    ("command", []),
    ("name", "first"),
    ("description", "a\nb"),
    ("entity", "me"),
    ("project", "digits"),
    ("run_cap", 1),
    ("run_cap", 5.0),
    ("apiVersion", "wandb/v1"),
    ("kind", "sweep"),
    ("backend", "optuna"),
    ("backend", {"name": "optuna", "multivariate": True}),
    ("seed", 0),
    ("timeout", 3600),
    ("timeout", "2h30m"),
    ("patience", 20),
    ("max_failures", 1),
    ("retries", 0),
    ("run_name", "{x}-{number:03d}"),
    ("duplicates", "skip"),
    ("duplicates", "allow"),
    ("nested_args", "dict"),
    ("scheduler", OPTUNA),
    ("scheduler", {**OPTUNA, "source": "opt.py", "optimizer": "make", "search_space": "space"}),
]
"""Without a fault and without a warning."""

WARNED = [
    ("metric", {"name": "loss", "impute_while_running": "worst"}, "metric.impute_while_running"),
    ("early_terminate", {"type": "hyperband", "min_iter": 3, "max_iter": 9}, "early_terminate.max_iter"),
    ("early_terminate", {"type": "hyperband", "min_iter": 3, "max_iter": 9, "s": 1}, "early_terminate.min_iter"),
    ("program", 3, "program"),
    ("name", 2024, "name"),
    ("description", 1, "description"),
    ("entity", 1.5, "entity"),
    ("project", 7, "project"),
    ("controller", {"type": "local"}, "controller"),
    ("controller", {"type": "cloud", "x": 1}, "controller"),
    ("scheduler", {"engine": "wandb"}, "scheduler.engine"),
    ("scheduler", {"num_workers": 8}, "scheduler.num_workers"),
    ("job", "me/j:latest", "job"),
    ("image_uri", "me/i:1", "image_uri"),
    ("launch", {"queue": "q"}, "launch"),
    ("settings", {"x": "1"}, "settings"),
    ("foo", 1, "foo"),
]
"""Loaded, and told at that place."""

REFUSED = [
    ("method", "gird", "method"),
    ("method", 3, "method"),
    ("method", None, "method"),
    ("method", "custom", "method"),
    ("parameters", {}, "parameters"),
    ("parameters", None, "parameters"),
    ("parameters", [], "parameters"),
    ("parameters", "lr", "parameters"),
    ("parameters", {"a": 5}, "parameters.a"),
    ("parameters", {"a": None}, "parameters.a"),
    ("metric", "loss", "metric"),
    ("metric", {}, "metric.name"),
    ("metric", {"name": ""}, "metric.name"),
    ("metric", {"name": "l", "goal": "maximise"}, "metric.goal"),
    ("metric", {"name": "l", "goal": None}, "metric.goal"),
    ("metric", {"name": "l", "target": "0.9"}, "metric.target"),
    ("metric", {"name": "l", "target": True}, "metric.target"),
    ("metric", {"name": "l", "impute": "mean"}, "metric.impute"),
    ("metric", {"name": "l", "impute_while_running": True}, "metric.impute_while_running"),
    ("metric", {"name": "l", "mode": "min"}, "metric.mode"),
    ("metrics", TWO, "metrics"),
    ("early_terminate", "hyperband", "early_terminate"),
    ("early_terminate", {}, "early_terminate.type"),
    ("early_terminate", {"type": "envelope"}, "early_terminate.type"),
    ("early_terminate", {"type": "hyperband"}, "early_terminate"),
    ("early_terminate", {"type": "hyperband", "max_iter": 27}, "early_terminate"),
    ("early_terminate", {"type": "hyperband", "s": 2}, "early_terminate"),
    ("early_terminate", {"type": "hyperband", "max_iter": 2, "s": 2}, "early_terminate.max_iter"),
    ("early_terminate", {"type": "hyperband", "min_iter": 0}, "early_terminate.min_iter"),
    ("early_terminate", {"type": "hyperband", "min_iter": 1.5}, "early_terminate.min_iter"),
    ("early_terminate", {"type": "hyperband", "min_iter": 3, "eta": 1}, "early_terminate.eta"),
    ("early_terminate", {"type": "hyperband", "min_iter": 3, "strict": "true"}, "early_terminate.strict"),
    ("early_terminate", {"type": "hyperband", "max_iter": 9, "s": 0}, "early_terminate.s"),
    ("early_terminate", {"type": "hyperband", "min_iter": 3, "patience": 2}, "early_terminate.patience"),
    ("program", ["train.py"], "program"),
    ("program", True, "program"),
    ("command", "python train.py", "command"),
    ("command", {"python": 1}, "command"),
    ("command", ["python", None], "command[1]"),
    ("command", ["${nothing}"], "command[0]"),
    ("name", ["a"], "name"),
    ("description", {"a": 1}, "description"),
    ("entity", ["a"], "entity"),
    ("project", False, "project"),
    ("run_cap", 0, "run_cap"),
    ("run_cap", -1, "run_cap"),
    ("run_cap", "10", "run_cap"),
    ("run_cap", 5.1, "run_cap"),
    ("run_cap", True, "run_cap"),
    ("controller", {}, "controller.type"),
    ("controller", "local", "controller"),
    ("controller", {"type": "remote"}, "controller.type"),
    ("scheduler", "optuna", "scheduler"),
    ("scheduler", {"engine": ""}, "scheduler.engine"),
    ("scheduler", {"engine": ["optuna"]}, "scheduler.engine"),
    ("scheduler", {"settings": []}, "scheduler.settings"),
    ("job", ["j"], "job"),
    ("image_uri", {"i": 1}, "image_uri"),
    ("apiVersion", ["v1"], "apiVersion"),
    ("kind", "Experiment", "kind"),
    ("backend", 3, "backend"),
    ("backend", {}, "backend.name"),
    ("seed", -1, "seed"),
    ("seed", 2**63, "seed"),
    ("seed", "0", "seed"),
    ("duplicates", True, "duplicates"),
    ("retries", -1, "retries"),
    ("timeout", 0, "timeout"),
    ("timeout", "2 hours", "timeout"),
    ("timeout", "90", "timeout"),
    ("timeout", "", "timeout"),
    ("timeout", "3h2d", "timeout"),
    ("timeout", True, "timeout"),
    ("patience", 0, "patience"),
    ("max_failures", 0, "max_failures"),
    ("max_failures", "3", "max_failures"),
    ("nested_args", "json", "nested_args"),
    ("grid", {"order": "shuffled"}, "grid"),
    ("metrc", {"name": "l"}, "metrc"),
]
"""Refused, with a fault at that place and at no other."""


def config_with(key, value):
    return {"method": "random", "parameters": {"x": {"values": [1, 2]}}, "metric": {"name": "loss"}, key: value}


@pytest.mark.parametrize(("key", "example"), [("run_cap", "30"), ("seed", "7"), ("timeout", "3600")])
def test_a_word_in_place_of_a_whole_number_gets_a_whole_number_as_the_fix(key, example):
    with pytest.raises(ConfigError) as caught:
        load_object(config_with(key, "ten" if key != "timeout" else ["ten"]))

    assert [fault.fix for fault in caught.value.faults] == [f"{key}: {example}, or another number"]


@pytest.mark.parametrize(("key", "value"), TAKEN)
def test_a_value_that_is_taken_has_no_warning_and_is_kept(key, value):
    loaded = load_object(config_with(key, value))

    assert [warning.where for warning in loaded.warnings] == []
    assert loaded.config.to_dict()[key] == value


@pytest.mark.parametrize(("key", "value", "where"), WARNED)
def test_a_value_without_effect_is_taken_with_a_warning_of_its_own(key, value, where):
    loaded = load_object(config_with(key, value))

    assert [warning.where for warning in loaded.warnings] == [where]


@pytest.mark.parametrize(("key", "value", "where"), REFUSED)
def test_a_value_that_is_refused_has_one_fault_in_four_parts(key, value, where):
    with pytest.raises(ConfigError) as caught:
        load_object(config_with(key, value))

    assert [fault.where for fault in caught.value.faults] == [where]
    assert all(fault.found and fault.expected and fault.fix for fault in caught.value.faults)


def test_every_known_key_is_in_each_table_that_it_can_be_in():
    named = {row[0] for row in (*TAKEN, *WARNED, *REFUSED)}

    assert set(KNOWN) - named == set()


def test_no_two_keys_share_a_message():
    """Each says what this key takes, in words that would be wrong for another."""
    told = {}
    for key, value, _ in REFUSED:
        with pytest.raises(ConfigError) as caught:
            load_object(config_with(key, value))
        (fault,) = caught.value.faults
        told.setdefault((fault.found, fault.fix), set()).add(key)

    assert {message: keys for message, keys in told.items() if len(keys) > 1} == {}


REFUSED_FORMS = [
    ({"value": 1, "values": [1]}, "value"),
    ({"value": 1, "min": 0}, "min"),
    ({"distribution": "constant"}, "value"),
    ({"distribution": "constant", "values": [1]}, "values"),
    ({"distribution": "categorical"}, "values"),
    ({"distribution": "categorical", "min": 0, "max": 1}, "min"),
    ({"distribution": "categorical_w_probabilities", "values": [1, 2]}, "distribution"),
    ({"values": []}, "values"),
    ({"values": 5}, "values"),
    ({"values": [1, 2], "probabilities": [1]}, "probabilities"),
    ({"values": [1, 2], "probabilities": [0.5, 0.4]}, "probabilities"),
    ({"values": [1, 2], "probabilities": [1.5, -0.5]}, "probabilities[1]"),
    ({"values": [1, 2], "q": 1}, "q"),
    ({"probabilities": [1.0]}, "values"),
    ({"min": 1}, "max"),
    ({"max": 1}, "min"),
    ({"min": 1, "max": 5, "q": 2}, "q"),
    ({"min": 3, "max": 3}, "max"),
    ({"min": 4, "max": 3}, "min"),
    ({"min": "1", "max": 3}, "min"),
    ({"min": None, "max": 3}, "min"),
    ({"min": 0, "max": 3, "mu": 1}, "mu"),
    ({"distribution": "int_uniform", "min": 0.5, "max": 3}, "min"),
    ({"distribution": "q_uniform", "min": 0, "max": 1, "q": 0}, "q"),
    ({"distribution": "q_uniform", "min": 1, "max": 2, "q": 5}, "q"),
    ({"distribution": "q_uniform", "max": 1}, "min"),
    ({"distribution": "log_uniform_values", "min": 0, "max": 1}, "min"),
    ({"distribution": "inv_log_uniform_values", "min": -1, "max": 1}, "min"),
    ({"distribution": "log_uniform_values", "min": 1, "max": 2, "q": 1}, "q"),
    ({"distribution": "q_log_uniform_values", "min": 1, "max": 2, "q": -1}, "q"),
    ({"distribution": "log_uniform", "min": 16, "max": 1024}, "max"),
    ({"distribution": "inv_log_uniform", "min": -1024, "max": 16}, "min"),
    ({"distribution": "q_log_uniform", "min": 0, "max": 1, "q": 0}, "q"),
    ({"distribution": "normal", "min": 0, "max": 1}, "min"),
    ({"distribution": "normal", "sigma": 0}, "sigma"),
    ({"distribution": "log_normal", "sigma": -1}, "sigma"),
    ({"distribution": "log_normal", "mu": 1000}, "mu"),
    ({"distribution": "normal", "mu": "0"}, "mu"),
    ({"distribution": "q_normal", "q": 0}, "q"),
    ({"distribution": "q_log_normal", "q": "1"}, "q"),
    ({"distribution": "beta", "a": 0}, "a"),
    ({"distribution": "beta", "b": -1}, "b"),
    ({"distribution": "beta", "q": 0.1}, "q"),
    ({"distribution": "q_beta", "q": 0}, "q"),
    ({"distribution": "zipf", "a": 2}, "distribution"),
    ({"distribution": None, "values": [1]}, "distribution"),
    ({"mu": 0, "sigma": 1}, ""),
    ({"a": 1, "b": 1}, ""),
    ({"q": 1}, ""),
    ({"parameters": {}}, "parameters"),
    ({"parameters": []}, "parameters"),
    ({"parameters": {"y": {"value": 1}}, "distribution": "constant"}, "distribution"),
    ({"parameters": {"y": {"min": 2, "max": 1}}}, "y.min"),
    ({"parameters": {"y": 3}}, "y"),
    ({}, ""),
    ([], ""),
    (5, ""),
    ("adam", ""),
    (None, ""),
]
"""Parameters that take no form, and the key of theirs that is told."""


@pytest.mark.parametrize("name", ["x", "x.y"])
@pytest.mark.parametrize(("spec", "key"), REFUSED_FORMS)
def test_a_parameter_of_no_form_has_one_fault_at_its_key_nested_or_not(name, spec, key):
    parameters = {"x": {"parameters": {"y": spec}}} if "." in name else {"x": spec}

    with pytest.raises(ConfigError) as caught:
        load_object({"method": "random", "parameters": parameters})

    (fault,) = caught.value.faults
    assert fault.where == f"parameters.{name}.{key}".rstrip(".")
    assert all((fault.found, fault.expected, fault.fix))
