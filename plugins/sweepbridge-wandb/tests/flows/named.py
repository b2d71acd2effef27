"""Says what its run is called, as the client has it and as the server has it."""

import json
from pathlib import Path

import wandb

with wandb.init() as run:
    run.log({"loss": 1.0})
    served = wandb.Api().run(f"{run.entity}/{run.project}/{run.id}").name
    Path("names.json").write_text(json.dumps([run.name, served]))
