"""How backends compare: the best so far, ranks with their interval, and pairs with an exact sign test."""

import math

import pytest
from scipy.stats import binomtest

from sweepbridge.view.compared import json_of, sentence_of, stops_of
from sweepbridge.view.comparing import Pair, best_so_far, compare, ranks

OUTCOMES = {
    "slow": [[5.0, 4.0, 3.0], [5.0, 5.0, 2.0], [4.0, 4.0, 4.0]],
    "quick": [[1.0, 2.0, 3.0], [1.0, None, 0.5], [2.0]],
    "none": [[None, None, None], [None], []],
}


def test_the_best_so_far_goes_on_where_a_trial_failed_and_where_the_search_has_ended():
    assert best_so_far([3.0, None, 2.0, 5.0], 6) == (3.0, 3.0, 2.0, 2.0, 2.0, 2.0)
    assert best_so_far([None, 1.0], 2) == (math.inf, 1.0)
    assert best_so_far([], 2) == (math.inf, math.inf)
    assert best_so_far([3.0, 2.0, 1.0], 2) == (3.0, 2.0)


def test_equal_ones_share_the_mean_of_their_ranks():
    assert ranks([2.0, 1.0, 2.0, 3.0]) == [2.5, 1.0, 2.5, 4.0]
    assert ranks([math.inf, math.inf]) == [1.5, 1.5]


def test_the_best_comes_first_with_its_mean_rank_and_an_interval_around_it():
    compared = compare(OUTCOMES, 3)

    assert [(one.name, one.rank) for one in compared.contestants] == [("quick", 1.0), ("slow", 2.0), ("none", 3.0)]
    assert all(1 <= one.low <= one.rank <= one.high <= 3 for one in compared.contestants)
    assert (compared.trials, compared.seeds) == (3, 3)
    assert [one.has_nothing for one in compared.contestants] == [False, False, True]


def test_the_interval_is_the_same_again_and_wider_where_seeds_disagree():
    agree = compare({"a": [[1.0]] * 8, "b": [[2.0]] * 8}, 1).contestants[0]
    differ = compare({"a": [[1.0], [3.0]] * 4, "b": [[2.0]] * 8}, 1).contestants[0]

    assert (agree.low, agree.high) == (1.0, 1.0)
    assert (differ.low, differ.high) == (1.125, 1.875)


def test_what_is_shown_along_the_way_is_the_median_of_the_seeds():
    quick = compare(OUTCOMES, 3).contestants[0]

    assert quick.median == [1.0, 1.0, 1.0]


def test_pairs_are_counted_seed_by_seed():
    pairs = {(pair.first, pair.second): pair for pair in compare(OUTCOMES, 3).pairs}

    assert pairs["quick", "slow"] == Pair("quick", "slow", wins=3, ties=0, losses=0)
    assert compare({"a": [[1.0], [2.0], [5.0]], "b": [[2.0], [2.0], [4.0]]}, 1).pairs == (Pair("a", "b", 1, 1, 1),)


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (1, 0), (5, 0), (3, 2), (7, 1), (2, 9), (30, 12), (700, 800)])
def test_the_sign_test_is_the_exact_one(wins, losses):
    exact = binomtest(wins, wins + losses).pvalue if wins + losses else 1.0

    assert Pair("a", "b", wins, 3, losses).p == pytest.approx(exact)


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        (Pair("a", "b", 7, 0, 1), "a is better than b under 7 of 8 seeds (p = 0.07)"),
        (Pair("a", "b", 1, 1, 2), "b is better than a under 2 of 4 seeds, 1 tied (p = 1)"),
    ],
)
def test_a_sentence_names_the_better_one_first(pair, sentence):
    assert sentence_of(pair) == sentence


def test_json_has_the_metrics_own_sign_and_null_where_there_is_no_result():
    told = json_of(compare(OUTCOMES, 3), lambda loss: -loss, file="sweep.yaml")

    assert (told["file"], told["trials"], told["seeds"]) == ("sweep.yaml", 3, 3)
    assert [one["name"] for one in told["backends"]] == ["quick", "slow", "none"]
    assert told["backends"][0]["curves"][1] == [-1.0, -1.0, -0.5]
    assert told["backends"][2]["median"] == [None, None, None]
    assert told["pairs"][0] == {"first": "quick", "second": "slow", "wins": 3, "ties": 0, "losses": 0, "p": 0.25}


@pytest.mark.parametrize(
    ("trials", "stops"), [(30, [8, 15, 22, 30]), (3, [1, 2, 3]), (1, [1]), (100, [25, 50, 75, 100])]
)
def test_the_best_so_far_is_shown_at_each_quarter_of_the_way(trials, stops):
    assert stops_of(trials) == stops
