"""A specimen of each of W&B's distributions, for whoever must show what becomes of every one of them."""

from __future__ import annotations

from collections.abc import Mapping

from sweepbridge.space import Json, Space
from sweepbridge.spec.loading import load_object

SPECIMENS: Mapping[str, Mapping[str, Json]] = {
    "constant": {"value": [1, None]},
    "categorical": {"values": ["a", False, 0, None]},
    "categorical_w_probabilities": {"values": ["a", "b", "c", "d"], "probabilities": [0.2, 0.5, 0.0, 0.3]},
    "int_uniform": {"min": 1, "max": 5},
    "uniform": {"min": -1.0, "max": 2.5},
    "q_uniform": {"min": 0.0, "max": 1.0, "q": 0.25},
    "log_uniform": {"min": -9, "max": -2},
    "log_uniform_values": {"min": 1e-4, "max": 1e-1},
    "inv_log_uniform": {"min": 1, "max": 3},
    "inv_log_uniform_values": {"min": 1e-4, "max": 1e-1},
    "q_log_uniform": {"min": 0, "max": 3, "q": 2},
    "q_log_uniform_values": {"min": 32, "max": 256, "q": 32},
    "normal": {"mu": 100, "sigma": 10},
    "q_normal": {"mu": 4, "sigma": 1, "q": 1},
    "log_normal": {"mu": 2, "sigma": 3},
    "q_log_normal": {"mu": 2, "sigma": 0.5, "q": 4},
    "beta": {"a": 2, "b": 5},
    "q_beta": {"a": 2, "b": 5, "q": 0.2},
}
"""By the distribution's name: what stands beside it in a config."""


def specimens() -> Space:
    """A space with one parameter of each distribution, which has its name."""
    parameters = {name: {"distribution": name, **beside} for name, beside in SPECIMENS.items()}
    return load_object({"method": "random", "parameters": parameters}).config.space
