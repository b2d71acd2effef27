"""The four laws for every method, and for one optimizer of each family that users reach for."""

from typing import ClassVar

import pytest
from sweepbridge_nevergrad import NevergradBackend

from sweepbridge.plugin import Problem
from sweepbridge.plugin.testing import FOUR_LAWS, MIXED, NUMBERS, BackendLaws

HEAVY: dict[str, str] = {"memory-stays-small": "nevergrad keeps each candidate with its parametrization, 100 kB in all"}


class TestAsTheyCome(BackendLaws):
    backend = NevergradBackend()
    methods = ("bayes",)
    skips: ClassVar = HEAVY


@pytest.mark.slow
class TestFamilies(BackendLaws):
    """Named in the place of the methods."""

    backend = NevergradBackend()
    methods = ("OnePlusOne", "DE", "PSO", "CMA", "RandomSearch")
    promises = FOUR_LAWS
    spaces: ClassVar = {"mixed": MIXED}
    trials = 15

    def problem_of(self, method, space):
        return Problem(space, "nevergrad", {"optimizer": method}, budget=self.trials)


class TestOneByOne(BackendLaws):
    """For numbers alone, NGOpt picks a solver that runs in a thread of its own."""

    backend = NevergradBackend()
    test_the_capability_card = None  # that of many at once is enough
    methods = ("nevergrad",)
    skips: ClassVar = HEAVY

    def problem_of(self, method, space):
        return Problem(space, method, {"num_workers": 1}, budget=self.trials)


class TestSeveralObjectives(BackendLaws):
    backend = NevergradBackend()
    test_the_capability_card = None  # that of one objective is enough
    methods = ("nevergrad",)
    objectives = 2
    promises = (*FOUR_LAWS, "objectives")
    spaces: ClassVar = {"numbers": NUMBERS}
    trials = 15


def test_the_method_nevergrad_is_the_method_bayes():
    bayes, nevergrad = (NevergradBackend().start(Problem(MIXED, name)) for name in ("bayes", "nevergrad"))

    assert [bayes.ask(seed) for seed in range(3)] == [nevergrad.ask(seed) for seed in range(3)]
