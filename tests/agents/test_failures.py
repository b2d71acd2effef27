"""When an agent gives up because its runs fail."""

import pytest

from sweepbridge.agents.failures import Failures


def after(states, *, seconds=0.0, environ=(), consecutive=None):
    """What the rule says when runs have ended in these states, `seconds` after the agent began."""
    failures = Failures.from_environment(dict(environ), consecutive=consecutive)
    began = failures.clock()
    failures.clock = lambda: began + seconds
    for state in states:
        failures.count(has_failed=state == "failed")
    return failures.verdict()


@pytest.mark.parametrize("states", [[], ["failed"] * 2, ["finished"] + ["failed"] * 50, ["stopped"] + ["failed"] * 9])
def test_an_agent_goes_on(states):
    assert after(states) is None


def test_three_failures_in_the_first_minute_end_it():
    assert "within a minute" in after(["failed"] * 3, seconds=59)
    assert after(["failed"] * 3, seconds=61) is None


def test_five_failures_end_it_at_any_time():
    assert after(["failed"] * 4, seconds=3600) is None
    assert "the first 5 runs have all failed" in after(["failed"] * 5, seconds=3600)


def test_w_and_bs_switch_turns_off_the_first_minute_only():
    """In W&B's own function mode it ends the agent at the first failure."""
    environ = {"WANDB_AGENT_DISABLE_FLAPPING": "true"}.items()

    assert after(["failed"] * 4, environ=environ) is None
    assert after(["failed"] * 5, environ=environ) is not None


@pytest.mark.parametrize(
    ("states", "ends"),
    [
        (["finished", "failed", "failed"], True),
        (["failed", "failed"], True),
        (["failed", "finished", "failed"], False),
        (["failed", "stopped", "failed", "failed"], True),
        ([], False),
    ],
)
def test_so_many_failures_in_a_row_end_it_whatever_ended_well_before(states, ends):
    told = after(states, seconds=3600, consecutive=2)

    assert told == ("the last 2 runs have all failed; max_consecutive_failed_runs sets how many may" if ends else None)


def test_the_limit_can_be_set():
    environ = {"WANDB_AGENT_MAX_INITIAL_FAILURES": "2"}.items()

    assert after(["failed"], seconds=99, environ=environ) is None
    assert after(["failed"] * 2, seconds=99, environ=environ) is not None
