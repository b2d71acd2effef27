"""The twelve problems: test functions of the literature, and trainings of real models on data that scikit-learn ships.

Each is a space in W&B's words and a function of a point that is to be small. All are without noise: a training's chance
is fixed, so what differs from one search to the next is the search. Where a test function has its best point in the
middle of its usual box, the box is shifted, since many an optimizer looks there first.
"""

from __future__ import annotations

import math
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
    """One function to minimize."""

    name: str
    parameters: Mapping[str, Mapping[str, Any]]
    """As a config has them."""
    loss: Callable[[Params], float]


def branin(params: Params) -> float:
    """Dixon and Szego's; its least is 0.397887, at three points."""
    x, y = params["x"], params["y"]
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


def hartmann6(params: Params) -> float:
    """Dixon and Szego's in six dimensions; its least is -3.32237."""
    x = np.array([params[f"x{number}"] for number in range(6)])
    return -float(np.array([1.0, 1.2, 3.0, 3.2]) @ np.exp(-(_A * (x - _P) ** 2).sum(axis=1)))


def ackley(off: list[float]) -> float:
    """Ackley's, by how far each coordinate is from the best; its least is 0."""
    squares = sum(one * one for one in off) / len(off)
    waves = sum(math.cos(2 * math.pi * one) for one in off) / len(off)
    return 20 + math.e - 20 * math.exp(-0.2 * math.sqrt(squares)) - math.exp(waves)


def ackley_floats(params: Params) -> float:
    return ackley([params[f"x{number}"] for number in range(4)])


def ackley_logs(params: Params) -> float:
    """The best is 10**-3.2, 10**-1.5, 10**-3.8."""
    return ackley([2 * (math.log10(params[name]) - best) for name, best in (("a", -3.2), ("b", -1.5), ("c", -3.8))])


def ackley_quantized(params: Params) -> float:
    """The best is 5.5 and 0.25 in steps, and 2**3."""
    return ackley([params["step"] - 5.5, 8 * (params["fine"] - 0.25), math.log2(params["power"]) - 3])


def ackley_integers(params: Params) -> float:
    return ackley([(params["a"] - 7) / 2, (params["b"] - 41) / 8, (params["c"] - 3) / 2, params["d"] - 150])


_KINDS = {"adam": 0.0, "sgd": 1.0, "lion": 3.0, "rmsprop": 2.0}


def ackley_mixed(params: Params) -> float:
    return ackley(
        [
            4 * (params["momentum"] - 0.3),
            math.log10(params["lr"]) + 2.3,
            4 * (params["dropout"] - 0.1),
            (params["depth"] - 4) / 2,
            _KINDS[params["optimizer"]],
            0.0 if params["nesterov"] else 0.5,
        ]
    )


@cache
def _data(name: str) -> list[np.ndarray]:
    """Features to learn from, features to be judged by, which are a third, and the targets of both."""
    data = {"wine": load_wine, "cancer": load_breast_cancer, "diabetes": load_diabetes}[name]()
    return train_test_split(data.data, data.target, test_size=1 / 3, random_state=0)


def _judged(model: Any, data: str, score: Callable[[Any, Any, Any], float]) -> float:
    """A model's score on what it has not seen. That it did not converge is for the search to mend."""
    seen, unseen, known, asked = _data(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(score(model.fit(seen, known), unseen, asked))


def _log_loss(model: Any, unseen: Any, asked: Any) -> float:
    return float(log_loss(asked, model.predict_proba(unseen)))


def _squares(model: Any, unseen: Any, asked: Any) -> float:
    """The mean squared error."""
    return float(mean_squared_error(asked, model.predict(unseen)))


def svm(params: Params) -> float:
    model = SVR(C=params["C"], gamma=params["gamma"], epsilon=params["epsilon"], kernel=params["kernel"])
    return _judged(make_pipeline(StandardScaler(), model), "diabetes", _squares)


def elastic_net(params: Params) -> float:
    """A line through the features, or through their squares and products as well."""
    net = ElasticNet(alpha=params["alpha"], l1_ratio=params["l1_ratio"], fit_intercept=params["intercept"], tol=1e-3)
    parts = (PolynomialFeatures(2, include_bias=False), StandardScaler()) if params["squares"] else (StandardScaler(),)
    return _judged(make_pipeline(*parts, net), "diabetes", _squares)


def forest(params: Params) -> float:
    model = RandomForestClassifier(
        n_estimators=params["trees"],
        max_depth=params["depth"],
        max_features=params["features"],
        min_samples_leaf=params["leaf"],
        criterion=params["criterion"],
        random_state=0,
    )
    return _judged(model, "wine", _log_loss)


def boosting(params: Params) -> float:
    model = GradientBoostingRegressor(
        n_estimators=params["rounds"],
        learning_rate=params["rate"],
        max_depth=params["depth"],
        subsample=params["share"],
        min_samples_leaf=params["leaf"],
        random_state=0,
    )
    return _judged(model, "diabetes", _squares)


def perceptron(params: Params) -> float:
    model = MLPClassifier(
        hidden_layer_sizes=(params["hidden"],),
        activation=params["activation"],
        alpha=params["alpha"],
        learning_rate_init=params["rate"],
        batch_size=params["batch"],
        max_iter=6,
        random_state=0,
    )
    return _judged(make_pipeline(StandardScaler(), model), "cancer", _log_loss)


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
    problem.name: problem
    for problem in (
        Problem("branin", {"x": _uniform(-5.0, 10.0), "y": _uniform(0.0, 15.0)}, branin),
        Problem("hartmann6", {f"x{number}": _uniform(0.0, 1.0) for number in range(6)}, hartmann6),
        Problem("ackley, floats", {f"x{number}": _uniform(-9.0 + number, 4.0) for number in range(4)}, ackley_floats),
        Problem("ackley, logs", {name: _log(1e-5, 1.0) for name in "abc"}, ackley_logs),
        Problem(
            "ackley, quantized",
            {
                "step": _steps(-4.0, 10.0, 0.5),
                "fine": _steps(0.0, 1.0, 0.05),
                "power": {"distribution": "q_log_uniform_values", "min": 1, "max": 1024, "q": 1},
            },
            ackley_quantized,
        ),
        Problem(
            "ackley, integers",
            {"a": _integers(0, 20), "b": _integers(1, 64), "c": _integers(1, 12), "d": _integers(142, 154)},
            ackley_integers,
        ),
        Problem(
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
        Problem(
            "svm, diabetes",
            {
                "C": _log(1e-2, 1e4),
                "gamma": _log(1e-5, 1e1),
                "epsilon": _uniform(0.0, 30.0),
                "kernel": _one_of("rbf", "sigmoid"),
            },
            svm,
        ),
        Problem(
            "elastic net, diabetes",
            {
                "alpha": _log(1e-4, 1e2),
                "l1_ratio": _uniform(0.01, 1.0),
                "squares": _one_of(True, False),
                "intercept": _one_of(True, False),
            },
            elastic_net,
        ),
        Problem(
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
        Problem(
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
        Problem(
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
