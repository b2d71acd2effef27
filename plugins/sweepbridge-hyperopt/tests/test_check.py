import inspect
from importlib.metadata import entry_points

import pytest
from sweepbridge_hyperopt import HyperoptBackend
from sweepbridge_hyperopt.options import OPTIONS, STARTUP

from sweepbridge.plugin import Problem
from sweepbridge.plugin.testing import MIXED, NUMBERS
from sweepbridge.space import Integer, Space

TPE = {"gamma": 1, "n_EI_candidates": 1, "n_startup_jobs": 0, "prior_weight": 0.5}


def issues(method="tpe", options=None, space=MIXED, objectives=1):
    return list(HyperoptBackend().check(Problem(space, method, options or {}, objectives)))


def test_the_plugin_is_found_by_its_entry_point():
    (found,) = entry_points(group="sweepbridge", name="hyperopt")

    (backend,) = found.load().sweepbridge_backends()

    assert backend.name == "hyperopt"
    assert backend.methods == ("bayes", "tpe", "random", "anneal")
    assert backend.libraries == ("hyperopt",)


@pytest.mark.parametrize(
    ("method", "options"), [("bayes", TPE), ("tpe", TPE), ("anneal", {"avg_best_idx": 1.5, "shrink_coef": 0})]
)
def test_the_options_of_a_method_are_accepted(method, options):
    assert issues(method, options) == []


@pytest.mark.parametrize("method", ["tpe", "anneal"])
def test_the_options_are_those_of_the_installed_hyperopt(method):
    import hyperopt

    function = {"tpe": hyperopt.tpe.suggest, "anneal": hyperopt.anneal.AnnealingAlgo}[method]
    names = set(inspect.signature(function).parameters)

    assert names - {"new_ids", "domain", "trials", "seed", "verbose"} == set(OPTIONS[method])


def test_the_startup_is_hyperopts_own():
    import hyperopt

    assert inspect.signature(hyperopt.tpe.suggest).parameters["n_startup_jobs"].default == STARTUP


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("gamma", 0),
        ("gamma", "0.25"),
        ("gamma", float("nan")),
        ("n_EI_candidates", 24.0),
        ("n_EI_candidates", 0),
        ("n_startup_jobs", "ten"),
        ("n_startup_jobs", True),
        ("n_startup_jobs", -1),
        ("prior_weight", None),
    ],
)
def test_a_wrong_value_of_an_option_is_refused_with_its_range(option, value):
    (issue,) = issues("tpe", {option: value})

    assert issue.refuses
    assert issue.found == f"option {option} = {value!r}"
    assert issue.expected.startswith(f"{option}: a ")


def test_an_unknown_option_is_refused_with_the_choices():
    (issue,) = issues("tpe", {"n_startup_trials": 10})

    assert issue.refuses
    assert issue.expected == "one of gamma, n_EI_candidates, n_startup_jobs, prior_weight"


def test_an_option_of_another_method_is_refused():
    assert [issue.refuses for issue in issues("anneal", {"gamma": 0.25})] == [True]
    assert [issue.refuses for issue in issues("random", {"gamma": 0.25})] == [True]


def test_all_issues_are_told_at_once():
    found = issues("tpe", {"gamma": -1, "n_EI_candidates": 0.5, "seed": 1}, NUMBERS, objectives=2)

    assert len([issue for issue in found if issue.refuses]) == 4


def test_two_objectives_are_refused():
    (issue,) = issues(objectives=2)

    assert issue.refuses
    assert issue.found == "2 objectives"


def test_a_range_that_floats_cannot_count_is_told_and_searched():
    space = Space({"salt": Integer(0, 2**63)})

    (issue,) = issues(space=space)

    assert not issue.refuses
    assert issue.path == "salt"
    assert space.outside(HyperoptBackend().start(Problem(space, "tpe")).ask(1).params) == []
