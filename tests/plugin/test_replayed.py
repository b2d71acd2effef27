"""`Replayed`: an optimizer that changes when it is asked keeps the contract, and says what it should."""

import warnings
from dataclasses import replace

import pytest

from sweepbridge.plugin import Replayed, Suggestion, Trial


class Counting:
    """Names how often it was asked, and what it has heard so far."""

    def __init__(self):
        self.asks = 0
        self.heard = []

    def ask(self, seed):
        self.asks += 1
        return Suggestion({"asks": self.asks, "seed": seed, "heard": len(self.heard)})

    def began(self, trial):
        self.heard.append(trial.number)

    def ended(self, trial):
        self.heard.append(trial.number)


def begin(searcher, number, params=None, *, seed=None, search=0):
    seed = number if seed is None else seed
    named = searcher.ask(seed).params if params is None else params
    trial = Trial(number, seed, "running", named, search=search)
    searcher.tell(trial)
    return trial


def fail(searcher, trial):
    searcher.tell(replace(trial, state="failed"))


def test_an_ask_that_nobody_took_up_leaves_no_trace():
    searcher = Replayed(Counting)
    begin(searcher, 0)

    searcher.ask(77)

    assert searcher.ask(1).params == {"asks": 2, "seed": 1, "heard": 1}


def test_a_result_that_comes_between_an_ask_and_its_trial_counts():
    """Two agents: the other one's trial ended while this one's searcher thought."""
    searcher = Replayed(Counting)
    first = begin(searcher, 0)
    searcher.ask(1)

    fail(searcher, first)

    assert searcher.ask(1).params == {"asks": 2, "seed": 1, "heard": 2}


def test_a_trial_that_comes_out_different_is_told_once():
    searcher = Replayed(Counting)

    with pytest.warns(UserWarning, match="trial 0 comes out different"):
        begin(searcher, 0, {"asks": 5, "seed": 0, "heard": 0})
    begin(searcher, 1, {"asks": 6, "seed": 1, "heard": 0})


def test_a_trial_that_lacks_a_parameter_was_made_by_hand():
    begin(Replayed(Counting), 0, {"asks": 1})


def test_a_failed_trial_that_is_put_back_is_not_taken_for_a_library_that_was_upgraded():
    """It begins again with its seed and its params, under a new number."""
    searcher = Replayed(Counting)
    first = begin(searcher, 0)
    fail(searcher, first)

    begin(searcher, 1, first.params, seed=0, search=None)


def test_a_point_in_the_place_of_a_duplicate_is_not_taken_for_a_library_that_was_upgraded():
    class Stubborn(Counting):
        def ask(self, seed):
            return Suggestion({"x": 1})

    searcher = Replayed(Stubborn)
    begin(searcher, 0)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        begin(searcher, 1, {"x": 2})
