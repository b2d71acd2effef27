"""The four laws, and all that the kit checks beside them, with one objective and with two."""

from typing import ClassVar

from sweepbridge_gp import GpBackend

from sweepbridge.plugin import Problem
from sweepbridge.plugin.testing import FOUR_LAWS, NUMBERS, BackendLaws


class TestAsItComes(BackendLaws):
    backend = GpBackend()
    methods = ("bayes",)


class TestSeveralObjectives(BackendLaws):
    backend = GpBackend()
    test_the_capability_card = None  # that of one objective is enough
    methods = ("bayes",)
    promises = (*FOUR_LAWS, "objectives")
    spaces: ClassVar = {"numbers": NUMBERS}
    trials = 15

    def problem_of(self, method, space):
        return Problem(space, method, {}, objectives=2, budget=self.trials)
