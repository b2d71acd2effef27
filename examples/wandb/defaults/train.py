"""Defaults in the script, a swept key that the script updates all the same, and settings of its own."""

import wandb
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

defaults = {"hidden": 4, "lr": 0.1, "epochs": 5, "seed": 0, "dataset": "iris"}
run = wandb.init(config=defaults, settings=wandb.Settings(code_dir="."), save_code=True, reinit=True)
config = run.config
config.update({"lr": 10.0}, allow_val_change=True)
config.n_classes = 3
assert config.lr < 1.0, "what the sweep has set stands"
assert "hidden" in config and dict(config)["dataset"] == "iris" and config.get("nothing", 7) == 7
X_train, X_test, y_train, y_test = train_test_split(*load_iris(return_X_y=True), random_state=config.seed)
model = MLPClassifier((config.hidden,), learning_rate_init=config["lr"], random_state=config.seed)
for epoch in range(config.epochs):
    model.partial_fit(X_train, y_train, classes=range(config.n_classes))
    wandb.log({"loss": model.loss_, "accuracy": model.score(X_test, y_test)})
wandb.run.name = f"{config.hidden}-hidden"
print(wandb.run.id, wandb.run.url, wandb.run.dir, run.sweep_id)
