"""Flags by argparse, and a run that is finished by hand."""

import argparse

import wandb
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--n_estimators", type=int, default=10)
parser.add_argument("--max_depth", type=int, default=3)
parser.add_argument("--criterion", choices=["gini", "entropy"], default="gini")
args = parser.parse_args()

wandb.init(project="wine", config=args)
features, labels = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(features, labels, test_size=0.4, random_state=0)
model = RandomForestClassifier(args.n_estimators, max_depth=args.max_depth, criterion=args.criterion, random_state=0)
model.fit(X_train, y_train)
wandb.log({"accuracy": model.score(X_test, y_test), "log_loss": log_loss(y_test, model.predict_proba(X_test))})
wandb.finish()
