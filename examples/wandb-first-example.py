"""The example of W&B's own page on `wandb.sweep`. Only the import line is another one."""

import sweepbridge as wandb

sweep_config = {
    "name": "my-awesome-sweep",
    "metric": {"name": "accuracy", "goal": "maximize"},
    "method": "grid",
    "parameters": {"a": {"values": [1, 2, 3, 4]}},
}


def my_train_func():
    # read the current value of parameter "a" from wandb.config
    wandb.init()
    a = wandb.config.a

    wandb.log({"a": a, "accuracy": a + 1})


sweep_id = wandb.sweep(sweep_config)

# run the sweep
wandb.agent(sweep_id, function=my_train_func)
