from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sweepbridge_hyperopt import HyperoptBackend
from sweepbridge_hyperopt.expressions import coordinate, position

from sweepbridge.plugin import Problem
from sweepbridge.plugin.testing import MIXED
from sweepbridge.space import Choice, Integer, Normal, Space, Uniform

AWKWARD = (None, False, 0, "0", [1, "x"], {"a": 1})
"""Values that libraries confuse with each other or can't hold."""


def drawn(domain, count):
    searcher = HyperoptBackend().start(Problem(Space({"x": domain}), "random"))
    return [searcher.ask(seed).params["x"] for seed in range(count)]


def test_the_ends_of_a_range_are_drawn_as_often_as_the_rest():
    """`hp.uniformint` gives each end half of that, here 333."""
    counts = Counter(drawn(Integer(1, 4), 2000))

    assert set(counts) == {1, 2, 3, 4}
    assert all(430 < count < 570 for count in counts.values())


def test_whole_numbers_are_ints():
    assert {type(value) for value in drawn(Integer(1, 4), 20)} == {int}


@pytest.mark.parametrize(("low", "high"), [(1, 4), (0, 4), (2**60, 2**60 + 3)])
def test_rounding_to_the_even_number_does_not_leave_the_range(low, high):
    ends = [round(-0.5), round(high - low + 0.5)]

    assert [position(Integer(low, high), end) for end in ends] == [low, high]


def test_a_choice_gives_the_value_and_not_its_index():
    values = drawn(Choice(AWKWARD), 100)

    assert {repr(value) for value in values} == {repr(value) for value in AWKWARD}


def test_a_value_without_weight_is_never_drawn():
    counts = Counter(drawn(Choice(("a", "b", "c"), (0.0, 0.75, 0.25)), 1000))

    assert set(counts) == {"b", "c"}
    assert 690 < counts["b"] < 810


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=len(MIXED), max_size=len(MIXED)))
def test_what_hyperopt_drew_is_found_again_from_the_params(shares):
    """So trials that were made by hand, without a note, are as good as any."""
    places = MIXED.positions(MIXED.decode(dict(zip(MIXED, shares, strict=True))))

    found = {path: position(MIXED[path], coordinate(MIXED[path], place)) for path, place in places.items()}

    assert found == places


def test_every_parameter_is_described_as_hyperopt_code():
    space = Space(
        {
            "depth": Integer(2, 9),
            "kind/name": Choice(("adam", "sgd")),
            "lr": Uniform(1.0, 1.0e3, log=True),
            "momentum": Uniform(0.0, 0.9),
            "noise": Normal(0.0, 1.0),
            "warm": Choice((True, False), (0.75, 0.25)),
        }
    )

    assert HyperoptBackend().describe(Problem(space, "tpe")) == {
        "depth": "2 + hp.quniform('depth', -0.5, 7.5, 1)",
        "kind/name": "hp.randint('kind/name', 2)",
        "lr": "hp.loguniform('lr', 0.0, 6.907755278982137)",
        "momentum": "hp.uniform('momentum', 0.0, 0.9)",
        "noise": "hp.uniform('noise', 0.0, 1.0)",
        "warm": "hp.pchoice('warm', [(0.75, 0), (0.25, 1)])",
    }
