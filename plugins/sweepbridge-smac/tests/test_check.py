"""What is refused, or told, before the first trial."""

import subprocess
import sys

import pytest
import sweepbridge_smac
from sweepbridge_smac import SmacBackend

from sweepbridge.plugin import Problem
from sweepbridge.plugin.testing import MIXED, NUMBERS
from sweepbridge.space import Constant, Integer, Space


def issues(method="bayes", options=None, space=NUMBERS, objectives=1, budget=50):
    return list(SmacBackend().check(Problem(space, method, options or {}, objectives, budget)))


@pytest.mark.parametrize("method", ["bayes", "rf", "gp", "random"])
@pytest.mark.parametrize("objectives", [1, 2])
def test_nothing_is_said_against_any_method(method, objectives):
    assert issues(method, space=MIXED, objectives=objectives) == []


def test_a_misspelled_option_gets_the_nearest_name_and_all_the_choices():
    (issue,) = issues(options={"n_tree": 5})

    assert issue.fix == 'did you mean "n_trees"?'
    assert "challengers" in issue.expected


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("n_trees", 0, "a whole number from 1 up"),
        ("n_trees", True, "a whole number from 1 up"),
        ("n_trees", 10.0, "a whole number from 1 up"),
        ("min_samples_split", 1, "a whole number from 2 up"),
        ("ratio_features", 0, "a number above 0, up to 1"),
        ("probability", 1.5, "a number from 0 to 1"),
        ("xi", -1, "a number from 0 up"),
        ("xi", float("inf"), "a number from 0 up"),
        ("bootstrapping", 1, "true or false"),
        ("max_ratio", "half", "a number above 0, up to 1"),
    ],
)
def test_an_option_that_smac_would_stumble_over_is_refused(option, value, expected):
    (issue,) = issues(options={option: value})

    assert issue.refuses
    assert issue.expected == expected


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("rf", {"n_trees": 3, "ratio_features": 0.5, "min_samples_split": 3, "max_depth": 5, "bootstrapping": False}),
        ("rf", {"n_configs": 5, "max_ratio": 1, "xi": 0.1, "challengers": 50, "probability": 0, "n_trees": 1}),
        ("gp", {"model_type": "mcmc", "local_search_iterations": 2, "n_configs_per_hyperparameter": 1}),
    ],
)
def test_what_smac_takes_is_taken(method, options):
    assert issues(method, options) == []


def test_an_option_of_the_other_model_is_refused():
    (issue,) = issues("gp", {"n_trees": 10})

    assert "model_type" in issue.expected


def test_the_model_of_a_gaussian_process_has_one_of_two_names():
    (issue,) = issues("gp", {"model_type": "mcmcmc"})

    assert issue.expected == "vanilla or mcmc"


def test_a_sweep_without_an_end_is_told_what_is_planned_for():
    (issue,) = issues(budget=None)

    assert not issue.refuses
    assert "SMAC plans for 100, the first 25 spread evenly" in issue.expected


def test_more_whole_numbers_than_a_float_has_are_refused():
    (issue,) = issues(space=Space({"n": Integer(0, 2**60)}))

    assert issue.path == "n"
    assert issue.refuses


@pytest.mark.parametrize("budget", [1, 2, 5])
def test_a_short_sweep_is_no_trouble(budget):
    assert issues(budget=budget) == []


@pytest.mark.parametrize("method", ["bayes", "random"])
def test_a_space_of_constants_has_one_point(method):
    problem = Problem(Space({"a": Constant(0), "b": Constant(None)}), method, {}, budget=5)

    assert list(SmacBackend().check(problem)) == []
    assert SmacBackend().start(problem).ask(3).params == {"a": 0, "b": None}


def test_what_smac_is_given_is_shown_for_each_parameter():
    described = SmacBackend().describe(Problem(MIXED, "bayes"))

    assert list(described) == list(MIXED.axes)
    assert described["depth"] == "Integer('depth', (1, 9))"
    assert described["lr"] == "Float('lr', (0.0, 1.0))"
    assert described["optimizer/kind"] == "Categorical('optimizer/kind', [0, 1, 2, 3])"


def test_the_entry_point_offers_one_backend_named_smac():
    assert [backend.name for backend in sweepbridge_smac.sweepbridge_backends()] == ["smac"]


def test_importing_the_plugin_and_checking_options_loads_no_smac():
    program = (
        "import sys, sweepbridge_smac as it\n"
        "from sweepbridge.plugin.contract import Problem\n"
        "from sweepbridge.space import Space, Uniform\n"
        "(backend,) = it.sweepbridge_backends()\n"
        "assert list(backend.check(Problem(Space({'x': Uniform(0.0, 1.0)}), 'bayes', {'n_tree': 1})))\n"
        "print({'smac', 'numpy', 'ConfigSpace'} & set(sys.modules))\n"
    )

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert shown.stdout == "set()\n"
