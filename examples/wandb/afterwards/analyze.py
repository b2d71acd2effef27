"""Reads a sweep back: `python analyze.py ENTITY/PROJECT/SWEEP`."""

import sys

import wandb

api = wandb.Api(timeout=30)
sweep = api.sweep(sys.argv[1])
rows = [(run.id, run.state, run.config["max_depth"], run.summary.get("accuracy")) for run in sweep.runs]
best = sweep.best_run()
for row in rows:
    print(*row)
print("best", best.id, best.summary["accuracy"], len(best.history(pandas=False)))
