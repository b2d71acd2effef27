"""The twelve problems: test functions of the literature, and trainings of real models on data that scikit-learn ships.

Each is a space in W&B's words and a function of a point that is to be small. Each has instances, by number: a formula
has its best point elsewhere, and a model other shares of the data to learn from and to be judged by. So a search that
leaves nothing to chance does not play one and the same game under every seed, and none is helped by where it begins.
All are without noise: a training's chance is fixed, so what differs from one search to the next is the search.
"""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import ElasticNet
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVR

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """An instance: one function to minimize."""

    parameters: Mapping[str, Mapping[str, Any]]
    """As a config has them."""
    loss: Callable[[Params], float]


@dataclass(frozen=True)
class Family:
    """A function with its instances."""

    name: str
    parameters: Mapping[str, Mapping[str, Any]]
    """As a config has them; the same for all instances."""
    loss: Callable[[Params, int], float]
    """Of a point, and the number of the instance."""

    def instance(self, number: int) -> Problem:
        """The one with this number."""
        return Problem(self.parameters, lambda params: self.loss(params, number))


@cache
def moves(instance: int, coordinates: int) -> tuple[float, ...]:
    """How far the best point is moved, as a share of what is possible in either direction: -1 to 1 each."""
    chance = random.Random(f"instance {instance}")
    return tuple(chance.uniform(-1.0, 1.0) for _ in range(coordinates))


def branin(params: Params, instance: int) -> float:
    """Dixon and Szego's; its least is 0.397887, at three points."""
    x, y = (params[name] + 1.5 * moved for name, moved in zip("xy", moves(instance, 2), strict=True))
    bent = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return bent**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


_A = np.array(
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
)
_P = np.array(
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
)


def hartmann6(params: Params, instance: int) -> float:
    """Dixon and Szego's in six dimensions; its least is -3.32237."""
    x = np.array([params[f"x{number}"] + 0.1 * moved for number, moved in enumerate(moves(instance, 6))])
    return -float(np.array([1.0, 1.2, 3.0, 3.2]) @ np.exp(-(_A * (x - _P) ** 2).sum(axis=1)))


def ackley(*off: float) -> float:
    """Ackley's, by how far each coordinate is from the best; its least is 0."""
    squares = sum(one * one for one in off) / len(off)
    waves = sum(math.cos(2 * math.pi * one) for one in off) / len(off)
    return 20 + math.e - 20 * math.exp(-0.2 * math.sqrt(squares)) - math.exp(waves)


def ackley_floats(params: Params, instance: int) -> float:
    return ackley(*(params[f"x{number}"] - 3 * moved for number, moved in enumerate(moves(instance, 4))))


def ackley_logs(params: Params, instance: int) -> float:
    best = {name: 2 * moved - 2.5 for name, moved in zip("abc", moves(instance, 3), strict=True)}
    return ackley(*(2 * (math.log10(params[name]) - best[name]) for name in best))


def ackley_quantized(params: Params, instance: int) -> float:
    step, fine, power = moves(instance, 3)
    return ackley(
        params["step"] - 3 - 5.5 * step,
        8 * (params["fine"] - 0.5 - 0.4 * fine),
        math.log2(params["power"]) - 5 - 4 * power,
    )


def ackley_integers(params: Params, instance: int) -> float:
    a, b, c, d = moves(instance, 4)
    return ackley(
        (params["a"] - 10 - 8 * a) / 2,
        (params["b"] - 32 - 25 * b) / 8,
        (params["c"] - 6 - 5 * c) / 2,
        params["d"] - 148 - 5 * d,
    )


_KINDS = ("adam", "sgd", "lion", "rmsprop")


def ackley_mixed(params: Params, instance: int) -> float:
    """Each kind of optimizer but one costs 1 to 3, and one answer to `nesterov` costs a half."""
    momentum, lr, dropout, depth, kind, nesterov = moves(instance, 6)
    best = int(2 * kind + 2)
    return ackley(
        4 * (params["momentum"] - 0.5 - 0.4 * momentum),
        math.log10(params["lr"]) + 3 - 1.6 * lr,
        4 * (params["dropout"] - 0.25 - 0.2 * dropout),
        (params["depth"] - 6 - 5 * depth) / 2,
        float((_KINDS.index(params["optimizer"]) - best) % len(_KINDS)),
        0.5 * (params["nesterov"] != (nesterov > 0)),
    )


@cache
def _data(name: str, instance: int) -> list[np.ndarray]:
    """Features to learn from, features to be judged by, which are a third, and the targets of both."""
    data = {"wine": load_wine, "cancer": load_breast_cancer, "diabetes": load_diabetes}[name]()
    return train_test_split(data.data, data.target, test_size=1 / 3, random_state=instance)


def _judged(model: Any, data: str, instance: int, score: Callable[[Any, Any, Any], float]) -> float:
    """A model's score on what it has not seen. That it did not converge is for the search to mend."""
    seen, unseen, known, asked = _data(data, instance)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(score(model.fit(seen, known), unseen, asked))


def _log_loss(model: Any, unseen: Any, asked: Any) -> float:
    return float(log_loss(asked, model.predict_proba(unseen)))


def _squares(model: Any, unseen: Any, asked: Any) -> float:
    """The mean squared error."""
    return float(mean_squared_error(asked, model.predict(unseen)))


def svm(params: Params, instance: int) -> float:
    model = SVR(C=params["C"], gamma=params["gamma"], epsilon=params["epsilon"], kernel=params["kernel"])
    return _judged(make_pipeline(StandardScaler(), model), "diabetes", instance, _squares)


