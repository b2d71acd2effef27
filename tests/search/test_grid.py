"""The grid backend's orders: W&B's, and one that the seed shuffles."""

import time
import tracemalloc
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sweepbridge.plugin import Problem, Trial
from sweepbridge.search import GridBackend
from sweepbridge.search.shuffle import shuffled
from sweepbridge.space import Choice, Grid, Integer, Space
from sweepbridge.trials import seed_of

SPACE = Space({"a": Integer(0, 3), "b": Choice(("x", "y", "z")), "c": Choice((True, False))})


def order(seed, space=SPACE, **options):
    """All points of a grid, in the order in which a sweep with this seed hands them out."""
    searcher = GridBackend().start(Problem(space, "grid", options))
    points = []
    while suggestion := searcher.ask(seed_of(seed, len(points))):
        searcher.tell(Trial(len(points), seed_of(seed, len(points)), "running", suggestion.params))
        points.append(tuple(suggestion.params.values()))
    return points


def test_a_shuffled_grid_hands_out_each_point_once():
    assert sorted(order(1, order="shuffled")) == sorted(order(1))
    assert order(1, order="shuffled") != order(1)


def test_the_seed_alone_picks_the_order():
    assert order(1, order="shuffled") == order(1, order="shuffled")
    assert order(1, order="shuffled") != order(2, order="shuffled")


def test_a_sorted_order_asks_no_seed():
    assert order(1, order="sorted") == order(2)


def test_every_point_is_as_likely_to_be_the_first_as_any_other():
    """Chi-squared over 24 points: below 49.7 in 999 of 1,000 fair draws."""
    first = Counter(shuffled(0, 24, key=seed_of(seed, 0)) for seed in range(4800))

    assert len(first) == 24
    assert sum((count - 200) ** 2 / 200 for count in first.values()) < 49.7


@given(size=some.integers(1, 300), key=some.integers(0, 2**63 - 1))
def test_the_shuffle_is_a_permutation_of_any_size(size, key):
    assert sorted(shuffled(index, size, key=key) for index in range(size)) == list(range(size))


@given(size=some.integers(1, 10**40), key=some.integers(0, 2**63 - 1), share=some.floats(0, 1, exclude_max=True))
def test_the_shuffle_stays_inside_any_size(size, key, share):
    assert 0 <= shuffled(int(share * size), size, key=key) < size


def test_a_shuffled_grid_of_a_thousand_million_points_costs_no_list():
    space = Space({name: Integer(1, 1000) for name in "abc"})
    tracemalloc.start()
    began = time.process_time()

    assert GridBackend().start(Problem(space, "grid", {"order": "shuffled"})).ask(7) is not None
    assert len({shuffled(index, Grid(space).size, key=7) for index in range(1000)}) == 1000

    assert time.process_time() - began < 2
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("options", [{"order": "random"}, {"odrer": "shuffled"}])
def test_an_unknown_order_and_an_unknown_option_are_refused(options):
    (issue,) = GridBackend().check(Problem(SPACE, "grid", options))

    assert issue.refuses


def test_points_that_were_taken_out_of_turn_are_passed_over_in_any_order():
    """As trials of another sweep are, when they join the log."""
    for options in ({}, {"order": "shuffled"}):
        searcher = GridBackend().start(Problem(SPACE, "grid", options))
        taken = [Grid(SPACE).point(index) for index in (23, 4, 0, 4)]
        for number, params in enumerate([*taken, {"a": 9, "b": "x", "c": True}]):
            searcher.tell(Trial(number, 1, "running", params))

        assert len(list(rest(searcher, began=5))) == 24 - 3


def rest(searcher, began):
    """What a searcher still hands out."""
    while suggestion := searcher.ask(1):
        searcher.tell(Trial(began, 1, "running", suggestion.params))
        began += 1
        yield suggestion
