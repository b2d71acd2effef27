"""Booleans as flags: they are there, or they are not."""

import argparse

import wandb
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

parser = argparse.ArgumentParser()
parser.add_argument("--scale", action="store_true")
parser.add_argument("--balanced", action="store_true")
parser.add_argument("--C", type=float, default=1.0)
args = parser.parse_args()

run = wandb.init(config=vars(args), job_type="train", tags=["booleans"])
steps = [StandardScaler()] if args.scale else []
model = LogisticRegression(C=args.C, class_weight="balanced" if args.balanced else None, max_iter=5000)
scores = cross_val_score(make_pipeline(*steps, model), *load_breast_cancer(return_X_y=True), cv=3)
for fold, score in enumerate(scores):
    run.log({"fold": fold, "fold_accuracy": score})
run.summary["accuracy"] = scores.mean()
run.finish()
