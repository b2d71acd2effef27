"""wandb.sweep, wandb.agent with a function, and the public API afterwards; prints what it saw as its last line."""

import json
import sys

import wandb
from wandb.agents import pyagent

pyagent.Agent.HEARTBEAT_SLEEP_SECONDS = 0.5  # as W&B's own tests have it; older clients have no such attribute
CONFIG = {
    "method": "tpe",
    "backend": "optuna",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {"x": {"min": -1.0, "max": 1.0}, "o": {"parameters": {"kind": {"values": ["a", "b"]}}}},
    "run_cap": int(sys.argv[1]),
}


def train():
    with wandb.init(config={"epochs": 2, "x": 9.0}) as run:
        assert run.config.x <= 1.0
        assert run.config.o["kind"] in "ab"
        for epoch in range(run.config.epochs):
            run.log({"loss": run.config.x**2 + epoch, "val": {"acc": epoch}})
        run.summary["by_hand"] = 7


sweep_id = wandb.sweep(CONFIG, project="flows")
wandb.agent(sweep_id, function=train)

api = wandb.Api()
sweep = api.sweep(f"sweepbridge/flows/{sweep_id}")
runs = list(sweep.runs)
best = sweep.best_run()
print(
    json.dumps(
        {
            "id": sweep_id,
            "state": sweep.state,
            "backend": sweep.config["backend"],
            "states": sorted(run.state for run in runs),
            "epochs": [run.config["epochs"] for run in runs],
            "kinds": [run.config["o"]["kind"] for run in runs],
            "by_hand": [run.summary["by_hand"] for run in runs],
            "runs": [run.id for run in runs],
            "losses": [run.summary["loss"] for run in runs],
            "inner": [run.summary["val"]["acc"] for run in runs],
            "best": best.id,
            "best_loss": best.summary["loss"],
            "history": [row["loss"] for row in best.history(pandas=False)],
            "history_inner": [row["val.acc"] for row in best.history(pandas=False)],
            "scanned": len(list(api.run(f"sweepbridge/flows/{best.id}").scan_history())),
            "filtered": [run.id for run in api.runs("sweepbridge/flows", filters={"config.x": {"$gt": 2}})],
        }
    )
)
