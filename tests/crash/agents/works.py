"""Agents that call a function for each trial, as a training script has them.

python works.py STORE SWEEP_ID WORKERS
"""

import os
import sys
import time
from pathlib import Path

import sweepbridge


def train():
    with sweepbridge.init() as run:
        time.sleep(0.03)  # else a kill would hardly ever find a run at work
        while "SWEEPBRIDGE_STORM" in os.environ and not Path("broken-loose").exists():  # as storm.py's program
            time.sleep(0.02)
        run.log({"loss": float(run.config["a"])})


if __name__ == "__main__":
    store, sweep_id, workers = sys.argv[1:]
    sweepbridge.agent(sweep_id, train, workers=int(workers), store=store)
