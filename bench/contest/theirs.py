"""W&B's own search, in an environment of its own: suggestions over a pipe, one JSON object a line.

This file imports nothing of ours, and runs where W&B's package `sweeps` is installed, with the numpy that it wants.
Each line it reads is `{"seed", "config", "runs"}`; each line it writes is `{"params", "cpu_s"}`, what it suggests and
what that cost.
"""

from __future__ import annotations

import json
import random
import sys
import time
import warnings


def main() -> None:
    warnings.simplefilter("ignore")
    import numpy as np
    from sweeps import SweepRun, next_run

    answers, sys.stdout = sys.stdout, sys.stderr  # the package prints
    for line in sys.stdin:
        asked = json.loads(line)
        # The package draws from the global generators.
        np.random.seed(asked["seed"])
        random.seed(asked["seed"])
        began = time.process_time()
        found = next_run(asked["config"], [SweepRun(**run) for run in asked["runs"]])
        params = {name: part["value"] for name, part in found.config.items()}
        answer = {"params": params, "cpu_s": time.process_time() - began}
        answers.write(json.dumps(answer, default=lambda number: number.item()) + "\n")  # some are numpy's
        answers.flush()


if __name__ == "__main__":
    main()
