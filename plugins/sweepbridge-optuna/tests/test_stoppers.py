"""Optuna's pruners as stoppers: the laws, the options, and what each says. How they judge is held against Optuna's own
study in `tests/stop/test_studies.py`.
"""

import inspect

import optuna
import pytest
from sweepbridge_optuna import OptunaStopper
from sweepbridge_optuna.pruners import PRUNERS, WRAPPED

from sweepbridge.plugin import Curves
from sweepbridge.plugin.stopper_testing import StopperLaws

MEDIAN = {"type": "optuna-median", "n_startup_trials": 1}


class TestHyperband(StopperLaws):
    stopper = OptunaStopper("optuna-hyperband")
    options = ({"max_resource": 27}, {"min_resource": 2, "max_resource": 9, "reduction_factor": 2})
    refused = (
        {},
        {"max_resource": "auto"},
        {"max_resource": 2, "min_resource": 3},
        {"max_resource": 9, "bootstrap_count": -1},
    )


class TestMedian(StopperLaws):
    stopper = OptunaStopper("optuna-median")
    options = ({}, {"n_startup_trials": 0, "n_warmup_steps": 3, "interval_steps": 2, "n_min_trials": 2})
    refused = ({"interval_steps": 0}, {"n_startup_trials": 2.5})


class TestPatient(StopperLaws):
    stopper = OptunaStopper("optuna-patient")
    options = ({"patience": 2}, {"patience": 0, "min_delta": 0.01, "wrapped_pruner": MEDIAN})
    refused = (
        {},
        {"patience": 2, "min_delta": -1},
        {"patience": 2, "wrapped_pruner": "median"},
        {"patience": 2, "wrapped_pruner": {"type": "optuna-hyperband", "max_resource": 9}},
        {"patience": 2, "wrapped_pruner": {"type": "optuna-patient", "patience": 1}},
        {"patience": 2, "wrapped_pruner": {"type": ["optuna-median"]}},
        {"patience": 2, "wrapped_pruner": {**MEDIAN, "interval_steps": 0}},
    )


class TestPercentile(StopperLaws):
    stopper = OptunaStopper("optuna-percentile")
    options = ({"percentile": 25.0}, {"percentile": 75, "n_startup_trials": 0})
    refused = ({}, {"percentile": 101.0})


class TestSuccessiveHalving(StopperLaws):
    stopper = OptunaStopper("optuna-successive-halving")
    options = ({}, {"min_resource": 2, "reduction_factor": 2, "min_early_stopping_rate": 1, "bootstrap_count": 3})
    refused = ({"min_resource": "auto"}, {"reduction_factor": 1}, {"min_early_stopping_rate": 10**9})


class TestThreshold(StopperLaws):
    stopper = OptunaStopper("optuna-threshold")
    options = ({"upper": 1.5}, {"lower": -0.5, "n_warmup_steps": 2})
    refused = ({}, {"lower": 2, "upper": 1}, {"upper": "1"})


@pytest.mark.filterwarnings("ignore:WilcoxonPruner finds steps")
class TestWilcoxon(StopperLaws):
    stopper = OptunaStopper("optuna-wilcoxon")
    options = ({}, {"p_threshold": 0.3, "n_startup_steps": 5})
    refused = ({"p_threshold": 2.0}, {"n_startup_steps": -1})


@pytest.mark.parametrize("name", PRUNERS)
def test_the_options_and_their_defaults_are_those_of_the_optuna_that_is_installed(name):
    """But for `auto`, which is learned on the way and would make the verdict depend on when it was."""
    taken = inspect.signature(getattr(optuna.pruners, PRUNERS[name].type)).parameters
    theirs = {
        key: None if one.default in ("auto", inspect.Parameter.empty) else one.default for key, one in taken.items()
    }
    ours = {option.name: option.default for option in PRUNERS[name].options}

    theirs.pop(WRAPPED, None)
    theirs |= {"n_startup_steps": 2} if "n_startup_steps" in theirs else {}  # Optuna 4.0 has 0, and starts at 2 as well
    assert set(ours) == set(theirs)
    assert {key: one for key, one in theirs.items() if one is not None and ours[key] != one} == {}


def test_wilcoxon_says_what_to_install(monkeypatch):
    monkeypatch.setattr("sweepbridge_optuna.stoppers.find_spec", lambda name: None)

    (issue,) = OptunaStopper("optuna-wilcoxon").check({})
    (wrapped,) = OptunaStopper("optuna-patient").check({"patience": 1, WRAPPED: {"type": "optuna-wilcoxon"}})

    assert issue.fix == wrapped.fix == 'pip install "sweepbridge-optuna[wilcoxon]"'


def test_what_optuna_learns_on_the_way_is_refused_with_the_reason():
    (issue,) = OptunaStopper("optuna-hyperband").check({"max_resource": "auto"})

    assert (issue.path, issue.found) == ("max_resource", "max_resource: 'auto'")
    assert issue.expected == "a whole number of at least 1: nothing is learned on the way"


def test_a_verdict_names_the_pruner_the_step_and_the_metric_in_its_own_sign():
    curves = Curves({0: [-0.9], 1: [-0.2]}, latest=1, goal="maximize")

    verdict = OptunaStopper("optuna-threshold").judge({"lower": 0.5}, 1, curves)

    assert (verdict.stop, verdict.why) == (True, "ThresholdPruner stops a trial with 0.2 at step 0")


@pytest.mark.parametrize(
    ("rows", "latest", "told"),
    [
        (1, 0, "0 at step 0; SuccessiveHalvingPruner judges once at each rung: it has come to none yet"),
        (4, 0, "0 at step 3; SuccessiveHalvingPruner judges once at each rung: the last one was step 2"),
        (3, 1, "0 at step 2; SuccessiveHalvingPruner judges once at each rung: the last one was step 2"),
        (3, 0, "SuccessiveHalvingPruner lets run a trial with 0 at step 2"),
    ],
)
def test_one_with_rungs_judges_a_trial_when_it_gets_to_one_and_at_no_other_time(rows, latest, told):
    curves = Curves({0: [0.0] * rows, 1: [1.0] * 9}, latest=latest)

    verdict = OptunaStopper("optuna-successive-halving").judge({"min_resource": 2, "reduction_factor": 4}, 0, curves)

    assert verdict.why == told
