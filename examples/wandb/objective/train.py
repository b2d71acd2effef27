"""As W&B's own guide has it: a main() with a run, and an objective of its config."""

import wandb
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split


def objective(config):
    X_train, X_test, y_train, y_test = train_test_split(*load_diabetes(return_X_y=True), random_state=0)
    model = ElasticNet(alpha=config.alpha, l1_ratio=config["l1_ratio"]).fit(X_train, y_train)
    return mean_squared_error(y_test, model.predict(X_test))


def main():
    with wandb.init(project="my-first-sweep") as run:
        score = objective(run.config)
        run.log({"score": score})


if __name__ == "__main__":
    main()
