"""The traps of SMAC that an adapter falls into, each as a fact about this one."""

import io
import os
import random
import subprocess
import sys
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import replace

import numpy as np
import pytest
from sweepbridge_smac import SmacBackend

from sweepbridge.plugin import Problem, Trial
from sweepbridge.plugin.testing import MIXED, NUMBERS
from sweepbridge.space import Choice, Integer, Space, Uniform
from sweepbridge.trials import seed_of

QUICK = {"n_configs": 4, "challengers": 50, "local_search_iterations": 2}
ASK_AFTER_SIX_TRIALS = """
from sweepbridge.plugin import Problem, Trial
from sweepbridge.plugin.testing import MIXED
from sweepbridge_smac import SmacBackend

searcher = SmacBackend().start(Problem(MIXED, "rf", {"n_configs": 3, "challengers": 30}))
for number in range(6):
    params = searcher.ask(number).params
    searcher.tell(Trial(number, number, "running", params))
    searcher.tell(Trial(number, number, "finished", params, losses=(params["momentum"],)))
print([dict(searcher.ask(seed).params) for seed in range(6, 9)])
"""


def start(method="rf", space=NUMBERS, options=None, budget=50):
    return SmacBackend().start(Problem(space, method, QUICK if options is None else options, budget=budget))


def begin(searcher, number, params=None):
    seed = seed_of(1, number)
    trial = Trial(number, seed, "running", params or searcher.ask(seed).params)
    searcher.tell(trial)
    return trial


def finish(searcher, trial, state="finished", losses=None):
    searcher.tell(replace(trial, state=state, losses=losses))


def search(searcher, trials, loss):
    """One trial after the other; gives the params of each."""
    ran = []
    for number in range(trials):
        trial = begin(searcher, number)
        finish(searcher, trial, losses=(loss(trial.params),))
        ran.append(trial.params)
    return ran


def distance(params):
    return (params["x"] - 0.3) ** 2 + abs(params["k"] - 1) / 6


def answers(searcher):
    return [searcher.ask(seed).params for seed in range(50, 53)]


@pytest.mark.parametrize("method", ["rf", pytest.param("gp", marks=pytest.mark.slow)])
def test_it_finds_more_good_points_than_chance(method):
    ran, by_chance = search(start(method), 25, distance), search(start("random", options={}), 25, distance)

    late, late_by_chance = (sorted(map(distance, params[12:])) for params in (ran, by_chance))
    assert late[6] < late_by_chance[6] / 2


def test_the_first_trials_are_spread_evenly_over_every_axis():
    """Chance would leave about a third of the values out, and rounding would take the ends half as often."""
    space = Space({"k": Integer(1, 8), "c": Choice(tuple("abcdefgh")), "q": Uniform(0.0, 7.0, quantum=1.0)})
    searcher = start(space=space, options={"n_configs": 16}, budget=64)

    ran = [begin(searcher, number).params for number in range(16)]

    assert Counter(params["k"] for params in ran) == dict.fromkeys(range(1, 9), 2)
    assert Counter(params["c"] for params in ran) == dict.fromkeys("abcdefgh", 2)
    assert len({tuple(params.values()) for params in ran}) == 16


def test_a_search_that_is_taken_up_again_goes_on_with_its_first_trials():
    alone = [begin(searcher, number).params for searcher in [start()] for number in range(4)]

    rebuilt = start()
    for number, params in enumerate(alone[:2]):
        begin(rebuilt, number, params)

    assert [begin(rebuilt, number).params for number in (2, 3)] == alone[2:]


def test_a_search_that_others_began_is_modelled_at_once():
    """As when the backend is swapped in mid-sweep: their trials take the place of the first ones."""
    searcher = start(options={**QUICK, "n_configs": 8})
    others = start("random", options={})
    for number in range(8):
        trial = begin(searcher, number, others.ask(number).params)
        finish(searcher, trial, losses=(distance(trial.params),))

    assert searcher.ask(50).params != searcher.ask(51).params


