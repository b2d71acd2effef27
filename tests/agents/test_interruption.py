"""A function that does not ask is ended by an exception from another thread, once, and nowhere else."""

import subprocess
import sys
import threading
import time

import pytest

from sweepbridge.agents.interruption import Interruption
from sweepbridge.training import RunStopped


def in_another_thread(call):
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def work_for_ever():
    while True:
        time.sleep(0.001)


def test_the_block_ends_with_the_reason():
    interruption = Interruption()
    timer = threading.Timer(0.05, lambda: interruption.end("too bad"))
    timer.start()

    with pytest.raises(RunStopped) as raised, interruption:
        work_for_ever()

    timer.join()
    assert str(raised.value) == "too bad"


def test_tidying_up_is_not_interrupted_again():
    interruption, tidied = Interruption(), []

    def work_and_tidy_up():
        try:
            in_another_thread(lambda: interruption.end("first"))
            work_for_ever()
        finally:
            in_another_thread(lambda: interruption.end("second"))
            tidied.append(sum(range(1000)))

    with pytest.raises(RunStopped), interruption:
        work_and_tidy_up()

    assert len(tidied) == 1


def test_once_the_block_is_left_nothing_comes_any_more():
    interruption = Interruption()
    with interruption:
        pass

    in_another_thread(lambda: interruption.end("too late"))

    assert sum(range(1000)) == 499500


def test_a_block_that_ran_to_its_end_leaves_no_tracer_turning_for_ever():
    """As `coverage` and debuggers do; in a process of its own, because CPython 3.11 hung there."""
    script = """
import sys
from sweepbridge.agents.interruption import Interruption

sys.settrace(lambda *_: None)
with Interruption():
    pass
print("went on")
"""

    assert subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, text=True).stdout
