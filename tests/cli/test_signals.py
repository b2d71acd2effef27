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
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(200)"])  # inherits what is ignored
print(os.getpid(), child.pid, flush=True)
time.sleep(200)
"""


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def started(folder):
    """The process numbers of all runs, and of what they have started."""
    return [int(word) for log in folder.glob(".sweepbridge/runs/*/*/stdout.log") for word in log.read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("words", [["run", "sweep.yaml"], ["agent"]], ids=["run", "agent"])
def test_the_second_ctrl_c_leaves_nothing_of_two_agents_and_their_trials_wait(
    tiny, write, start, exported, folder, words, eventually, read_until
):
    write(STUBBORN, "train.py")
    parent = start(*words, *([tiny] if words == ["agent"] else []), "--workers", "2")
    eventually(lambda: len(started(folder)) == 4, parent)

    parent.send_signal(signal.SIGINT)
    told = read_until(parent, "ending after this run")
    parent.send_signal(signal.SIGINT)
    pressed = time.monotonic()
    parent.communicate()

    sweep_id = tiny if words == ["agent"] else told.split()[1].rstrip(":")
    assert parent.returncode == 130
    assert time.monotonic() - pressed < 25  # 5 s for the programs, and some for a machine that is busy
    eventually(lambda: not any(is_alive(pid) for pid in started(folder)))
    assert [row["state"] for row in exported(sweep_id)] == ["waiting", "waiting"]


WAITS_FOR_A_SIGNAL = """\
import os, signal, sys, time

def heard(number, _):
    with open(os.environ["SWEEPBRIDGE_RUN_DIR"] + "/metrics.jsonl", "a") as metrics:
        metrics.write('{"loss": 1}\\n')
    sys.exit(0)

signal.signal(signal.SIGUSR2, heard)
print(os.getpid(), flush=True)
time.sleep(200)
"""
TWO = "program: train.py\nmethod: grid\nmetric: {name: loss}\nparameters: {a: {values: [1, 2]}}\n"


@pytest.mark.parametrize("words", [["run", "two.yaml"], ["agent"]], ids=["run", "agent"])
def test_a_signal_that_is_forwarded_reaches_the_programs_of_all_agents(
    write, call, start, exported, folder, words, eventually
):
    write(WAITS_FOR_A_SIGNAL, "train.py")
    sweep_id = call("sweep", write(TWO, "two.yaml")).out.strip()
    parent = start(*words, *([sweep_id] if words == ["agent"] else []), "--workers", "2", "--forward-signals")
    eventually(lambda: len(started(folder)) == 2, parent)

    parent.send_signal(signal.SIGUSR2)
    told = parent.communicate()[1]

    sweep_id = sweep_id if words == ["agent"] else told.split()[1].rstrip(":")
    assert parent.returncode == 0
    assert [row["state"] for row in exported(sweep_id)] == ["finished", "finished"]