def test_a_point_that_was_tried_is_not_named_again_as_long_as_there_are_others():
    space = Space({"c": Choice(("a", "b", "c")), "q": Uniform(0.0, 1.0, quantum=0.5)})
    searcher = start(space=space, options={"n_configs": 2, "challengers": 100, "probability": 0})

    ran = search(searcher, 9, lambda params: params["q"])

    assert len({tuple(params.values()) for params in ran}) >= 8


def test_a_running_trial_keeps_the_others_at_a_distance():
    alone, beside = start(), start()
    for searcher in (alone, beside):
        search(searcher, 8, distance)

    begin(beside, 8, alone.ask(50).params)

    assert answers(beside) != answers(alone)


@pytest.mark.parametrize("method", ["rf", pytest.param("gp", marks=pytest.mark.slow)])
def test_a_trial_without_a_loss_teaches_nothing(method):
    one, other = start(method), start(method)
    for searcher, x in ((one, -1.0), (other, 1.0)):
        search(searcher, 6, distance)
        finish(searcher, begin(searcher, 6, {"x": x, "y": 1.0, "k": 0}), state="failed")

    assert answers(one) == answers(other)


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_a_trial_that_did_not_finish_but_has_a_loss_counts_as_one_that_did(state):
    one, other = start(), start()
    for searcher, how in ((one, state), (other, "finished")):
        search(searcher, 6, distance)
        finish(searcher, begin(searcher, 6), state=how, losses=(7.0,))

    assert answers(one) == answers(other)


def test_two_trials_at_one_point_are_two_observations():
    searcher = start()
    params = search(searcher, 5, distance)[0]

    finish(searcher, begin(searcher, 5, params), losses=(9.0,))

    assert len(searcher._results) == 6


@pytest.mark.parametrize("method", ["rf", pytest.param("gp", marks=pytest.mark.slow)])
@pytest.mark.parametrize("losses", [(0.0, 0.0), (-5.0, 3.0), (1e308, -1e308), (1e-300, 2e-300), (3e7, 2e7)])
def test_any_finite_losses_can_be_modelled(method, losses):
    """SMAC's own scaling takes the logarithm of 0 where the best loss comes twice and is beyond a million."""
    searcher = start(method)

    search(searcher, 7, lambda params: losses[params["k"] > 0])

    assert NUMBERS.outside(searcher.ask(1).params) == []


def test_names_may_be_anything():
    names = ["x", "a/b", "a.b", "a:b", "self", "seed", "名", "~1", "", " "]
    searcher = start(space=Space({name: Uniform(0.0, 1.0) for name in names}))

    search(searcher, 6, lambda params: params["名"])

    assert len(set(searcher.ask(1).params.values())) == len(names)


def test_choices_come_back_as_they_are():
    space = Space({"choice": Choice((1, True, [1, "a"], {"k": None}, None)), "x": Uniform(0.0, 1.0)})
    searcher = start("random", space, {})

    assert {repr(searcher.ask(seed).params["choice"]) for seed in range(60)} == {
        "1",
        "True",
        "[1, 'a']",
        "{'k': None}",
        "None",
    }


def test_everyones_generators_are_neither_used_nor_moved():
    searcher = start()
    search(searcher, 6, distance)
    random.seed(1)
    np.random.seed(1)
    before = random.getstate(), repr(np.random.get_state())

    first = answers(searcher)

    assert (random.getstate(), repr(np.random.get_state())) == before
    np.random.seed(2)
    assert answers(searcher) == first


def test_nothing_is_printed_logged_or_written(capfd, caplog, tmp_path, monkeypatch):
    """SMAC's facades make a folder `smac3_output`."""
    monkeypatch.chdir(tmp_path)

    search(start(space=MIXED), 7, lambda params: params["lr"])

    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.levelname != "DEBUG"] == []
    assert list(tmp_path.iterdir()) == []


def test_another_process_answers_the_same():
    """SMAC's own local search starts in the order of a set, which is another one in every process."""
    here = io.StringIO()
    with redirect_stdout(here):
        exec(ASK_AFTER_SIX_TRIALS, {})

    there = subprocess.run(
        [sys.executable, "-c", ASK_AFTER_SIX_TRIALS],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )

    assert there.stdout == here.getvalue() != ""
