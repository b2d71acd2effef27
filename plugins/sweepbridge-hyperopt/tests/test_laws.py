from typing import ClassVar

from sweepbridge_hyperopt import HyperoptBackend

from sweepbridge.plugin import Problem
from sweepbridge.plugin.testing import MIXED, BackendLaws
from sweepbridge.space import Constant, Space

THE_SEARCH = ("rebuild", "peek", "inside", "tells")
"""The promises that other options may break; the rest is checked with a method's own."""


class TestHyperopt(BackendLaws):
    backend = HyperoptBackend()
    methods = ("tpe", "random", "anneal")


class TestHyperoptWithItsModelInUse(BackendLaws):
    """Twenty of thirty trials would go by before TPE models anything."""

    backend = HyperoptBackend()
    methods = ("tpe", "anneal")
    options: ClassVar = {
        "tpe": {"n_startup_jobs": 4, "gamma": 0.5},
        "anneal": {"avg_best_idx": 1.5, "shrink_coef": 0.3},
    }
    promises = THE_SEARCH


class TestHyperoptWithoutAStartup(BackendLaws):
    """The model is asked before there is any result."""

    backend = HyperoptBackend()
    methods = ("tpe",)
    options: ClassVar = {"tpe": {"n_startup_jobs": 0}}
    promises = THE_SEARCH
    trials = 12


def test_bayes_is_tpe():
    options: ClassVar = {"n_startup_jobs": 0}
    bayes = HyperoptBackend().start(Problem(MIXED, "bayes", options))
    tpe = HyperoptBackend().start(Problem(MIXED, "tpe", options))

    assert [bayes.ask(seed) for seed in range(5)] == [tpe.ask(seed) for seed in range(5)]


def test_a_space_of_constants_has_one_point():
    problem = Problem(Space({"a": Constant(0), "b": Constant(None)}), "tpe", {"n_startup_jobs": 0})

    suggestion = HyperoptBackend().start(problem).ask(3)

    assert suggestion.params == {"a": 0, "b": None}
