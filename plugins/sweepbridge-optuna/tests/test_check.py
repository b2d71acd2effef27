"""What is refused, or told, before the first trial."""

import subprocess
import sys
from importlib.metadata import version

import pytest
from sweepbridge_optuna import OptunaBackend, methods

from sweepbridge.plugin import Problem
from sweepbridge.space import Choice, Space, Uniform

NUMBERS = Space({"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0)})
CATEGORIES = Space({"kind": Choice(("a", "b"))})


@pytest.fixture
def all_installed(monkeypatch):
    monkeypatch.setattr(methods, "find_spec", lambda name: name)


def issues(method, options=None, space=NUMBERS, objectives=1):
    return list(OptunaBackend().check(Problem(space, method, options or {}, objectives)))


def test_importing_the_plugin_and_listing_its_methods_imports_no_optuna():
    program = (
        "import sys, sweepbridge_optuna as s; s.OptunaBackend().methods; print({'optuna', 'numpy'} & set(sys.modules))"
    )

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "set()"


def test_the_entry_point_offers_one_backend_named_optuna():
    import sweepbridge_optuna

    assert [backend.name for backend in sweepbridge_optuna.sweepbridge_backends()] == ["optuna"]


def test_bayes_is_the_default_method():
    assert OptunaBackend().methods == ("bayes", "tpe", "random", "cmaes", "gp", "nsga2", "qmc")


def test_a_misspelled_option_gets_the_nearest_name_and_all_the_choices():
    (issue,) = issues("tpe", {"n_startup_trails": 5})

    assert issue.refuses
    assert issue.fix == 'did you mean "n_startup_trials"?'
    assert "n_ei_candidates" in issue.expected


@pytest.mark.parametrize("value", ["ten", 1.5, True, None, 0, [10]])
def test_an_option_of_the_wrong_type_or_size_is_refused(value):
    (issue,) = issues("tpe", {"n_ei_candidates": value})

    assert issue.refuses
    assert issue.expected == "a whole number from 1 up"


@pytest.mark.parametrize("name", ["seed", "gamma", "weights", "constraints_func", "warn_independent_sampling"])
def test_an_option_that_sweepbridge_decides_or_that_takes_code_is_not_offered(name):
    (issue,) = issues("tpe", {name: 1})

    assert name not in issue.expected


def test_what_optuna_says_against_the_options_together_is_told():
    (issue,) = issues("tpe", {"group": True, "multivariate": False})

    assert issue.refuses
    assert "multivariate" in issue.expected


def test_a_population_of_one_is_refused_before_it_fails_in_the_middle(all_installed):
    (issue,) = issues("cmaes", {"popsize": 1})

    assert issue.expected == "a whole number from 2 up, or null"


@pytest.mark.parametrize("option", ["restart_strategy", "consider_pruned_trials"])
def test_an_option_that_would_have_no_effect_is_refused(option):
    (issue,) = issues("cmaes", {option: True})

    assert issue.refuses


@pytest.mark.skipif(
    [int(n) for n in version("optuna").split(".")[:2]] < [4, 9], reason="optuna deprecates this option since 4.9"
)
def test_an_option_that_optuna_will_drop_is_told_and_taken():
    (issue,) = issues("tpe", {"prior_weight": 2})

    assert not issue.refuses
    assert "deprecated" in issue.expected


@pytest.mark.parametrize(("method", "packages"), [("cmaes", "cmaes"), ("gp", "scipy and torch"), ("qmc", "scipy")])
def test_a_missing_package_is_told_with_the_command_that_installs_it(method, packages, monkeypatch):
    monkeypatch.setattr(methods, "find_spec", lambda name: None)

    (issue,) = issues(method)

    assert issue.found == f"method {method}, and {packages} not installed"
    assert issue.fix == f'pip install "sweepbridge-optuna[{method}]"'


@pytest.mark.parametrize("method", ["cmaes", "gp"])
def test_several_objectives_are_refused_where_the_method_takes_one(method):
    found = issues(method, objectives=2)

    assert "nsga2" in found[-1].expected
    assert found[-1].refuses


@pytest.mark.parametrize("method", ["bayes", "tpe", "random", "nsga2"])
def test_several_objectives_are_taken_by_the_others(method):
    assert issues(method, objectives=2) == []


def test_cmaes_without_a_number_to_search_is_refused(all_installed):
    (issue,) = issues("cmaes", space=CATEGORIES)

    assert issue.refuses


def test_cmaes_tells_of_each_category_that_it_only_draws_at_random(all_installed):
    (issue,) = issues("cmaes", space=Space({**NUMBERS, **CATEGORIES}))

    assert issue.path == "kind"
    assert not issue.refuses


def test_what_optuna_is_given_is_shown_for_each_parameter():
    described = OptunaBackend().describe(Problem(Space({**CATEGORIES, **NUMBERS}), "tpe"))

    assert list(described) == ["kind", "x", "y"]
    assert described["kind"] == "CategoricalDistribution(choices=(0, 1))"
