"""The traps of nevergrad that an adapter falls into, each as a fact about this one."""

import gc
import io
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sweepbridge_nevergrad import NevergradBackend, optimizers
from sweepbridge_nevergrad.layout import layout

from sweepbridge.plugin import Problem, Trial
from sweepbridge.plugin.testing import NUMBERS
from sweepbridge.space import Category, Choice, Integer, Normal, Space, Uniform, decode, encode
from sweepbridge.trials import seed_of

FLOATS = Space({"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 5.0)})
PLAIN = Space({"c": Choice(("a", "b", "c")), "k": Integer(1, 5), "lr": Uniform(1e-4, 1e-1, log=True)})
ASK_AFTER_TEN_TRIALS = """
from sweepbridge.plugin import Problem, Trial
from sweepbridge.plugin.testing import MIXED
from sweepbridge_nevergrad import NevergradBackend

for optimizer in ("NGOpt", "DE"):
    searcher = NevergradBackend().start(Problem(MIXED, "nevergrad", {"optimizer": optimizer}, budget=20))
    for number in range(10):
        params = searcher.ask(number).params
        searcher.tell(Trial(number, number, "running", params))
        searcher.tell(Trial(number, number, "finished", params, losses=(params["momentum"],)))
    print(dict(searcher.ask(10).params))
"""


def start(optimizer="NGOpt", space=NUMBERS, budget=100, objectives=1, workers=2):
    options = {"optimizer": optimizer, "num_workers": workers}
    return NevergradBackend().start(Problem(space, "nevergrad", options, objectives, budget))


def begin(searcher, number, params=None):
    seed = seed_of(1, number)
    trial = Trial(number, seed, "running", params or searcher.ask(seed).params)
    searcher.tell(trial)
    return trial


def finish(searcher, trial, state="finished", losses=None):
    searcher.tell(replace(trial, state=state, losses=losses))


def search(searcher, trials, loss, first=0):
    """One trial after the other; gives the losses."""
    losses = []
    for number in range(first, first + trials):
        trial = begin(searcher, number)
        losses.append(loss(trial.params))
        finish(searcher, trial, losses=(losses[-1],))
    return losses


def distance(params):
    return (params["x"] - 0.3) ** 2 + abs(params["k"] - 1) / 6


@pytest.mark.parametrize("optimizer", ["NGOpt", "CMA"])
def test_it_finds_more_good_points_than_chance(optimizer):
    late, by_chance = (sorted(search(start(name), 40, distance)[20:]) for name in (optimizer, "RandomSearch"))

    assert late[10] < by_chance[10] / 2


def test_a_random_search_draws_every_kind_of_axis_from_the_prior():
    """`Array(lower=…, upper=…)` of nevergrad 1.0 would draw around its middle, and rounding would halve the ends."""
    searcher = start("RandomSearch", PLAIN, budget=600)

    drawn = [begin(searcher, number).params for number in range(600)]

    for path in ("c", "k"):
        assert stats.chisquare(list(Counter(params[path] for params in drawn).values())).pvalue > 1e-3
    assert stats.kstest([encode(PLAIN["lr"], params["lr"]) for params in drawn], "uniform").pvalue > 1e-3


def test_another_first_seed_makes_another_search():
    assert start("DE").ask(1) != start("DE").ask(2)


def test_choices_come_back_as_they_are():
    space = Space({"choice": Choice((1, True, [1, "a"], {"k": None}, None)), "x": Uniform(0.0, 1.0)})
    assert isinstance(space.axes["choice"], Category)
    searcher = start("RandomSearch", space)

    drawn = {repr(begin(searcher, number).params["choice"]) for number in range(60)}

    assert drawn == {"1", "True", "[1, 'a']", "{'k': None}", "None"}


@pytest.mark.parametrize("optimizer", ["NGOpt", "DE", "PSO", "CMA"])
def test_ends_may_come_late_in_any_order_or_without_a_loss(optimizer):
    searcher = start(optimizer)
    began = [begin(searcher, number) for number in range(12)]

    for trial in reversed(began):
        failed = trial.number % 4 == 0
        finish(searcher, trial, "failed" if failed else "stopped", None if failed else (distance(trial.params),))

    assert search(searcher, 12, distance, first=12)


def test_losses_that_are_too_great_for_nevergrad_are_taken_in():
    searcher = start("DE")

    search(searcher, 5, lambda params: 1e300)

    assert searcher.ask(1)


@pytest.mark.parametrize("optimizer", ["NGOpt", "PSO", "DE", "CMA"])
def test_a_point_in_the_place_of_the_one_that_was_named_is_what_is_learned_from(optimizer):
    """As with `duplicates: skip`. PSO takes in only what it has named itself, and goes on."""
    searcher = start(optimizer)
    begin(searcher, 0)

    with pytest.warns(UserWarning, match="comes out different"):
        trial = begin(searcher, 1, {"x": 0.3, "y": 1.0, "k": 1})
    finish(searcher, trial, losses=(0.0,))

    assert searcher.ask(2)


def test_everyones_generators_are_left_as_they_were():
    """Some of the registry draw from them: BigLognormalDiscreteOnePlusOne does."""
    random.seed(1)
    np.random.seed(1)
    before = random.getstate(), repr(np.random.get_state())

    search(start("BigLognormalDiscreteOnePlusOne"), 5, distance)

    assert (random.getstate(), repr(np.random.get_state())) == before


def test_no_thread_is_left_by_an_optimizer_that_is_refused(monkeypatch):
    monkeypatch.setattr(optimizers, "_ENDS_WITHIN_S", 0.1)
    problem = Problem(NUMBERS, "nevergrad", {"optimizer": "MultiDS"}, budget=30)
    before = set(threading.enumerate())

    list(NevergradBackend().check(problem))

    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=60)
        assert not thread.is_alive()


def test_an_optimizer_that_fails_is_named_with_its_version(monkeypatch):
    """BAR4 starts a solver that waits for each result, but not before the trials that are tried out."""
    monkeypatch.setattr(optimizers, "_ENDS_WITHIN_S", 0.1)

    with pytest.raises(RuntimeError, match=r"BAR4 of nevergrad .* waits for each result"):
        search(start("BAR4", budget=40), 40, distance)


def test_another_process_answers_the_same():
    """Where strings hash to something else."""
    here = io.StringIO()
    with redirect_stdout(here):
        exec(ASK_AFTER_TEN_TRIALS, {})

    there = subprocess.run(
        [sys.executable, "-c", ASK_AFTER_TEN_TRIALS],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )

    assert there.stdout == here.getvalue() != ""


def alone(optimizer="Cobyla", budget=100):
    return start(optimizer, FLOATS, budget, workers=1)


def nearness(params):
    return (params["x"] - 0.3) ** 2 + (params["y"] - 2.0) ** 2


def test_with_one_worker_nothing_is_named_while_a_trial_runs():
    searcher = alone()
    trial = begin(searcher, 0)

    assert searcher.ask(1) is None
    finish(searcher, trial, losses=(1.0,))
    assert searcher.ask(1) is not None


@pytest.mark.parametrize("optimizer", ["Cobyla", "Powell", "SQP", "RPowell", "NGOpt"])
def test_one_at_a_time_a_solver_finds_the_best_point(optimizer):
    assert min(search(alone(optimizer), 60, nearness)) < 1e-3


@pytest.mark.parametrize("optimizer", ["Cobyla", "RPowell", "SQP"])
def test_a_solver_that_draws_answers_the_same_when_told_the_log_again(optimizer):
    """Each result sets it going in its own thread: what it draws there comes from the seeds as well."""
    one, other = alone(optimizer, 40), alone(optimizer, 40)

    for number in range(40):
        trial = begin(one, number)
        other.tell(trial)
        for searcher in (one, other):
            finish(searcher, trial, losses=(nearness(trial.params),))
        assert one.ask(seed_of(1, number + 1)) == other.ask(seed_of(1, number + 1))


def test_a_failed_trial_counts_as_the_worst_so_far_for_who_waits_for_each_result():
    failing, told, worst = alone(), alone(), 4.9e20
    for number in range(20):
        begun, counted = begin(failing, number), begin(told, number)
        assert begun.params == counted.params
        loss = nearness(begun.params)
        if number in (0, 3, 7):
            finish(failing, begun, "failed")
            finish(told, counted, losses=(worst,))
        else:
            worst = loss if worst == 4.9e20 else max(worst, loss)
            finish(failing, begun, losses=(loss,))
            finish(told, counted, losses=(loss,))


def test_what_was_named_is_named_again_after_a_trial_that_somebody_else_put_in_between():
    searcher = alone()
    search(searcher, 5, nearness)
    named = searcher.ask(seed_of(1, 5))

    stranger = Trial(5, seed_of(1, 5), "running", {"x": 0.5, "y": 1.5}, search=None)
    searcher.tell(stranger)
    finish(searcher, stranger, losses=(9.0,))

    assert searcher.ask(seed_of(1, 6)).params == named.params


def test_a_point_that_was_tried_is_not_named_for_ever():
    """With `duplicates: skip` the core puts another in its place each time."""
    searcher = alone()
    search(searcher, 5, nearness)
    stranger = Trial(5, seed_of(1, 5), "running", searcher.ask(seed_of(1, 5)).params, search=None)
    searcher.tell(stranger)
    searcher.tell(Trial(6, seed_of(1, 6), "running", {"x": 0.5, "y": 1.5}, search=None))
    finish(searcher, stranger, losses=(nearness(stranger.params),))

    assert searcher.ask(seed_of(1, 7)) is None  # the other one is running
    searcher.tell(Trial(6, seed_of(1, 6), "finished", {"x": 0.5, "y": 1.5}, losses=(9.0,), search=None))

    assert searcher.ask(seed_of(1, 7)).params != stranger.params


def test_no_solver_is_left_behind_by_questions_that_were_not_taken_up():
    before = threading.active_count()
    searcher = alone()
    search(searcher, 5, nearness)
    for seed in range(30):
        searcher.ask(seed)

    gc.collect()
    assert threading.active_count() - before <= 2


COUNTED = Space(
    {
        "x": Uniform(0.0, 1.0, quantum=0.25),
        "power": Uniform(1, 1024, log=True, quantum=1),
        "n": Normal(0.0, 1.0, quantum=1),
        "w": Choice(("a", "b"), (0.9, 0.1)),
    }
)


def test_values_that_lie_apart_are_counted_for_optimizers_of_whole_numbers():
    assert layout(COUNTED).wholes == tuple(COUNTED)


@given(st.lists(st.floats(1e-5, 1 - 1e-5), min_size=4, max_size=4))
def test_a_counted_value_comes_back_as_it_was(shares):
    point = {path: decode(COUNTED[path], share) for path, share in zip(COUNTED, shares, strict=True)}

    assert layout(COUNTED).params(layout(COUNTED).value(point)) == point


def test_a_random_search_draws_counted_values_as_often_as_the_prior():
    searcher = start("RandomSearch", COUNTED, budget=600)

    drawn = [begin(searcher, number).params for number in range(600)]

    found = Counter(params["x"] for params in drawn)
    assert stats.chisquare([found[x] for x in (0.0, 0.25, 0.5, 0.75, 1.0)], [75, 150, 150, 150, 75]).pvalue > 1e-3
    assert stats.binomtest(Counter(params["w"] for params in drawn)["b"], 600, 0.1).pvalue > 1e-3
