"""When an agent gives up because its runs fail."""

import pytest

from sweepbridge.agents.failures import Failures


def after(states, *, seconds=0.0, company=False, environ=(), **limits):
    """What the rules say when runs have ended in these states, one in `seconds`."""
    failures = Failures.from_environment(dict(environ), now=0.0, **limits)
    for place, state in enumerate(states, 1):
        failures = failures.after(place, place * seconds, has_failed=state == "failed")
    return failures.verdict(len(states) * seconds, has_company=lambda: company)


@pytest.mark.parametrize("states", [[], ["failed"] * 2, ["finished"] + ["failed"] * 50, ["stopped"] + ["failed"] * 9])
def test_an_agent_goes_on(states):
    assert after(states) is None


def test_three_failures_in_the_first_minute_end_it():
    assert "within a minute" in after(["failed"] * 3, seconds=19)
    assert after(["failed"] * 3, seconds=21) is None


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
    told = after(states, seconds=3600, in_a_row=2)

    assert told == ("the last 2 runs have all failed; max_consecutive_failed_runs sets how many may" if ends else None)


def test_the_limit_can_be_set():
    environ = {"WANDB_AGENT_MAX_INITIAL_FAILURES": "2"}.items()

    assert after(["failed"], seconds=99, environ=environ) is None
    assert after(["failed"] * 2, seconds=99, environ=environ) is not None


SOUND = ["finished"]


def test_five_failures_in_a_row_within_a_minute_are_a_sick_machine_if_others_are_at_work():
    assert "something may be wrong with this machine" in after(SOUND + ["failed"] * 5, seconds=14, company=True)


@pytest.mark.parametrize(
    ("states", "seconds", "company"),
    [
        (SOUND + ["failed"] * 5, 14, False),  # nobody else could go on
        (SOUND + ["failed"] * 5, 16, True),  # they took longer
        (SOUND + ["failed"] * 4, 0, True),
        (SOUND + ["failed"] * 4 + SOUND + ["failed"] * 4, 0, True),
    ],
)
def test_a_machine_is_not_taken_for_sick(states, seconds, company):
    assert after(states, seconds=seconds, company=company) is None


def test_w_and_bs_switch_lets_a_sick_machine_go_on():
    environ = {"WANDB_AGENT_DISABLE_FLAPPING": "true"}.items()

    assert after(SOUND + ["failed"] * 9, company=True, environ=environ) is None
