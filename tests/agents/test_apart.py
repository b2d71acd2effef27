"""Work in a process of its own: what it gives comes back, and however it ends, the rest goes on."""

import os
import signal
import threading
import time
from functools import partial

import pytest

from sweepbridge.agents.apart import Gone, apart


def hang():
    time.sleep(3600)


def hang_deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)


def leave_a_thread():
    threading.Thread(target=threading.Event().wait).start()
    return "done"


def give(value):
    return value


def test_each_job_gives_what_it_gives_in_order():
    assert list(apart([partial(give, number) for number in range(5)], limit_s=60)) == [0, 1, 2, 3, 4]


def test_jobs_share_a_process_that_is_not_ours():
    first, second = apart([os.getpid, os.getpid], limit_s=60)

    assert first == second != os.getpid()


@pytest.mark.parametrize("hanging", [hang, hang_deaf])
def test_a_job_that_takes_too_long_is_ended(hanging):
    assert list(apart([hanging], limit_s=0.5)) == [Gone("did not answer within 0.5 seconds")]


def test_after_a_job_that_takes_too_long_the_next_one_is_done():
    found = list(apart([hang, partial(give, "next")], limit_s=5))

    assert found == [Gone("did not answer within 5 seconds"), "next"]


@pytest.mark.parametrize(
    ("die", "how"),
    [
        (partial(os._exit, 3), "ended its process, with exit code 3"),
        (partial(signal.raise_signal, signal.SIGKILL), "ended its process, by SIGKILL"),
    ],
)
def test_a_job_that_takes_its_process_along_is_told_and_the_next_one_is_done(die, how):
    assert list(apart([die, partial(give, "next")], limit_s=60)) == [Gone(how), "next"]


def test_a_job_that_leaves_a_thread_behind_keeps_nobody_waiting():
    assert list(apart([leave_a_thread], limit_s=60)) == ["done"]


def test_whoever_stops_listening_ends_the_work():
    jobs = apart([os.getpid, hang], limit_s=60)
    process = next(jobs)

    jobs.close()

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
