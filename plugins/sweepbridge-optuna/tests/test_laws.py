"""The contract for every method, in each method's first phase and after it."""

from importlib.util import find_spec

import pytest
from sweepbridge_optuna import OptunaBackend

from sweepbridge.plugin.testing import NUMBERS, BackendLaws

SHORT_START = {
    "bayes": {"n_startup_trials": 4},
    "tpe": {"n_startup_trials": 4, "group": True},
    "cmaes": {"popsize": 4},
    "gp": {"n_startup_trials": 5},
    "nsga2": {"population_size": 4},
    "qmc": {"qmc_type": "halton"},
}
"""Options with which 30 trials go well past a method's random start."""
WITH_MARGIN = {"cmaes": {"popsize": 4, "with_margin": True}}
NUMBERS_ONLY = {"numbers": NUMBERS}
THE_SEARCH = ("rebuild", "peek", "inside", "tells")
"""The promises that other options may break; the rest is checked with a method's own."""
MULTIOBJECTIVE = {"tpe": {"n_startup_trials": 4}, "nsga2": {"population_size": 4}}


def needs(method, *packages):
    missing = [package for package in packages if find_spec(package) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{method} IS NOT TESTED HERE: it needs {' and '.join(missing)}")


class TestAsTheyCome(BackendLaws):
    backend = OptunaBackend()
    methods = ("bayes", "random")


class TestPastTheStart(BackendLaws):
    backend = OptunaBackend()
    methods = ("tpe", "nsga2")
    options = SHORT_START


@needs("cmaes", "cmaes")
class TestCmaEs(BackendLaws):
    backend = OptunaBackend()
    methods = ("cmaes",)
    options = SHORT_START


@needs("cmaes", "cmaes")
class TestCmaEsWithMargin(BackendLaws):
    backend = OptunaBackend()
    methods = ("cmaes",)
    options = WITH_MARGIN
    spaces = NUMBERS_ONLY
    promises = THE_SEARCH


@needs("qmc", "scipy")
class TestSobol(BackendLaws):
    backend = OptunaBackend()
    methods = ("qmc",)


@needs("qmc", "scipy")
class TestHalton(BackendLaws):
    backend = OptunaBackend()
    methods = ("qmc",)
    options = SHORT_START
    promises = (*THE_SEARCH, "draws")


@needs("gp", "scipy", "torch")
class TestGp(BackendLaws):
    backend = OptunaBackend()
    methods = ("gp",)
    options = SHORT_START
    trials = 9


class TestSeveralObjectives(BackendLaws):
    backend = OptunaBackend()
    methods = ("tpe", "random", "nsga2")
    objectives = 2
    options = MULTIOBJECTIVE
    spaces = NUMBERS_ONLY
    promises = THE_SEARCH
