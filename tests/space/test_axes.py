import math

import pytest

from sweepbridge.space import (
    Beta,
    Category,
    Choice,
    Constant,
    Integer,
    IntegerRange,
    Interval,
    Normal,
    Uniform,
    axis,
    is_by_quantile,
)
from sweepbridge.space.axes import position_of, value_at

UNIT = Interval(0.0, 1.0)


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        (Constant(3), None),
        (Choice(("only",)), None),
        (Choice(("only",), (1.0,)), None),
        (Integer(4, 4), None),
        (Uniform(2.0, 2.0), None),
        (Choice((0, None, "a")), Category(3)),
        (Integer(-2, 7), IntegerRange(-2, 7)),
        (Uniform(-1.0, 2.0), Interval(-1.0, 2.0)),
        (Uniform(1e-4, 0.1, log=True), Interval(1e-4, 0.1, log=True)),
        (Choice((0, 1), (0.3, 0.7)), UNIT),
        (Uniform(0.0, 1.0, quantum=0.1), UNIT),
        (Uniform(1, 64, log=True, quantum=8), UNIT),
        (Normal(), UNIT),
        (Normal(log=True, quantum=2), UNIT),
        (Beta(2, 5), UNIT),
    ],
    ids=repr,
)
def test_a_domain_has_the_simplest_axis_on_which_it_is_exact(domain, expected):
    assert axis(domain) == expected


def test_only_what_has_no_axis_of_its_own_is_decoded_by_its_quantile_function():
    decoded = [Choice((0, 1), (0.3, 0.7)), Uniform(0.0, 1.0, quantum=0.1), Normal(), Beta(2, 5)]
    direct = [Choice((0, 1)), Integer(0, 9), Uniform(0.0, 1.0), Constant(1), Choice(("only",), (1.0,))]

    assert all(is_by_quantile(domain) for domain in decoded)
    assert not any(is_by_quantile(domain) for domain in direct)


def test_a_category_is_an_index_and_gives_back_the_value_itself():
    """False, 0 and None are values like any other."""
    choice = Choice((False, 0, None, "", [1, 2]))

    values = [value_at(choice, index) for index in range(5)]

    assert repr(values) == "[False, 0, None, '', [1, 2]]"
    assert [position_of(choice, value) for value in values] == [0, 1, 2, 3, 4]


def test_an_integer_range_is_exact_where_floats_have_run_out():
    huge = Integer(2**60, 2**60 + 5)

    assert [value_at(huge, position_of(huge, 2**60 + k)) for k in range(6)] == [2**60 + k for k in range(6)]


def test_a_position_on_an_interval_is_the_value_to_the_last_bit():
    domain = Uniform(1e-5, 0.3, log=True)

    assert value_at(domain, 0.1234567890123) == 0.1234567890123
    assert position_of(domain, 0.1234567890123) == 0.1234567890123


@pytest.mark.parametrize(
    ("domain", "below", "above"),
    [
        (Choice(("a", "b")), "a", "b"),
        (Integer(1, 5), 1, 5),
        (Uniform(0, 2), 0.0, 2.0),
        (Uniform(0, 6, quantum=3), 0, 6),
    ],
    ids=repr,
)
def test_a_position_outside_the_axis_counts_as_the_nearest_end(domain, below, above):
    ends = [value_at(domain, -99), value_at(domain, 99)]

    assert ends == [below, above]
    assert [type(end) for end in ends] == [type(below), type(above)]


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        (Integer(1, 5), 2.5),
        (Integer(1, 5), True),
        (Integer(1, 5), "2"),
        (Integer(1, 5), math.inf),
        (Integer(1, 5), math.nan),
        (Uniform(0, 1), False),
        (Uniform(0, 1), "0.5"),
        (Uniform(0, 1), math.nan),
        (Choice(("a", "b")), "c"),
        (Normal(), None),
        (Constant(1), 1),
    ],
    ids=repr,
)
def test_what_is_not_a_value_of_the_domain_has_no_position(domain, value):
    with pytest.raises(ValueError, match=r"is not|has no axis"):
        position_of(domain, value)


def test_a_whole_float_stands_where_its_int_stands():
    assert position_of(Integer(1, 5), 3.0) == 3
