"""Ctrl-C in a terminal: nothing that a sweep has started is left, and no trial is lost."""

import signal
import sys
import time
from pathlib import Path

import pytest

STUBBORN = """\
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])  # inherits what is ignored
print(os.getpid(), child.pid, flush=True)
time.sleep(60)
"""


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def started(folder):
    """The process numbers of all runs, and of what they have started."""
    return [int(word) for log in folder.glob(".sweepbridge/runs/*/*/stdout.log") for word in log.read_text().split()]


def wait_for(holds, seconds=20):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("words", [["run", "sweep.yaml"], ["agent"]], ids=["run", "agent"])
def test_the_second_ctrl_c_leaves_nothing_of_two_agents_and_their_trials_wait(
    tiny, write, start, exported, folder, words
):
    write(STUBBORN, "train.py")
    parent = start(*words, *([tiny] if words == ["agent"] else []), "--workers", "2")
    wait_for(lambda: len(started(folder)) == 4)

    for _ in range(2):
        parent.send_signal(signal.SIGINT)
        time.sleep(0.5)
    pressed = time.monotonic()
    told = parent.communicate(timeout=30)[1]

    sweep_id = tiny if words == ["agent"] else told.split()[1].rstrip(":")
    assert parent.returncode == 130
    assert time.monotonic() - pressed < 8  # 5 s for the programs, and some for a machine that is busy
    wait_for(lambda: not any(is_alive(pid) for pid in started(folder)), seconds=2)
    assert [row["state"] for row in exported(sweep_id)] == ["waiting", "waiting"]
