"""Every one of W&B's eighteen distributions, drawn by every backend, agrees with its own quantile function.

One sweep has them all, so one suggestion draws each of them. No result is ever told: what is drawn is the prior.
"""

import math
import random
from collections import Counter
from dataclasses import replace

import pytest
from scipy import stats
from sweepbridge_gp import GpBackend
from sweepbridge_hyperopt import HyperoptBackend
from sweepbridge_nevergrad import NevergradBackend
from sweepbridge_optuna import OptunaBackend
from sweepbridge_smac import SmacBackend

from sweepbridge.plugin import Problem, Trial
from sweepbridge.search.grid import GridBackend
from sweepbridge.search.random import RandomBackend
from sweepbridge.space import Choice, Constant, Integer, Space, Uniform, decode, encode, identity, without_grid
from sweepbridge.spec import load_object
from sweepbridge.trials import seed_of

DRAWS = 2000
SIGNIFICANT = 1e-4
"""Seeds are fixed, so a test that passes passes again; at this level a right backend has no bad luck."""

SPECS = {
    "constant": {"distribution": "constant", "value": [1, None]},
    "categorical": {"distribution": "categorical", "values": [None, False, 0, "0", [1, "x"], {"a": 1}, 2.5]},
    "categorical_twice": {"distribution": "categorical", "values": ["a", "b", "a"]},
    "categorical_w_probabilities": {
        "distribution": "categorical_w_probabilities",
        "values": ["a", "b", "c", "d"],
        "probabilities": [0.2, 0.5, 0.0, 0.3],
    },
    "int_uniform": {"distribution": "int_uniform", "min": 1, "max": 5},
    "uniform": {"distribution": "uniform", "min": -1, "max": 2.5},
    "q_uniform": {"distribution": "q_uniform", "min": 0.0, "max": 1.0, "q": 0.3},
    "q_uniform_whole": {"distribution": "q_uniform", "min": 1, "max": 10, "q": 4},
    "log_uniform": {"distribution": "log_uniform", "min": -9, "max": -2},
    "log_uniform_values": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-1},
    "inv_log_uniform": {"distribution": "inv_log_uniform", "min": 1, "max": 3},
    "inv_log_uniform_values": {"distribution": "inv_log_uniform_values", "min": 1e-4, "max": 1e-1},
    "q_log_uniform": {"distribution": "q_log_uniform", "min": 0, "max": 5},
    "q_log_uniform_values": {"distribution": "q_log_uniform_values", "min": 32, "max": 256, "q": 8},
    "normal": {"distribution": "normal", "mu": 100, "sigma": 10},
    "q_normal": {"distribution": "q_normal", "mu": 4, "sigma": 2},
    "q_normal_whole": {"distribution": "q_normal", "mu": 4, "sigma": 2, "q": 1},
    "log_normal": {"distribution": "log_normal", "mu": 2, "sigma": 3},
    "q_log_normal": {"distribution": "q_log_normal", "mu": 2, "sigma": 1, "q": 2},
    "beta": {"distribution": "beta", "a": 2, "b": 5},
    "q_beta": {"distribution": "q_beta", "a": 2, "b": 5, "q": 0.1},
    "q_beta_whole": {"distribution": "q_beta", "a": 2, "b": 5, "q": 1},
}
"""By path. W&B: config/schema.json has these eighteen names and no other."""

WHOLE = {"int_uniform", "q_uniform_whole", "q_log_uniform_values", "q_normal_whole", "q_log_normal", "q_beta_whole"}
"""The numbers that are ints: int_uniform, and where `q` is written as an int."""

ANYTHING = {"constant", "categorical", "categorical_twice", "categorical_w_probabilities"}
"""What is no number of its own: the values are as the config has them."""

GRID = ("constant", "categorical", "categorical_twice", "int_uniform", "q_uniform", "q_uniform_whole")
"""What W&B has a grid over."""

BACKENDS = {
    "random": (RandomBackend(), "random"),
    "optuna-random": (OptunaBackend(), "random"),
    "optuna-tpe": (OptunaBackend(), "tpe"),
    "gp": (GpBackend(), "bayes"),
    "hyperopt-random": (HyperoptBackend(), "random"),
    "hyperopt-tpe": (HyperoptBackend(), "tpe"),
    "hyperopt-anneal": (HyperoptBackend(), "anneal"),
    "smac-random": (SmacBackend(), "random"),
    "smac-rf": (SmacBackend(), "rf", {"n_configs": 1}),
}
"""What to draw with; and with which options, so that no more of SMAC's even first trials are made than are drawn."""

SPACE = load_object({"method": "random", "parameters": SPECS}).config.space
SLOW = ("optuna-random", "hyperopt-random", "hyperopt-anneal", "smac-random", "smac-rf")
"""Those that share their way to the library with one that is quick, or take long to draw."""


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in BACKENDS]
)
def drawn(request):
    """The params of all draws of one backend."""
    backend, method, *options = BACKENDS[request.param]
    searcher = backend.start(Problem(SPACE, method, *options))
    return [searcher.ask(seed_of(7, number)).params for number in range(DRAWS)]


