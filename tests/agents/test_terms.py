"""The terms of an agent, in W&B's words: which are refused, and how they are passed on to agents in other processes."""

import pytest

from sweepbridge.agents.terms import USUAL, Terms
from sweepbridge.errors import UsageError


@pytest.mark.parametrize("most", [0, -1, True, "2", 1.5])
def test_a_number_of_failures_that_is_none_is_refused(most):
    with pytest.raises(UsageError, match="max_consecutive_failed_runs is no number that can be used"):
        Terms(max_consecutive_failed_runs=most)


@pytest.mark.parametrize("timeout", [-1, float("inf"), float("nan"), "30", True])
def test_a_timeout_that_is_none_is_refused(timeout):
    with pytest.raises(UsageError, match="term_timeout is no number that can be used"):
        Terms(forward_signals=True, term_timeout=timeout)


def test_a_timeout_for_a_program_that_gets_no_signals_is_refused():
    with pytest.raises(UsageError, match="term_timeout stands alone"):
        Terms(term_timeout=3)


def test_terms_are_passed_on_as_options():
    assert USUAL.options == []
    assert Terms(True, 1.5, 2).options == [
        "--forward-signals",
        "--term-timeout",
        "1.5",
        "--max-consecutive-failed-runs",
        "2",
    ]
