"""How an agent is told to end."""

import signal
import threading
import time

import pytest

from sweepbridge.agents.brake import Brake


def test_each_level_is_told_once():
    brake = Brake()
    nothing = brake.news()

    brake.pull(1)
    told = [brake.news(), brake.news()]
    brake.pull(2)

    assert nothing is None
    assert "after this run" in told[0]
    assert told[1] is None
    assert brake.news() == "ending this run now"


def test_a_scheduler_that_asks_is_told_apart_from_a_person():
    brake = Brake()

    brake.preempt(signal.SIGUSR1)
    brake.preempt(signal.SIGTERM)

    assert (brake.level, brake.preempted_by) == (2, signal.SIGTERM)
    assert "preempted" in brake.news()


def test_a_sigterm_after_a_ctrl_c_is_the_second_ctrl_c():
    brake = Brake()
    brake.pull(1)

    brake.preempt(signal.SIGTERM)

    assert (brake.level, brake.preempted_by) == (2, None)


def test_the_brake_is_never_let_go():
    brake = Brake()

    brake.pull(2)
    brake.pull(1)

    assert brake.level == 2


def test_a_pause_ends_when_the_brake_is_pulled():
    brake = Brake()
    threading.Timer(0.1, brake.pull, [1]).start()
    began = time.monotonic()

    brake.pause(200)

    assert time.monotonic() - began < 100


def test_other_peoples_code_is_interrupted_only_by_the_second_pull():
    brake = Brake()

    with brake.interrupting():
        brake.pull(1)
    with pytest.raises(KeyboardInterrupt), brake.interrupting():
        brake.pull(2)


def test_a_handler_of_the_users_own_is_left_alone():
    heard = []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append(1))
    brake = Brake()

    with brake.on_signals():
        signal.raise_signal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, before)

    assert (heard, brake.level) == ([1], 0)


def test_a_brake_that_forwards_remembers_each_signal_in_order_once(in_a_terminal):
    brake = Brake(forwards=True)

    with brake.on_signals():
        signal.raise_signal(signal.SIGUSR2)
        signal.raise_signal(signal.SIGRTMIN + 3)
        levels = [brake.level]
        signal.raise_signal(signal.SIGQUIT)
        signal.raise_signal(signal.SIGTERM)
        levels.append(brake.level)

    assert levels == [0, 2]
    assert brake.to_forward() == [signal.SIGUSR2, signal.SIGRTMIN + 3, signal.SIGQUIT, signal.SIGTERM]
    assert brake.to_forward() == []
    assert signal.getsignal(signal.SIGUSR2) == signal.SIG_DFL


def test_a_brake_that_does_not_forward_leaves_other_signals_alone(in_a_terminal):
    brake = Brake()

    with brake.on_signals():
        handlers = [signal.getsignal(number) for number in (signal.SIGUSR2, signal.SIGQUIT)]

    assert handlers == [signal.SIG_DFL, signal.SIG_DFL]
    assert brake.to_forward() == []


def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    brake = Brake()

    with brake.on_signals():
        signal.raise_signal(signal.SIGHUP)
    signal.signal(signal.SIGHUP, before)

    assert brake.level == 0


def test_outside_of_the_main_thread_an_agent_does_without_signals():
    raised = []

    def use():
        try:
            with Brake().on_signals():
                pass
        except ValueError as error:
            raised.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()

    assert raised == []
