"""Synthetic functions on a user's space, and searches of them: nothing runs, and all of it follows from seeds."""

import random

import pytest

from sweepbridge.engine import plan, simulate, synthetic
from sweepbridge.registry import Registry
from sweepbridge.space import Beta, Choice, Constant, Integer, Normal, Space, Uniform
from sweepbridge.spec import load_object

SPACE = Space(
    {
        "batch": Uniform(16, 256, log=True, quantum=8),
        "constant": Constant(7),
        "depth": Integer(1, 9),
        "inner/kind": Choice(("a", None, 0)),
        "inner/warm": Choice((True, False), (0.7, 0.3)),
        "lr": Uniform(1e-5, 1e-1, log=True),
        "noise": Normal(0.0, 2.0),
        "split": Beta(2.0, 5.0),
    }
)
INSTANCES = range(8)
PARAMETERS = {"lr": {"min": 1e-4, "max": 0.1}, "kind": {"values": ["a", "b", "c"]}}


def points(count=200):
    chance = random.Random(1)
    return [SPACE.decode({path: chance.random() for path in SPACE}) for _ in range(count)]


def decided(backend, **keys):
    given = {"method": "bayes", "metric": {"name": "loss"}, "parameters": PARAMETERS, **keys}
    return plan(load_object(given).config, Registry(), backend=backend)


@pytest.mark.parametrize("instance", INSTANCES)
def test_a_loss_lies_between_0_and_1_and_differs_from_point_to_point(instance):
    losses = [synthetic(SPACE, instance)(point) for point in points()]

    assert min(losses) >= 0
    assert max(losses) <= 1
    assert len(set(losses)) > 150


@pytest.mark.parametrize("instance", INSTANCES)
def test_the_best_point_has_a_loss_of_0_and_none_is_better(instance):
    function = synthetic(Space({"x": Uniform(-1.0, 1.0), "y": Uniform(1e-3, 1e3, log=True)}), instance)
    best = function.space.decode(function.best)

    assert function(best) == pytest.approx(0, abs=1e-12)


def test_the_same_instance_is_the_same_function_and_another_one_is_not():
    losses = [[synthetic(SPACE, instance)(point) for point in points(20)] for instance in (3, 3, 7)]

    assert losses[0] == losses[1]
    assert losses[0] != losses[2]


def test_there_is_an_instance_of_each_family_in_four():
    assert {synthetic(SPACE, instance).family for instance in range(4)} == {"bowl", "valley", "ripples", "plateau"}


def test_one_of_the_choices_is_the_best_and_a_value_that_is_missing_is_far_off():
    function = synthetic(Space({"kind": Choice(("a", "b", "c"))}), 0)

    losses = sorted(function({"kind": kind}) for kind in "abc")

    assert losses[0] == 0 < losses[1]
    assert function({}) == 1


@pytest.mark.parametrize("backend", ["random", "optuna", "hyperopt", "optuna:qmc"])
@pytest.mark.parametrize("at_once", [1, 3])
def test_a_simulated_search_is_the_same_again_and_has_as_many_trials(backend, at_once):
    played = [
        [(trial.number, trial.loss) for trial in simulate(decided(backend), len, seed=3, trials=8, at_once=at_once)]
        for _ in range(2)
    ]

    assert played[0] == played[1]
    assert [number for number, _ in played[0]] == list(range(8))


def test_a_search_learns_from_the_functions():
    """Over six of them, as chance may win on one."""
    parameters = {name: {"min": 0.0, "max": 1.0} for name in "abcd"}
    plans = {who: decided(who, parameters=parameters) for who in ("optuna", "random")}
    best = {
        who: [
            min(trial.loss for trial in simulate(one, synthetic(one.problem.space, n), seed=n, trials=40))
            for n in range(6)
        ]
        for who, one in plans.items()
    }

    assert sum(best["optuna"]) < sum(best["random"]) / 2


def test_a_function_has_nothing_to_do_with_what_a_search_of_the_same_seed_draws():
    plain = decided("random:random", parameters={"x": {"min": 0.0, "max": 1.0}})

    first = [
        next(simulate(plain, synthetic(plain.problem.space, seed), seed=seed, trials=1)).loss for seed in INSTANCES
    ]

    assert min(first) > 1e-6


def test_a_search_that_comes_to_its_end_has_fewer_trials():
    grid = decided("grid", method="grid", parameters={"kind": {"values": ["a", "b", "c"]}})

    assert len(list(simulate(grid, len, seed=1, trials=9, at_once=2))) == 3


def test_several_objectives_are_simulated_by_one_function():
    several = decided("optuna", metric=None, metrics=[{"name": "a"}, {"name": "b"}])

    assert [trial.losses for trial in simulate(several, lambda params: 0.5, seed=1, trials=2)] == [(0.5, 0.5)] * 2
