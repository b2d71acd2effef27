"""Two agents of one name: the second takes nothing from the first while that lives."""

import pytest

from sweepbridge.engine import Wait
from sweepbridge.engine.namesakes import STILL_S, Namesakes
from sweepbridge.errors import UsageError
from sweepbridge.store import Claim, Run
from sweepbridge.trials import Trial

GRID = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2, 3]}}}


def run(heard_at):
    return Run(0, 1, "ann", "running", 0.0, heard_at, None, None, None)


def test_a_heartbeat_that_goes_on_is_that_of_a_living_agent():
    namesakes = Namesakes()
    first = namesakes.holder(run(5.0), now=0.0)

    with pytest.raises(UsageError, match='another agent named "ann"'):
        namesakes.holder(run(7.0), now=2.0)
    assert first == "unknown"


def test_a_heartbeat_that_stands_still_is_that_of_a_dead_one():
    namesakes = Namesakes()

    found = [namesakes.holder(run(5.0), now) for now in (100.0, 100.0 + STILL_S - 0.1, 100.0 + STILL_S)]

    assert found == ["unknown", "unknown", "dead"]


def test_an_agents_own_run_needs_no_second_look():
    namesakes = Namesakes()
    namesakes.took(Claim("abcdefgh", Trial(0, 1, "running", {}), 1, "ann"))

    assert namesakes.holder(run(5.0), now=0.0) == "this"


def test_the_second_of_two_living_agents_is_refused_and_the_first_keeps_its_run(begin, join, end):
    first = begin(GRID)
    claim, second = first.next("ann"), join(first)

    waits = second.next("ann")
    first.beat(claim)

    assert isinstance(waits, Wait)
    with pytest.raises(UsageError, match="is at work on this sweep"):
        second.next("ann")
    assert end(first, claim, {"loss": 1.0}).state == "finished"


def test_one_that_died_here_is_followed_at_once(begin, join, die):
    first = begin(GRID)
    claim = first.next("ann")
    die(first)

    again = join(first).next("ann")

    assert (again.trial, again.run) == (claim.trial, 2)
