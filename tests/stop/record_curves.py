"""Records the learning curves that `test_hyperband_replay.py` replays: 120 real trainings on scikit-learn's digits.

Run it as `python tests/stop/record_curves.py` to make `curves.json` anew; it takes about a minute. Each curve is the
validation loss of a small network or of a linear model after every epoch, with hyperparameters drawn at random: some
learn fast, some slowly, some not at all, and some diverge.
"""

import json
import random
import warnings
from pathlib import Path

from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

FILE = Path(__file__).with_name("curves.json")
TRAININGS = 120
LONGEST = 80
"""Epochs. Every third training is shorter, as programs with an early end of their own are."""


def model(chance, seed):
    """A classifier that learns an epoch at a time."""
    if chance.random() < 0.3:
        rate = 10 ** chance.uniform(-5, 0)
        return SGDClassifier(loss="log_loss", learning_rate="constant", eta0=rate, random_state=seed)
    layers = (chance.choice([4, 8, 16, 32]),) * chance.choice([1, 2])
    rate, batch = 10 ** chance.uniform(-4.5, -0.5), chance.choice([32, 128, 512])
    solver = chance.choice(["adam", "sgd"])
    return MLPClassifier(layers, solver=solver, learning_rate_init=rate, batch_size=batch, random_state=seed)


def curve(seed, data):
    """The validation loss after each epoch, to four digits."""
    chance = random.Random(seed)
    learner = model(chance, seed)
    epochs = chance.randint(3, LONGEST) if seed % 3 == 0 else LONGEST
    train, test, train_labels, test_labels = data
    losses = []
    for _ in range(epochs):
        learner.partial_fit(train, train_labels, classes=range(10))
        losses.append(log_loss(test_labels, learner.predict_proba(test), labels=range(10)))
    return [float(f"{loss:.4g}") for loss in losses]


def main():
    """Train all, and write the file."""
    images, labels = load_digits(return_X_y=True)
    data = train_test_split(images / 16.0, labels, test_size=0.5, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a training that diverges says so, and belongs to the set
        curves = [curve(seed, data) for seed in range(TRAININGS)]
    FILE.write_text(json.dumps(curves, separators=(",", ":")).replace("],[", "],\n[") + "\n")


if __name__ == "__main__":
    main()
