"""`sweepbridge retry`, and what status shows of runs that died."""

import pytest

BREAKS = """\
method: grid
command: [bash, -c, "test -e fixed || exit 3; sweepbridge log loss=${a}"]
metric: {name: loss}
parameters: {a: {values: [1, 2]}}
"""


@pytest.fixture
def broken(write, shell):
    """The id of a sweep that has finished, with two failed trials, whose program is fixed by now."""
    ran = shell(f"sweepbridge run {write(BREAKS)}")
    assert ran.code == 1
    write("", "fixed")
    return ran.err.split()[1].rstrip(":")


def test_a_failed_trial_is_put_back_and_ends_well(broken, call, shell, exported):
    printed = call("retry", broken, 1)
    shell(f"sweepbridge agent {broken}")

    assert printed.out == f"trial 1 waits again as trial 2; if no agent is at work: sweepbridge agent {broken}\n"
    assert [(row["state"], row["params.a"]) for row in exported(broken)] == [
        ("failed", 1),
        ("failed", 2),
        ("finished", 2),
    ]
    assert "state     finished" in call("status", broken).out


def test_replay_says_how_many_trials_were_put_back(broken, call):
    call("retry", broken, 1)

    printed = call("replay", broken)

    assert printed.code == 0
    assert printed.out.splitlines()[:2] == [
        "2 of 2 suggestions are what ran",
        "1 more put back by a person, which nobody suggested",
    ]


def test_a_trial_that_has_not_failed_is_refused(broken, call):
    call("retry", broken, 1)

    printed = call("retry", broken, 2)

    assert (printed.code, printed.err.splitlines()[0]) == (2, "trial 2 has not failed")


def test_status_tells_how_each_run_ended(write, shell, call):
    once = "test $SWEEPBRIDGE_RUN = 1 && exit 3; test $SWEEPBRIDGE_RUN = 2 && exit 75; sweepbridge log loss=${a}"
    config = BREAKS.replace("test -e fixed || exit 3; sweepbridge log loss=${a}", once).replace("[1, 2]", "[1]")

    ran = shell(f"sweepbridge run {write(config + 'retries: 1')}")

    shown = call("status", ran.err.split()[1].rstrip(":"), 0).out
    assert ran.code == 0
    assert [line.split()[2].rstrip(":,") for line in shown.splitlines() if line.startswith("  run ")] == [
        "failed",
        "preempted",
        "finished",
    ]
