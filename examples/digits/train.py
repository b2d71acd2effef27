"""Trains a small neural network on scikit-learn's handwritten digits: a program as anyone has it for W&B.

Every setting is a command-line option with a default, so it also runs alone: `python train.py --layers=2`. After each
epoch it logs how the network does on images that it has not seen, which is what hyperband judges.
"""

import argparse

import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import sweepbridge


def settings():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activation", default="relu", choices=["relu", "tanh", "logistic"])
    parser.add_argument("--alpha", type=float, default=1e-4, help="strength of the L2 penalty")
    parser.add_argument("--batch_size", type=int, default=64)
    parser.add_argument("--beta_1", type=float, default=0.9, help="momentum of Adam")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--learning_rate", type=float, default=1e-3)
    parser.add_argument("--noise", type=float, default=0.0, help="deviation of the noise added to training images")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--units", type=int, default=64, help="units in each hidden layer")
    return parser.parse_args()


def images(seed):
    digits = load_digits()
    return train_test_split(digits.data / 16.0, digits.target, test_size=0.3, random_state=seed, stratify=digits.target)


def network(config):
    return MLPClassifier(
        hidden_layer_sizes=[config.units] * config.layers,
        activation=config.activation,
        alpha=config.alpha,
        batch_size=config.batch_size,
        beta_1=config.beta_1,
        learning_rate_init=config.learning_rate,
        random_state=config.seed,
    )


def train(config):
    chance = np.random.default_rng(config.seed)
    seen, unseen, seen_digits, unseen_digits = images(config.seed)
    model = network(config)
    for _ in range(config.epochs):
        noisy = seen + chance.normal(0.0, config.noise, seen.shape)
        model.partial_fit(noisy, seen_digits, classes=range(10))
        guesses = model.predict_proba(unseen)
        yield {
            "train_loss": model.loss_,
            "val_loss": log_loss(unseen_digits, guesses, labels=range(10)),
            "val_accuracy": (guesses.argmax(axis=1) == unseen_digits).mean(),
        }


def main():
    # Several agents train at once: one thread each, so that they don't take each other's cores.
    with threadpool_limits(1), sweepbridge.init(config=settings()) as run:
        for metrics in train(run.config):
            run.log({name: float(value) for name, value in metrics.items()})


if __name__ == "__main__":
    main()
