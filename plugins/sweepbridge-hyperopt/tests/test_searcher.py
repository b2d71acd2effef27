import math
import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from sweepbridge_hyperopt import HyperoptBackend

from sweepbridge.plugin import Problem, Space, Trial
from sweepbridge.plugin.testing import MIXED, NUMBERS
from sweepbridge.space import Uniform
from sweepbridge.trials import seed_of

OPTIONS = {"tpe": {"n_startup_jobs": 3}, "anneal": {}, "random": {}}
"""TPE's model is in use after three results."""


def start(method="tpe", space=NUMBERS):
    return HyperoptBackend().start(Problem(space, method, OPTIONS[method]))


def begin(searcher, number, params=None):
    seed = seed_of(1, number)
    trial = Trial(number, seed, "running", params or searcher.ask(seed).params)
    searcher.tell(trial)
    return trial


def finish(searcher, trial, state="finished", loss=None):
    losses = (abs(trial.params["x"]),) if loss is None else loss
    searcher.tell(replace(trial, state=state, losses=losses))


def after_results(count, method="tpe", space=NUMBERS):
    """A searcher with this many results, the same each time."""
    searcher = start(method, space)
    for number in range(count):
        finish(searcher, begin(searcher, number))
    return searcher


def answers(searcher):
    return [searcher.ask(seed).params for seed in range(4)]


@pytest.mark.parametrize("method", ["random", "tpe", "anneal"])
def test_a_sweep_that_is_resumed_repeats_nothing(method):
    """`fmin` with the same `rstate` draws its first points again."""
    log = []
    for number in range(30):
        searcher = start(method)
        for trial in log:
            finish(searcher, begin(searcher, trial.number, trial.params))
        log.append(begin(searcher, number))

    assert len({trial.params["x"] for trial in log}) == 30


def test_running_trials_do_not_count_as_results():
    """Hyperopt would count them, and model losses of infinity only."""
    searcher = start("tpe")
    for number in range(10):
        begin(searcher, number)

    assert answers(searcher) == answers(start("random"))


def test_a_running_trial_counts_towards_the_start_for_each_result():
    """Of three that are wanted, one result and two running are too few; two results and one running will do."""
    one, two = after_results(1), after_results(2)
    for searcher, number in ((one, 1), (one, 2), (two, 2)):
        begin(searcher, number)

    by_chance = [start("random") for _ in range(2)]
    for searcher, results in zip(by_chance, (1, 2), strict=True):
        for number in range(3):
            trial = begin(searcher, number)
            if number < results:
                finish(searcher, trial)
    assert answers(one) == answers(by_chance[0])
    assert answers(two) != answers(by_chance[1])


def test_running_trials_push_tpe_away():
    alone = after_results(6)
    beside_another = after_results(6)

    begin(beside_another, 6)

    assert answers(beside_another) != answers(alone)


def test_running_trials_are_no_start_for_annealing():
    alone = after_results(3, "anneal")
    beside_another = after_results(3, "anneal")

    begin(beside_another, 3, {"x": 1.0, "y": 1.0, "k": 3})
    begin(alone, 3, {"x": -1.0, "y": 1.0, "k": -3})

    assert answers(beside_another) == answers(alone)


@pytest.mark.parametrize("losses", [None, (math.nan,), (math.inf,), (-math.inf,)])
@pytest.mark.parametrize("method", ["tpe", "anneal"])
def test_a_trial_without_a_usable_loss_is_left_out_of_the_model(method, losses):
    """Hyperopt takes a missing loss for infinity, and sorts one that is not a number to either end."""
    one, other = after_results(4, method), after_results(4, method)

    for searcher, x in ((one, -1.0), (other, 1.0)):
        trial = begin(searcher, 4, {"x": x, "y": 1.0, "k": 0})
        searcher.tell(replace(trial, state="failed", losses=losses))

    assert answers(one) == answers(other)


