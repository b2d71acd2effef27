"""A searcher that thinks for long is named, and a person need not wait for it."""

import os
import signal
import threading

import pytest

from sweepbridge.agents.brake import Brake
from sweepbridge.agents.searching import searching

WHO = 'backend "slow" of sweepbridge-slow 0.7'


@pytest.fixture
def brake():
    """A brake that Ctrl-C pulls, as in a terminal, whatever the tests were started from."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    made = Brake()
    with made.on_signals():
        yield made
    signal.signal(signal.SIGINT, before)


def press_ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)
    threading.Event().wait(60)


def test_a_searcher_that_takes_long_is_named_again_and_again_at_longer_intervals(brake):
    told, enough = [], threading.Event()

    def say(line):
        told.append(line)
        if len(told) == 3:
            enough.set()

    with searching(brake, WHO, say, slow_s=0.01):
        assert enough.wait(60)

    assert told == [
        f"warning: {WHO} has been naming the next trial for {seconds} seconds; "
        "other agents go on, and Ctrl-C ends this one"
        for seconds in ("0.01", "0.02", "0.04")
    ]


def test_one_that_answers_in_time_is_not_named_and_leaves_no_thread(brake):
    told, before = [], threading.active_count()

    with searching(brake, WHO, told.append):
        pass

    assert (told, threading.active_count()) == ([], before)


def test_the_first_ctrl_c_ends_the_wait_for_a_searcher(brake):
    with pytest.raises(KeyboardInterrupt), searching(brake, WHO, print):
        press_ctrl_c()

    assert brake.level == 1


def test_a_ctrl_c_before_the_searcher_was_asked_keeps_it_from_being_asked(brake):
    brake.pull(1)

    with pytest.raises(KeyboardInterrupt), searching(brake, WHO, print):
        raise AssertionError("it was asked")
