"""An x-axis of its own, a summary that is a minimum, and rows that are logged in pieces."""

import argparse

import wandb
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float, required=True)
parser.add_argument("--eta0", type=float, required=True)
args = parser.parse_args()

run = wandb.init(config=args)
wandb.define_metric("epoch")
wandb.define_metric("train/*", step_metric="epoch")
wandb.define_metric("val/loss", step_metric="epoch", summary="min")
X_train, X_test, y_train, y_test = train_test_split(*load_digits(return_X_y=True), random_state=0)
model = SGDClassifier("log_loss", alpha=args.alpha, learning_rate="constant", eta0=args.eta0, random_state=0)
for epoch in range(4):
    model.partial_fit(X_train / 16, y_train, classes=range(10))
    wandb.log({"epoch": epoch}, step=10 * epoch, commit=False)
    wandb.log({"train/accuracy": model.score(X_train / 16, y_train)}, step=10 * epoch, commit=False)
    wandb.log({"val/loss": log_loss(y_test, model.predict_proba(X_test / 16))}, step=10 * epoch, commit=True)