def elastic_net(params: Params, instance: int) -> float:
    """A line through the features, or through their squares and products as well."""
    net = ElasticNet(alpha=params["alpha"], l1_ratio=params["l1_ratio"], fit_intercept=params["intercept"], tol=1e-3)
    parts = (PolynomialFeatures(2, include_bias=False), StandardScaler()) if params["squares"] else (StandardScaler(),)
    return _judged(make_pipeline(*parts, net), "diabetes", instance, _squares)


def forest(params: Params, instance: int) -> float:
    model = RandomForestClassifier(
        n_estimators=params["trees"],
        max_depth=params["depth"],
        max_features=params["features"],
        min_samples_leaf=params["leaf"],
        criterion=params["criterion"],
        random_state=0,
    )
    return _judged(model, "wine", instance, _log_loss)


def boosting(params: Params, instance: int) -> float:
    model = GradientBoostingRegressor(
        n_estimators=params["rounds"],
        learning_rate=params["rate"],
        max_depth=params["depth"],
        subsample=params["share"],
        min_samples_leaf=params["leaf"],
        random_state=0,
    )
    return _judged(model, "diabetes", instance, _squares)


def perceptron(params: Params, instance: int) -> float:
    model = MLPClassifier(
        hidden_layer_sizes=(params["hidden"],),
        activation=params["activation"],
        alpha=params["alpha"],
        learning_rate_init=params["rate"],
        batch_size=params["batch"],
        max_iter=6,
        random_state=0,
    )
    return _judged(make_pipeline(StandardScaler(), model), "cancer", instance, _log_loss)


def _uniform(low: float, high: float) -> dict[str, Any]:
    return {"distribution": "uniform", "min": low, "max": high}


def _log(low: float, high: float) -> dict[str, Any]:
    return {"distribution": "log_uniform_values", "min": low, "max": high}


def _steps(low: float, high: float, q: float) -> dict[str, Any]:
    return {"distribution": "q_uniform", "min": low, "max": high, "q": q}


def _integers(low: int, high: int) -> dict[str, Any]:
    return {"distribution": "int_uniform", "min": low, "max": high}


def _one_of(*values: Any) -> dict[str, Any]:
    return {"values": list(values)}


PROBLEMS = {
    family.name: family
    for family in (
        Family("branin", {"x": _uniform(-5.0, 10.0), "y": _uniform(0.0, 15.0)}, branin),
        Family("hartmann6", {f"x{number}": _uniform(0.0, 1.0) for number in range(6)}, hartmann6),
        Family("ackley, floats", {f"x{number}": _uniform(-9.0 + number, 4.0) for number in range(4)}, ackley_floats),
        Family("ackley, logs", {name: _log(1e-5, 1.0) for name in "abc"}, ackley_logs),
        Family(
            "ackley, quantized",
            {
                "step": _steps(-4.0, 10.0, 0.5),
                "fine": _steps(0.0, 1.0, 0.05),
                "power": {"distribution": "q_log_uniform_values", "min": 1, "max": 1024, "q": 1},
            },
            ackley_quantized,
        ),
        Family(
            "ackley, integers",
            {"a": _integers(0, 20), "b": _integers(1, 64), "c": _integers(1, 12), "d": _integers(142, 154)},
            ackley_integers,
        ),
        Family(
            "ackley, mixed",
            {
                "lr": _log(1e-5, 1e-1),
                "momentum": _uniform(0.0, 1.0),
                "dropout": _steps(0.0, 0.5, 0.05),
                "depth": _integers(1, 12),
                "optimizer": _one_of(*_KINDS),
                "nesterov": _one_of(True, False),
            },
            ackley_mixed,
        ),
        Family(
            "svm, diabetes",
            {
                "C": _log(1e-2, 1e4),
                "gamma": _log(1e-5, 1e1),
                "epsilon": _uniform(0.0, 30.0),
                "kernel": _one_of("rbf", "sigmoid"),
            },
            svm,
        ),
        Family(
            "elastic net, diabetes",
            {
                "alpha": _log(1e-4, 1e2),
                "l1_ratio": _uniform(0.01, 1.0),
                "squares": _one_of(True, False),
                "intercept": _one_of(True, False),
            },
            elastic_net,
        ),
        Family(
            "forest, wine",
            {
                "trees": _integers(2, 25),
                "depth": _integers(1, 12),
                "features": _uniform(0.05, 1.0),
                "leaf": _integers(1, 20),
                "criterion": _one_of("gini", "entropy"),
            },
            forest,
        ),
        Family(
            "boosting, diabetes",
            {
                "rounds": {"distribution": "q_log_uniform_values", "min": 3, "max": 120, "q": 1},
                "rate": _log(1e-3, 1.0),
                "depth": _integers(1, 6),
                "share": _steps(0.3, 1.0, 0.1),
                "leaf": _integers(1, 30),
            },
            boosting,
        ),
        Family(
            "perceptron, cancer",
            {
                "hidden": {"distribution": "q_log_uniform_values", "min": 2, "max": 64, "q": 1},
                "activation": _one_of("relu", "tanh", "logistic"),
                "alpha": _log(1e-6, 1e1),
                "rate": _log(1e-4, 1e-1),
                "batch": _one_of(16, 32, 64, 128),
            },
            perceptron,
        ),
    )
}
"""By name."""

FORMULAS = [name for name in PROBLEMS if name.startswith(("branin", "hartmann6", "ackley"))]
"""Those that train nothing."""
