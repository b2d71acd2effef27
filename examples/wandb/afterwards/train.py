"""A run with nothing special; what is special comes afterwards, in analyze.py."""

import wandb
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

with wandb.init() as run:
    model = DecisionTreeClassifier(
        max_depth=run.config.max_depth, min_samples_leaf=run.config.min_samples_leaf, random_state=0
    )
    run.log({"accuracy": cross_val_score(model, *load_wine(return_X_y=True), cv=3).mean()})
