"""What is refused, or told, before the first trial."""

import os
import subprocess
import sys

import pytest
import sweepbridge_nevergrad
from sweepbridge_nevergrad import NevergradBackend, optimizers

from sweepbridge.plugin import Problem
from sweepbridge.plugin.testing import MIXED, NUMBERS
from sweepbridge.space import Constant, Integer, Space, Uniform


def issues(options=None, space=NUMBERS, budget=30, objectives=1):
    return list(NevergradBackend().check(Problem(space, "nevergrad", options or {}, objectives, budget)))


def test_nothing_is_said_against_the_default():
    assert issues(space=MIXED) == []


@pytest.mark.parametrize(
    ("name", "near"), [("ngopt", "NGOpt"), ("TwoPointDE", "TwoPointsDE"), ("onePlusone", "OnePlusOne")]
)
def test_a_misspelled_optimizer_gets_the_nearest_of_the_registry(name, near):
    (issue,) = issues({"optimizer": name})

    assert issue.refuses
    assert issue.fix == f'did you mean "{near}"?'
    assert "NGOpt, NgIohTuned, OnePlusOne" in issue.expected


@pytest.mark.parametrize("value", [7, None, ["DE"]])
def test_an_optimizer_is_a_name(value):
    (issue,) = issues({"optimizer": value})

    assert issue.expected == "the name of one of nevergrad's optimizers"


@pytest.mark.parametrize("value", [0, -1, 2.0, True, "four", None])
def test_the_number_of_workers_is_a_whole_number(value):
    (issue,) = issues({"num_workers": value})

    assert issue.expected == "a whole number from 1 up: how many trials may run at once"


def test_an_option_that_does_not_exist_is_refused():
    (issue,) = issues({"popsize": 20})

    assert issue.expected == "one of num_workers, optimizer"


@pytest.mark.parametrize("sequential", ["Cobyla", "BO", "MultiDS"])
def test_an_optimizer_that_waits_for_each_result_is_refused(sequential, monkeypatch):
    """The first two say so themselves. MultiDS starts such solvers inside, and would hang when one is asked twice."""
    monkeypatch.setattr(optimizers, "_ENDS_WITHIN_S", 0.1)

    (issue,) = issues({"optimizer": sequential})

    assert issue.expected.endswith("it waits for each result before it names the next point")
    assert issue.fix.startswith("num_workers: 1, for one trial at a time")


@pytest.mark.parametrize("sequential", ["Cobyla", "Powell", "MultiDS"])
def test_with_one_trial_at_a_time_it_is_taken(sequential):
    assert issues({"optimizer": sequential, "num_workers": 1}) == []


def test_an_optimizer_whose_package_is_missing_says_which():
    (issue,) = issues({"optimizer": "AXP"})

    assert issue.found.startswith("optimizer AXP of nevergrad ")
    assert issue.found.endswith(", and ax not installed")


def test_the_try_leaves_nothing_on_the_screen(capfd):
    issues({"optimizer": "AXP"})

    assert capfd.readouterr() == ("", "")


def test_an_optimizer_that_cannot_search_the_space_says_why():
    (issue,) = issues({"optimizer": "DiscreteOnePlusOneT"})

    assert "it fails with " in issue.expected
    assert issue.fix == "optimizer: NGOpt"


def test_a_sweep_without_an_end_is_told_what_is_planned_for():
    (issue,) = issues(budget=None)

    assert not issue.refuses
    assert "for 100 if it is not told" in issue.expected


@pytest.mark.parametrize("budget", [1, 2, 5])
def test_a_short_sweep_is_no_trouble(budget):
    assert issues(budget=budget) == []


def test_several_objectives_are_taken():
    assert issues(objectives=2) == []


def test_more_whole_numbers_than_a_float_has_are_told_and_taken():
    (issue,) = issues(space=Space({"n": Integer(0, 2**60), "x": Uniform(0.0, 1.0)}))

    assert issue.path == "n"
    assert not issue.refuses


def test_a_space_of_constants_has_one_point():
    problem = Problem(Space({"a": Constant(0), "b": Constant(None)}), "bayes", {}, budget=5)
    searcher = NevergradBackend().start(problem)

    assert list(NevergradBackend().check(problem)) == []
    assert searcher.ask(3).params == {"a": 0, "b": None}


def test_what_nevergrad_is_given_is_shown_for_each_parameter():
    described = NevergradBackend().describe(Problem(MIXED, "bayes"))

    assert list(described) == list(MIXED.axes)
    assert described["depth"] == "Array(shape=(4,))[1] from 0.5 to 9.5 with integer casting"
    assert described["optimizer/kind"] == "Choice(4)"


def test_the_entry_point_offers_one_backend_named_nevergrad():
    assert [backend.name for backend in sweepbridge_nevergrad.sweepbridge_backends()] == ["nevergrad"]


def test_listing_and_describing_load_no_nevergrad():
    program = (
        "import sys, sweepbridge_nevergrad as it\n"
        "from sweepbridge.plugin.contract import Problem\n"
        "from sweepbridge.space import Space, Uniform\n"
        "(backend,) = it.sweepbridge_backends()\n"
        "backend.methods, backend.describe(Problem(Space({'x': Uniform(0.0, 1.0)}), 'bayes'))\n"
        "print({'nevergrad', 'numpy', 'pandas'} & set(sys.modules))\n"
    )

    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ}
    )

    assert shown.stdout == "set()\n"


def test_cma_at_a_single_number_is_refused_and_spoils_no_other_search():
    assert [issue.refuses for issue in issues({"optimizer": "OldCMA"}, Space({"/x": Uniform(0.0, 1.0)}))] == [True]
    assert issues({"optimizer": "OldCMA"}, MIXED) == []
