"""The four laws for every method, in the first trials and when the model has taken over; every check among the slow."""

from typing import ClassVar

import pytest
from sweepbridge_smac import SmacBackend

from sweepbridge.plugin import Problem
from sweepbridge.plugin.testing import FINITE, FOUR_LAWS, MIXED, NUMBERS, BackendLaws

QUICK = {"challengers": 20, "local_search_iterations": 1}
"""A short look for the best point: the laws do not depend on how good it is."""


class TestRandom(BackendLaws):
    backend = SmacBackend()
    methods = ("random",)


class FirstTrials(BackendLaws):
    backend = SmacBackend()
    methods = ("bayes",)
    options: ClassVar = {"bayes": {"n_configs": 40}}
    trials = 10

    def problem_of(self, method, space):
        return Problem(space, method, self.options[method])


class TestFirstTrials(FirstTrials):
    test_the_capability_card = None  # it is among the slow
    promises = FOUR_LAWS
    spaces: ClassVar = {"mixed": MIXED}


@pytest.mark.slow
class TestEveryCheck(FirstTrials):
    limit_s = 600.0


class TestPastTheFirstTrials(BackendLaws):
    backend = SmacBackend()
    test_the_capability_card = None  # it is among the slow
    promises = FOUR_LAWS
    methods = ("rf",)
    options: ClassVar = {"rf": {**QUICK, "n_configs": 3}}
    spaces: ClassVar = {"mixed": MIXED, "finite": FINITE}
    trials = 12


@pytest.mark.slow
class TestGaussianProcess(BackendLaws):
    backend = SmacBackend()
    limit_s = 600.0
    methods = ("gp",)
    options: ClassVar = {"gp": {**QUICK, "n_configs": 3}}
    spaces: ClassVar = {"mixed": MIXED}
    trials = 5


class TestSeveralObjectives(BackendLaws):
    backend = SmacBackend()
    test_the_capability_card = None  # it is among the slow
    promises = (*FOUR_LAWS, "objectives")
    methods = ("rf",)
    objectives = 2
    options: ClassVar = {"rf": {**QUICK, "n_configs": 3}}
    spaces: ClassVar = {"numbers": NUMBERS}
    trials = 8