@pytest.mark.parametrize("state", ["stopped", "failed"])
@pytest.mark.parametrize("method", ["tpe", "anneal"])
def test_a_trial_that_did_not_finish_but_has_a_loss_counts_as_one_that_did(method, state):
    one = after_results(4, method)
    other = after_results(4, method)

    finish(one, begin(one, 4), state=state, loss=(7.0,))
    finish(other, begin(other, 4), loss=(7.0,))

    assert answers(one) == answers(other)


@pytest.mark.parametrize("method", ["tpe", "anneal"])
def test_it_does_not_matter_in_which_order_trials_end(method):
    one, other = start(method), start(method)
    params = [{"x": x / 10, "y": 1.0, "k": x - 3} for x in range(7)]
    began = [(begin(one, n, p), begin(other, n, p)) for n, p in enumerate(params)]

    for (trial, _), (_, same) in zip(began, reversed(began), strict=True):
        finish(one, trial)
        finish(other, same)

    assert answers(one) == answers(other)


def test_the_order_of_the_parameters_does_not_matter():
    backwards = Space({path: NUMBERS[path] for path in reversed(list(NUMBERS))})

    assert answers(after_results(5)) == answers(after_results(5, space=backwards))


def test_names_may_be_anything():
    names = ["x", "a/b", "a.b", "self", "rng", "size", "cmd", "名", "~1", ""]
    space = Space({name: Uniform(0.0, 1.0) for name in names})

    searcher = after_results(5, space=space)

    assert len({searcher.ask(1).params[name] for name in names}) == len(names)


def test_seeds_of_63_bits_are_told_apart():
    searcher = start()

    assert searcher.ask(2**63 - 1) != searcher.ask(2**31 - 1)


@pytest.mark.parametrize("method", ["random", "tpe", "anneal"])
def test_numpys_own_chance_is_neither_used_nor_moved(method):
    searcher = after_results(5, method)
    np.random.seed(1)
    before = np.random.get_state()

    first = answers(searcher)

    assert repr(np.random.get_state()) == repr(before)
    np.random.seed(2)
    assert answers(searcher) == first


def test_nothing_is_printed_or_logged(capfd, caplog):
    caplog.set_level("INFO")

    answers(after_results(5))

    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_a_thousand_trials_are_taken_in_at_once():
    trials = [Trial(n, n, "running", MIXED.decode(dict.fromkeys(MIXED, n / 1000))) for n in range(1000)]
    searcher = start(space=MIXED)
    started = time.process_time()

    for trial in trials:
        searcher.tell(trial)
        searcher.tell(replace(trial, state="finished", losses=(1.0,)))

    assert time.process_time() - started < 2


def run_python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | environment
    ).stdout


def test_hyperopt_is_loaded_at_the_start_of_a_search_only():
    code = (
        "import sys, sweepbridge_hyperopt as it\n"
        "from sweepbridge.plugin.contract import Problem\n"
        "from sweepbridge.space import Space, Uniform\n"
        "problem = Problem(Space({'x': Uniform(0.0, 1.0)}), 'tpe')\n"
        "(backend,) = it.sweepbridge_backends()\n"
        "list(backend.check(problem)), backend.describe(problem)\n"
        "print({'hyperopt', 'numpy', 'scipy'} & set(sys.modules))\n"
    )

    assert run_python(code) == "set()\n"


def test_another_process_answers_the_same():
    """A searcher that is rebuilt elsewhere hashes its strings in another order."""
    code = (
        "from sweepbridge.plugin import Problem, Trial\n"
        "from sweepbridge.plugin.testing import MIXED\n"
        "from sweepbridge_hyperopt import HyperoptBackend\n"
        "searcher = HyperoptBackend().start(Problem(MIXED, 'tpe', {'n_startup_jobs': 1}))\n"
        "for number in range(4):\n"
        "    trial = Trial(number, number, 'running', searcher.ask(number).params)\n"
        "    searcher.tell(trial)\n"
        "    searcher.tell(Trial(number, number, 'finished', trial.params, losses=(trial.params['lr'],)))\n"
        "print(searcher.ask(9))\n"
    )

    assert run_python(code, PYTHONHASHSEED="1") == run_python(code, PYTHONHASHSEED="2")