@pytest.mark.parametrize("path", SPECS)
def test_draws_without_results_agree_with_the_quantile_function(drawn, path):
    assert agreement(SPACE[path], [params[path] for params in drawn]) > SIGNIFICANT


def test_draws_lie_inside_the_space(drawn):
    assert [reason for params in drawn for reason in SPACE.outside(params)] == []


@pytest.mark.parametrize("path", sorted(SPECS.keys() - ANYTHING))
def test_draws_have_the_type_that_the_config_asks_for(drawn, path):
    assert {type(params[path]) for params in drawn} == {int if path in WHOLE else float}


def test_a_value_of_probability_0_is_never_drawn(drawn):
    assert {params["categorical_w_probabilities"] for params in drawn} == {"a", "b", "d"}


def test_an_optimizer_that_starts_in_the_centre_draws_inside_and_reaches_every_value_of_a_few():
    """So do nevergrad's: their first points are no draws from the prior, but lie around the middle of it."""
    searcher = NevergradBackend().start(Problem(SPACE, "nevergrad", {"optimizer": "DE"}))
    drawn = play(searcher, trials=150)

    assert [reason for params in drawn for reason in SPACE.outside(params)] == []
    for path in sorted(SPECS.keys() - ANYTHING):
        assert {type(params[path]) for params in drawn} == {int if path in WHOLE else float}
    for path in ("categorical", "categorical_w_probabilities", "int_uniform", "q_uniform"):
        assert {identity(params[path]) for params in drawn} == shares(SPACE[path]).keys()


def test_a_grid_takes_the_values_that_the_quantile_function_has_each_as_often_as_the_next():
    space = Space({path: SPACE[path] for path in GRID})

    points = all_points(space)

    for path, domain in space.items():
        counts = Counter(identity(point[path]) for point in points)
        assert counts.keys() == shares(domain).keys()
        assert len(set(counts.values())) == 1


def test_no_grid_goes_over_the_other_distributions():
    assert set(without_grid(SPACE)) == SPECS.keys() - set(GRID)


def test_all_eighteen_distributions_are_drawn():
    assert len({spec["distribution"] for spec in SPECS.values()}) == 18


def test_ends_of_half_the_weight_would_be_found():
    """So that agreement means something: this is how `hp.uniformint` draws from 1 to 5."""
    chance = random.Random(1)

    assert agreement(Integer(1, 5), [round(chance.uniform(1, 5)) for _ in range(DRAWS)]) < SIGNIFICANT


def test_a_linear_scale_where_a_log_scale_was_asked_for_would_be_found():
    chance = random.Random(1)

    assert agreement(Uniform(1.0, 2.0, log=True), [chance.uniform(1, 2) for _ in range(DRAWS)]) < SIGNIFICANT


def play(searcher, trials):
    """The params of trials that run one after the other; what comes of each is chance."""
    chance, drawn = random.Random(1), []
    for number in range(trials):
        trial = Trial(number, seed_of(7, number), "running", searcher.ask(seed_of(7, number)).params)
        searcher.tell(trial)
        searcher.tell(replace(trial, state="finished", losses=(chance.random(),)))
        drawn.append(trial.params)
    return drawn


def all_points(space):
    """What the grid backend hands out until it has nothing left."""
    searcher = GridBackend().start(Problem(space, "grid"))
    points = []
    while suggestion := searcher.ask(seed_of(7, len(points))):
        searcher.tell(Trial(len(points), seed_of(7, len(points)), "running", suggestion.params))
        points.append(suggestion.params)
    return points


def agreement(domain, values):
    """How likely values are to differ this much from a domain, or more, if they were drawn from it."""
    if not isinstance(domain, (Constant, Choice, Integer)) and domain.quantum is None:
        return stats.kstest([encode(domain, value) for value in values], "uniform").pvalue
    # The chi-squared test wants five or more in each cell; rarer values share the last one.
    expected = {value: share * len(values) for value, share in shares(domain).items() if share * len(values) >= 5}
    counts = Counter(map(identity, values))
    cells = [(counts[value], number) for value, number in expected.items()]
    cells.append((len(values) - sum(seen for seen, _ in cells), len(values) - math.fsum(expected.values())))
    distance = sum((seen - number) ** 2 / max(number, 1e-9) for seen, number in cells)
    return stats.chi2.sf(distance, len(cells) - 1)


def shares(domain, steps=4000):
    """How often each value of a discrete domain comes, by its identity: the quantile function in small steps."""
    counts = Counter(identity(decode(domain, (step + 0.5) / steps)) for step in range(steps))
    return {value: count / steps for value, count in counts.items()}
