"""The beta distribution against scipy, to nine digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import special

from sweepbridge.space import beta

SHAPES = [0.05, 0.3, 0.5, 1.0, 1.5, 2.0, 5.0, 30.0, 200.0, 3000.0]
SHARES = [1e-9, 1e-4, 0.01, 0.25, 0.5, 0.75, 0.99, 0.9999]


@pytest.mark.parametrize("b", SHAPES)
@pytest.mark.parametrize("a", SHAPES)
def test_the_quantile_is_scipys(a, b):
    ours = [beta.quantile(u, a, b) for u in SHARES]

    assert ours == pytest.approx(special.betaincinv(a, b, SHARES).tolist(), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("b", SHAPES)
@pytest.mark.parametrize("a", SHAPES)
def test_the_share_below_is_scipys(a, b):
    places = [1e-12, 1e-6, 0.01, 0.2, 0.5, 0.7, 0.99, 1 - 1e-9]

    ours = [beta.share_below(x, a, b) for x in places]

    assert ours == pytest.approx(special.betainc(a, b, places).tolist(), rel=1e-9, abs=1e-300)


@given(some.floats(0.05, 500), some.floats(0.05, 500), some.floats(1e-6, 1 - 1e-6))
def test_the_quantile_of_any_shape_is_scipys(a, b, u):
    assert beta.quantile(u, a, b) == pytest.approx(special.betaincinv(a, b, u), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("u", [1e-300, 1e-200, 1e-50])
@pytest.mark.parametrize("a", [2.0, 12.0, 300.0])
def test_a_tiny_share_has_its_quantile_too(a, u):
    """Of Beta(a, 1) the share below x is x to the power of a."""
    assert beta.quantile(u, a, 1.0) == pytest.approx(u ** (1 / a), rel=1e-9)


def test_the_ends_are_the_ends():
    assert [beta.quantile(u, 2.0, 5.0) for u in (0.0, 1.0)] == [0.0, 1.0]
    assert [beta.share_below(x, 2.0, 5.0) for x in (-1.0, 0.0, 1.0, 2.0)] == [0.0, 0.0, 1.0, 1.0]


def test_the_flat_beta_is_the_share_itself():
    assert [beta.quantile(u, 1.0, 1.0) for u in (0.1, 0.123456789, 0.9)] == [0.1, 0.123456789, 0.9]
