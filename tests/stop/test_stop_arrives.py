"""A stop arrives: real agents, real runs, a real clock, in function and in program mode, under any backend."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sweepbridge import open_sweep, sweep

PROGRAM = """
import signal, sys, time
from pathlib import Path
import sweepbridge

def end(*_):
    raise SystemExit(143)

signal.signal(signal.SIGTERM, end)
"""

TRAINING = """
def train():
    with sweepbridge.init() as run:
        if not Path("first").exists():
            Path("first").touch()
            run.log({"accuracy": 0.9})
            return
        stopped = Path("heard").read_text().count("\\n") if Path("heard").exists() else 0
        run.log({"accuracy": 0.1 / (stopped + 1)})  # worse than all before it
        logged = time.monotonic()
        try:
            while time.monotonic() < logged + 100:
                run.log({"elapsed": time.monotonic() - logged})
                time.sleep(0.02)
        finally:
            with open("heard", "a") as heard:
                heard.write(f"{time.monotonic() - logged}\\n")

"""

CONFIG = {
    "metric": {"name": "accuracy", "goal": "maximize"},
    "parameters": {"x": {"values": [1, 2, 3, 4]}},
    "early_terminate": {"type": "hyperband", "min_iter": 1},
    "program": "train.py",
    "run_cap": 4,
}


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work through a sweep with one agent in a process of its own: the sweep, and how late each stop arrived."""
    monkeypatch.chdir(tmp_path)
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def worked(mode, **search):
        sweep_id = sweep({**CONFIG, **search}, seed=1)
        call = {"program": "train()", "function": f"sweepbridge.agent({sweep_id!r}, function=train)"}[mode]
        Path("train.py").write_text(PROGRAM * (mode == "program") + HEADER + TRAINING + call)
        agent = {"program": ["-m", "sweepbridge", "agent", sweep_id], "function": ["train.py"]}[mode]
        subprocess.run([sys.executable, *agent], env=environ, check=True, capture_output=True)
        return open_sweep(sweep_id), [float(line) for line in Path("heard").read_text().split()]

    return worked


HEADER = "import time\nfrom pathlib import Path\nimport sweepbridge\n"


@pytest.mark.parametrize("mode", ["program", "function"])
@pytest.mark.parametrize(
    "search",
    [{"method": "grid"}, {"method": "bayes", "backend": "optuna"}, {"method": "bayes", "backend": "hyperopt"}],
    ids=["grid", "optuna", "hyperopt"],
)
def test_a_stop_reaches_the_run_within_a_second_of_the_row_that_it_is_for(work, mode, search):
    done, delays = work(mode, **search)

    assert [record.state for record in done.trials] == ["finished", "stopped", "stopped", "stopped"]
    assert done.trials[1].trial.reason == "band 1: accuracy 0.1 ranks 2 of 2 and is below the threshold 0.9"
    assert len(delays) == 3
    assert min(delays) < 1, delays  # a machine that is busy for a moment may be late once


@pytest.mark.parametrize(
    ("mode", "early_terminate", "reason"),
    [
        ("function", {"type": "asha"}, "rung 1: accuracy 0.1 ranks 2 of 2 and is below the threshold 0.9"),
        (
            "program",
            {"type": "median", "min_trials": 1},
            "iteration 1: accuracy 0.1 ranks 2 of 2 and is below the threshold 0.9",
        ),
        (
            "function",
            {"type": "optuna-threshold", "lower": 0.5},
            "ThresholdPruner stops a trial with 0.1 at step 0",
        ),
    ],
    ids=["asha", "median", "optuna-threshold"],
)
def test_so_does_the_stop_of_any_other_stopper(work, mode, early_terminate, reason):
    done, delays = work(mode, method="grid", early_terminate=early_terminate, run_cap=2)

    assert [(record.state, record.trial.reason) for record in done.trials] == [("finished", None), ("stopped", reason)]
    assert len(delays) == 1
