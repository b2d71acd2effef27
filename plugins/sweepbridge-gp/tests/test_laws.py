"""The four laws, and among the slow tests all that the kit checks beside them, with one objective and with two."""

from typing import ClassVar

import pytest
from sweepbridge_gp import GpBackend

from sweepbridge.plugin.testing import FOUR_LAWS, MIXED, NUMBERS, BackendLaws


class TestTheFourLaws(BackendLaws):
    backend = GpBackend()
    test_the_capability_card = None  # that of all checks is enough
    methods = ("bayes",)
    promises = FOUR_LAWS
    spaces: ClassVar = {"mixed": MIXED}
    trials = 10


@pytest.mark.slow
class TestAsItComes(BackendLaws):
    backend = GpBackend()
    methods = ("bayes",)


@pytest.mark.slow
class TestSeveralObjectives(BackendLaws):
    backend = GpBackend()
    test_the_capability_card = None  # that of one objective is enough
    methods = ("bayes",)
    objectives = 2
    promises = (*FOUR_LAWS, "objectives")
    spaces: ClassVar = {"numbers": NUMBERS}
    trials = 15
