"""The four laws for every method, and for one optimizer of each family that users reach for."""

from typing import ClassVar

import pytest
from sweepbridge_nevergrad import NevergradBackend

from sweepbridge.plugin import Problem
from sweepbridge.plugin.testing import MIXED, NUMBERS, BackendLaws


class TestAsTheyCome(BackendLaws):
    backend = NevergradBackend()
    methods = ("bayes",)


class TestFamilies(BackendLaws):
    """Named in the place of the methods."""

    backend = NevergradBackend()
    methods = ("OnePlusOne", "DE", "PSO", "CMA", "RandomSearch")
    spaces: ClassVar = {"mixed": MIXED}
    trials = 15

    @pytest.fixture
    def problem(self, method, space_name):
        return Problem(self.spaces[space_name], "nevergrad", {"optimizer": method}, budget=self.trials)


class TestSeveralObjectives(BackendLaws):
    backend = NevergradBackend()
    methods = ("nevergrad",)
    spaces: ClassVar = {"numbers": NUMBERS}
    trials = 15

    @pytest.fixture
    def problem(self, method, space_name):
        return Problem(self.spaces[space_name], method, {}, objectives=2, budget=self.trials)


def test_the_method_nevergrad_is_the_method_bayes():
    bayes, nevergrad = (NevergradBackend().start(Problem(MIXED, name)) for name in ("bayes", "nevergrad"))

    assert [bayes.ask(seed) for seed in range(3)] == [nevergrad.ask(seed) for seed in range(3)]
