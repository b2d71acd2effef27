"""Nested parameters, which come through wandb.config alone: the command passes none."""

import wandb
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

wandb.init()
config = wandb.config
X_train, X_test, y_train, y_test = train_test_split(*load_digits(return_X_y=True), random_state=0)
model = SGDClassifier(
    loss=config["model"]["loss"],
    penalty=config["model"]["penalty"],
    alpha=config.optimizer["alpha"],
    learning_rate=config.optimizer["schedule"]["name"],
    eta0=config.optimizer["schedule"]["eta0"],
    random_state=0,
)
for epoch in range(config.epochs):
    model.partial_fit(X_train / 16, y_train, classes=range(10))
    wandb.log({"epoch": epoch, "val": {"accuracy": model.score(X_test / 16, y_test)}})
