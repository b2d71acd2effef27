"""Values from elsewhere: what they are in a domain, and when that can't be told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweepbridge.space import Beta, Choice, Constant, Integer, Normal, Uniform, decode, meant, same

MIXED = Choice((1, "1", True, None, 0.5, [1, "a"], {"k": 2}, "a, b"))


@pytest.mark.parametrize(
    ("domain", "value", "expected"),
    [
        (Integer(1, 9), "3", 3),
        (Integer(1, 9), 3.0, 3),
        (Integer(1, 9), "3.0", 3),
        (Integer(1, 9), 99, 99),
        (Uniform(0.0, 1.0), 1, 1.0),
        (Uniform(0.0, 1.0), "1e-4", 1e-4),
        (Uniform(0.0, 1.0, quantum=0.1), 0.30000000000000004, 0.3),
        (Uniform(0.0, 9.0, quantum=3), 6.0, 6),
        (Uniform(0.0, 1.0, quantum=0.1), 0.35, 0.35),
        (Normal(0.0, 1.0), "-2", -2.0),
        (Beta(1.0, 1.0, quantum=0.25), "0.75", 0.75),
        (Constant(None), "", None),
        (Choice((True, False)), "True", True),
        (Choice((True, False)), "false", False),
        (Choice((1.0, 2.0)), 1, 1.0),
        (Choice((None, "x")), "", None),
        (Choice(([1, "a"],)), '[1, "a"]', [1, "a"]),
        (Choice(([1, "a"],)), "[1, 'a']", [1, "a"]),
    ],
)
def test_a_value_from_elsewhere_is_the_domains_own(domain, value, expected):
    found = meant(domain, value)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        (Integer(1, 9), "2.5"),
        (Integer(1, 9), True),
        (Uniform(0.0, 1.0), ""),
        (Uniform(0.0, 1.0), "nan"),
        (Uniform(0.0, 1.0), None),
        (Uniform(0.0, 1.0), [1]),
        (Choice(("a", "b")), "c"),
        (Choice((1, 2)), True),
        (Choice(("a", "b"), (1.0, 0.0)), "b"),
        (Constant(5), 6),
    ],
)
def test_a_value_that_the_domain_does_not_have_is_told(domain, value):
    with pytest.raises(ValueError, match="is not"):
        meant(domain, value)


@pytest.mark.parametrize("value", MIXED.values)
def test_each_value_of_a_choice_comes_back_as_what_it_is(value):
    assert same(meant(MIXED, value), value)


@given(
    st.sampled_from([Integer(1, 9), Uniform(0.0, 1.0), Uniform(1e-5, 1.0, log=True), Normal(0.0, 1.0, quantum=0.1)]),
    st.floats(0, 1),
)
def test_a_value_survives_the_way_through_text(domain, u):
    value = decode(domain, u)

    assert meant(domain, json.dumps(value)) == value
