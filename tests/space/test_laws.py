"""What holds for every domain, every axis and every space, whatever their numbers are."""

import math
from typing import get_args

from hypothesis import assume, given
from hypothesis import strategies as some

from sweepbridge.space import (
    Beta,
    Choice,
    Constant,
    Domain,
    Integer,
    Normal,
    Space,
    Uniform,
    axis,
    decode,
    encode,
    identity,
    is_plain,
    same,
)
from sweepbridge.space.axes import Category, IntegerRange, Interval, position_of, value_at

shares = some.floats(0.0, 1.0)
inner_shares = some.floats(1e-6, 1 - 1e-6)
numbers = some.floats(-1e6, 1e6)
positive = some.floats(1e-6, 1e6)
shapes = some.floats(0.3, 30.0)
quanta = some.one_of(some.none(), some.integers(1, 1000), some.sampled_from([0.001, 0.1, 0.25, 0.3, 2.5]))
plain = some.recursive(
    some.none() | some.booleans() | some.integers(-9, 9) | some.floats(-9, 9) | some.text(max_size=3),
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.text(max_size=2), inner, max_size=2),
    max_leaves=3,
)


@some.composite
def choices(draw):
    values = draw(some.lists(plain, min_size=1, max_size=6))
    raw = draw(some.none() | some.lists(some.integers(0, 9), min_size=len(values), max_size=len(values)))
    if raw is None or sum(raw) == 0:
        return Choice(tuple(values))
    return Choice(tuple(values), tuple(weight / sum(raw) for weight in raw))


@some.composite
def uniforms(draw):
    is_log, quantum = draw(some.booleans()), draw(quanta)
    ends = positive if is_log else numbers
    low, high = sorted([draw(ends), draw(ends)])
    assume(high - low > 1e-6 * max(1.0, abs(low)) and (quantum is None or high - low > quantum))
    return Uniform(low, high, is_log, quantum)


@some.composite
def integers(draw):
    low = draw(some.integers(-(10**9), 10**9))
    return Integer(low, low + draw(some.integers(0, 10**9)))


normals = some.builds(Normal, some.floats(-20, 20), some.floats(0.01, 5), some.booleans(), quanta)
betas = some.builds(Beta, shapes, shapes, some.sampled_from([None, 0.1, 0.25, 1, 1.0]))
numeric = some.one_of(uniforms(), integers(), normals, betas)
continuous = some.one_of(uniforms(), normals, betas).filter(lambda domain: domain.quantum is None)
domains = some.one_of(some.builds(Constant, plain), choices(), numeric)
names = some.text(min_size=1, max_size=4)
spaces = some.dictionaries(names, domains, max_size=5).map(lambda found: Space(dict(found)))


def test_every_kind_of_domain_is_drawn_here():
    drawn_here = {Constant, Choice, Uniform, Integer, Normal, Beta}

    assert set(get_args(Domain)) == drawn_here


@given(domains, shares)
def test_every_value_lies_in_its_domain_in_plain_types(domain, u):
    value = decode(domain, u)

    assert is_plain(value)
    assert Space({"a": domain}).outside({"a": value}) == []


@given(numeric, shares, shares)
def test_a_greater_share_never_gives_a_smaller_value(domain, one, other):
    lower, upper = decode(domain, min(one, other)), decode(domain, max(one, other))

    # Beta's quantile is found by iteration, so its last digit is free.
    assert lower <= upper + (1e-12 if isinstance(domain, Beta) else 0)


@given(numeric)
def test_the_two_ends_of_every_domain_are_finite(domain):
    assert math.isfinite(decode(domain, 0.0))
    assert math.isfinite(decode(domain, 1.0))


@given(domains.filter(lambda domain: getattr(domain, "quantum", 1) is not None), shares)
def test_a_value_with_mass_of_its_own_comes_back_exactly(domain, u):
    """Except far out in the upper tail, where neighbouring shares are no longer different floats."""
    assume(not isinstance(domain, Normal) or u < 1 - 1e-6)
    value = decode(domain, u)

    again = decode(domain, encode(domain, value))

    assert same(again, value)


@given(continuous, inner_shares)
def test_a_continuous_value_comes_back_to_nine_digits(domain, u):
    value = decode(domain, u)

    again = decode(domain, encode(domain, value))

    assert math.isclose(again, value, rel_tol=1e-9, abs_tol=1e-9)


@given(continuous, inner_shares)
def test_a_share_comes_back_to_nine_digits(domain, u):
    value = decode(domain, u)
    # Near 1 floats lie too far apart to tell shares of a steep Beta from each other; near 0 they do not.
    assume(not isinstance(domain, Beta) or 1.0 - value > 1e-6)

    assert math.isclose(encode(domain, value), u, rel_tol=1e-9, abs_tol=1e-9)


@some.composite
def places(draw):
    domain = draw(domains.filter(lambda found: axis(found) is not None))
    match axis(domain):
        case Category(size):
            return domain, draw(some.integers(0, size - 1))
        case IntegerRange(low, high):
            return domain, draw(some.integers(low, high))
        case Interval(low, high):
            return domain, draw(some.floats(low, high))


@given(places())
def test_every_position_on_an_axis_is_a_value_of_the_domain(place):
    domain, position = place

    assert Space({"a": domain}).outside({"a": value_at(domain, position)}) == []


@given(places())
def test_a_value_has_a_position_that_gives_the_value_back(place):
    domain, position = place
    assume(not isinstance(domain, Normal) or position < 1 - 1e-6)
    value = value_at(domain, position)

    again = value_at(domain, position_of(domain, value))

    assert same(again, value) or math.isclose(again, value, rel_tol=1e-9, abs_tol=1e-9)


@given(spaces, some.data())
def test_every_point_of_a_space_lies_in_it(space, data):
    point = space.decode({path: data.draw(shares) for path in space})

    assert space.outside(point) == []
    assert list(point) == list(space)


@given(spaces, some.data())
def test_the_positions_of_a_point_lead_back_to_it(space, data):
    point = space.decode({path: data.draw(inner_shares) for path in space})

    again = space.at(space.positions(point))

    assert list(again) == list(point)
    for path, value in again.items():
        assert same(value, point[path]) or math.isclose(value, point[path], rel_tol=1e-9, abs_tol=1e-9)


@given(plain, plain)
def test_the_same_values_have_the_same_identity_and_only_they(one, other):
    assert same(one, other) == (identity(one) == identity(other))
    assert same(one, one)
