"""The traps of nevergrad that an adapter falls into, each as a fact about this one."""

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
from scipy import stats
from sweepbridge_nevergrad import NevergradBackend, optimizers

from sweepbridge.plugin import Problem, Trial
from sweepbridge.plugin.testing import NUMBERS
from sweepbridge.space import Category, Choice, Integer, Space, Uniform, encode
from sweepbridge.trials import seed_of

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


def start(optimizer="NGOpt", space=NUMBERS, budget=100, objectives=1):
    return NevergradBackend().start(Problem(space, "nevergrad", {"optimizer": optimizer}, objectives, budget))


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
