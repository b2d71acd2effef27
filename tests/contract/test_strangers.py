"""A searcher that takes over in the middle is told of trials that it did not name, and goes on from them."""

import random
from dataclasses import replace

import pytest

from sweepbridge.plugin import Problem, Trial
from sweepbridge.plugin.testing import FINITE, NUMBERS
from sweepbridge.registry import Registry
from sweepbridge.trials import seed_of

BACKENDS = {name: Registry().backend(name).record for name in ("grid", "random", "optuna", "hyperopt")}
SEARCHES = [
    (name, method)
    for name, one in BACKENDS.items()
    for method in one.methods
    if method != "gp"  # it needs torch
]


def strangers(space, count=15):
    """The log of trials that another search has named: most have ended, one has failed, two run."""
    chance = random.Random(1)
    for number in range(count):
        params = space.decode({path: chance.random() for path in space})
        began = Trial(number, seed_of(3, number), "running", params, search=None)
        yield began
        if number == 4:
            yield replace(began, state="failed", reason="for the test")
        elif number < count - 2:
            yield replace(began, state="finished", losses=(chance.random(),))


def goes_on(searcher, first, trials=6):
    """Let a searcher name the next trials: their params."""
    named = []
    for number in range(first, first + trials):
        suggestion = searcher.ask(seed_of(3, number))
        began = Trial(number, seed_of(3, number), "running", suggestion.params, suggestion.note)
        searcher.tell(began)
        searcher.tell(replace(began, state="finished", losses=(0.5,), observations=(0.5,)))
        named.append(dict(suggestion.params))
    return named


@pytest.mark.parametrize(("name", "method"), SEARCHES)
def test_a_searcher_goes_on_from_the_trials_of_another_and_does_the_same_again(name, method):
    space = FINITE if method == "grid" else NUMBERS
    problem = Problem(space, method, budget=40)
    searchers = [BACKENDS[name].start(problem) for _ in range(2)]
    for trial in strangers(space):
        for searcher in searchers:
            searcher.tell(trial)

    named, again = (goes_on(searcher, 15) for searcher in searchers)

    assert named == again
    assert [space.outside(params) for params in named] == [[]] * 6


def test_a_grid_leaves_out_the_points_that_another_search_has_tried():
    searcher = BACKENDS["grid"].start(Problem(FINITE, "grid"))
    tried = [trial for trial in strangers(FINITE) if trial.is_running]
    for trial in tried:
        searcher.tell(trial)

    named = goes_on(searcher, 15, trials=FINITE.size - len({repr(dict(trial.params)) for trial in tried}))

    assert [params for params in named if params in [dict(trial.params) for trial in tried]] == []
    assert searcher.ask(1) is None
