"""wandb.agent with a function of which one call does badly; prints the id, and how many calls came to an end."""

import json
import time

import wandb
from wandb.agents import pyagent

pyagent.Agent.HEARTBEAT_SLEEP_SECONDS = 0.5  # as W&B's own tests have it; older clients have no such attribute
CONFIG = {
    "method": "grid",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {"a": {"values": [0, 1, 900]}},
    "early_terminate": {"type": "hyperband", "min_iter": 2, "eta": 2, "strict": True},
}
ended = []


def train():
    with wandb.init() as run:
        for epoch in range(60 if run.config.a == 900 else 4):
            run.log({"loss": run.config.a + 1 / (epoch + 1)})
            time.sleep(0.5)
    ended.append(run.id)


sweep_id = wandb.sweep(CONFIG, project="flows")
wandb.agent(sweep_id, function=train)
print(json.dumps({"id": sweep_id, "ended": len(ended)}))
