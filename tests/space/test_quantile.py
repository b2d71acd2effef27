"""W&B's own numbers: what its engine draws from each distribution after `random.seed(0)`, and at fixed shares.

Five digits are what is recorded, so five digits are compared; values with mass of their own are compared exactly.
"""

import decimal
import math
import random

import pytest
from scipy import stats

from sweepbridge.space import Beta, Choice, Constant, Domain, Integer, Json, Normal, Uniform, decode, encode, multiples

E = math.exp

DRAWS: list[tuple[Domain, list[Json]]] = [
    (Constant(7), [7, 7, 7, 7, 7, 7, 7, 7, 7, 7]),
    (Choice((1, "a", None, 2.5)), [2.5, 2.5, "a", "a", None, "a", 2.5, "a", "a", None]),
    (Choice(("a", "b", "c"), (0.2, 0.5, 0.3)), ["c", "c", "b", "b", "b", "b", "c", "b", "b", "b"]),
    (Integer(1, 5), [5, 4, 3, 2, 3, 3, 4, 2, 3, 3]),
    (Uniform(0, 1.0), [0.84442, 0.75795, 0.42057, 0.25892, 0.51127, 0.40493, 0.7838, 0.30331, 0.4766, 0.58338]),
    (Uniform(0, 10, quantum=1.0), [8.0, 8.0, 4.0, 3.0, 5.0, 4.0, 8.0, 3.0, 5.0, 6.0]),
    (Uniform(0, 10, quantum=3), [9, 9, 3, 3, 6, 3, 9, 3, 6, 6]),
    (Uniform(0.0, 1.0, quantum=0.3), [0.9, 0.9, 0.3, 0.3, 0.6, 0.3, 0.9, 0.3, 0.6, 0.6]),
    (
        Uniform(E(-9), E(-2), log=True),
        [0.045545, 0.024864, 0.0023438, 0.00075591, 0.0044224, 0.0021007, 0.029795, 0.0010314, 0.0034692, 0.007326],
    ),
    (
        Uniform(0.0001, 0.1, log=True),
        [0.03414, 0.018787, 0.0018269, 0.00059807, 0.0034184, 0.0016398, 0.022459, 0.00081271, 0.0026902, 0.0056253],
    ),
    (
        Uniform(E(-3), E(-1), log=True),  # inv_log_uniform, min 1, max 3
        [0.26951, 0.22671, 0.11546, 0.083562, 0.13842, 0.1119, 0.23873, 0.091321, 0.12915, 0.1599],
    ),
    (Uniform(1.0, E(5), log=True, quantum=1.0), [68.0, 44.0, 8.0, 4.0, 13.0, 8.0, 50.0, 5.0, 11.0, 18.0]),
    (Uniform(32, 256, log=True, quantum=8), [184, 152, 80, 56, 96, 72, 160, 64, 88, 104]),
    (Normal(100, 10), [110.13, 107.0, 97.996, 93.533, 100.28, 97.594, 107.85, 94.851, 99.413, 102.11]),
    (Normal(4, 2, quantum=1.0), [6.0, 5.0, 4.0, 3.0, 4.0, 4.0, 6.0, 3.0, 4.0, 4.0]),
    (Normal(4, 2, quantum=1), [6, 5, 4, 3, 4, 4, 6, 3, 4, 4]),
    (Normal(2, 3, log=True), [154.22, 60.293, 4.05, 1.0618, 8.0429, 3.5902, 77.887, 1.5767, 6.196, 13.897]),
    (Normal(2, 1, log=True, quantum=2), [20, 14, 6, 4, 8, 6, 16, 4, 6, 10]),
    (Beta(2, 5), [0.45658, 0.39443, 0.23104, 0.16488, 0.26933, 0.22461, 0.41124, 0.18316, 0.25445, 0.30165]),
    (Beta(2, 5, quantum=0.1), [0.5, 0.4, 0.2, 0.2, 0.3, 0.2, 0.4, 0.2, 0.3, 0.3]),
]

QUARTERS: list[tuple[Domain, list[Json]]] = [
    (Choice((1, "a", None, 2.5)), [1, "a", None]),
    (Choice(("a", "b", "c"), (0.2, 0.5, 0.3)), ["b", "b", "c"]),
    (Integer(1, 5), [2, 3, 4]),
    (Uniform(0, 10, quantum=1.0), [2.0, 5.0, 8.0]),
    (Uniform(0, 10, quantum=3), [3, 6, 6]),
    (Uniform(E(-9), E(-2), log=True), [0.00071017, 0.0040868, 0.023518]),
    (Uniform(32, 256, log=True, quantum=8), [56, 88, 152]),
    (Normal(100, 10), [93.255, 100.0, 106.74]),
    (Normal(2, 3, log=True), [0.9768, 7.3891, 55.895]),
    (Normal(2, 1, log=True, quantum=2), [4, 8, 14]),
    (Beta(2, 5), [0.16116, 0.26445, 0.38948]),
    (Beta(2, 5, quantum=0.1), [0.2, 0.3, 0.4]),
]


def is_coarse(domain: Domain) -> bool:
    """Whether W&B's numbers are known to the last digit, because there are few of them."""
    return isinstance(domain, (Constant, Choice, Integer)) or domain.quantum is not None


@pytest.mark.parametrize(("domain", "recorded"), DRAWS, ids=[repr(domain) for domain, _ in DRAWS])
def test_a_seeded_draw_is_the_one_that_wandb_makes(domain, recorded):
    chance = random.Random(0)

    drawn = [decode(domain, chance.random()) for _ in recorded]

    assert drawn == (recorded if is_coarse(domain) else pytest.approx(recorded, rel=5e-5))
    assert [type(value) for value in drawn] == [type(value) for value in recorded]


@pytest.mark.parametrize(("domain", "recorded"), QUARTERS, ids=[repr(domain) for domain, _ in QUARTERS])
def test_the_quarters_of_a_domain_are_those_of_wandb(domain, recorded):
    quarters = [decode(domain, u) for u in (0.25, 0.5, 0.75)]

    assert quarters == (recorded if is_coarse(domain) else pytest.approx(recorded, rel=5e-5))


@pytest.mark.parametrize(
    ("domain", "least", "greatest"),
    [
        (Choice((1, "a", None)), 1, None),
        (Choice(("never", "a", "b", "not"), (0.0, 0.4, 0.6, 0.0)), "a", "b"),
        (Integer(1, 5), 1, 5),
        (Uniform(-2.5, 4), -2.5, 4.0),
        (Uniform(1, 8, log=True), 1.0, 8.0),
        (Uniform(0.05, 0.95, quantum=0.1), 0.1, 0.9),
        (Beta(2, 5), 0.0, 1.0),
    ],
    ids=repr,
)
def test_the_ends_of_the_shares_are_the_ends_of_a_bounded_domain(domain, least, greatest):
    """W&B's integer, categorical and weighted quantile functions miss theirs at exactly 0 or 1."""
    ends = [decode(domain, 0.0), decode(domain, 1.0)]

    assert ends == ([least, greatest] if is_coarse(domain) else pytest.approx([least, greatest], rel=1e-15))


def test_the_ends_of_a_normal_lie_about_eight_sigma_out():
    ends = [decode(Normal(100, 10), 0.0), decode(Normal(100, 10), 1.0)]

    assert ends == pytest.approx([100 - 82.1, 100 + 82.1], abs=0.1)


def test_an_overflowing_domain_ends_at_the_greatest_float():
    ends = [decode(Normal(0, 1e308), 1.0), decode(Normal(0, 1e308, log=True), 1.0), decode(Normal(0, 1e308), 0.0)]

    assert ends == [1.7976931348623157e308, 1.7976931348623157e308, -1.7976931348623157e308]


def test_an_interval_wider_than_any_float_has_its_middle_at_zero():
    widest = Uniform(-1.7e308, 1.7e308)

    assert [decode(widest, u) for u in (0.0, 0.5, 1.0)] == [-1.7e308, 0.0, 1.7e308]
    assert encode(widest, 0.0) == 0.5


@pytest.mark.parametrize("u", [-0.1, 1.1, math.nan, math.inf])
def test_a_share_outside_0_and_1_is_refused(u):
    with pytest.raises(ValueError, match="u lies in"):
        decode(Uniform(0, 1), u)


SHARES = [2.0**-53, 1e-12, 1e-6, 0.01, 0.3, 0.5, 0.8, 0.99, 1 - 1e-6, 1 - 1e-12]


@pytest.mark.parametrize("u", SHARES)
@pytest.mark.parametrize(
    ("domain", "scipys"),
    [
        (Normal(0, 1), stats.norm()),
        (Normal(-3, 0.25), stats.norm(-3, 0.25)),
        (Normal(2, 3, log=True), stats.lognorm(s=3, scale=math.exp(2))),
        (Uniform(-2, 5), stats.uniform(-2, 7)),
        (Uniform(1e-6, 10, log=True), stats.loguniform(1e-6, 10)),
    ],
    ids=["normal", "narrow normal", "log normal", "uniform", "log uniform"],
)
def test_a_quantile_is_scipys_to_nine_digits(domain, scipys, u):
    assert decode(domain, u) == pytest.approx(scipys.ppf(u), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("z", [-8.0, -5.0, -1.0, 0.0, 0.5, 3.0])
def test_the_share_below_a_normal_number_is_scipys_to_nine_digits(z):
    """Far below the mean the share is tiny, and still has all its digits."""
    assert encode(Normal(1, 2), 1 + 2 * z) == pytest.approx(stats.norm.cdf(z), rel=1e-9)


def test_an_int_quantum_gives_ints_and_a_float_quantum_floats():
    values = [decode(Uniform(0, 10, quantum=2), 0.5), decode(Uniform(0, 10, quantum=2.0), 0.5)]

    assert [(value, type(value)) for value in values] == [(4, int), (4.0, float)]


def test_multiples_carry_the_decimals_of_their_quantum():
    """3 times 0.1 is 0.30000000000000004 in floats, and 0.3 to the person who wrote `q: 0.1`."""
    values = [decode(Uniform(0, 1, quantum=0.1), u) for u in (0.1, 0.2, 0.3, 0.6, 0.7)]

    assert values == [0.1, 0.2, 0.3, 0.6, 0.7]


def test_a_value_halfway_between_two_multiples_goes_to_the_even_one():
    values = [decode(Uniform(0, 10, quantum=1), u) for u in (0.05, 0.15, 0.25, 0.35)]

    assert values == [0, 2, 2, 4]


def test_a_value_that_rounding_would_push_outside_becomes_the_nearest_multiple_inside():
    """W&B gives 0 and 4 here, which the file says are not allowed."""
    domain = Uniform(0.9, 3.6, quantum=2)

    assert [decode(domain, 0.0), decode(domain, 1.0)] == [2, 2]


@pytest.mark.parametrize(
    ("domain", "count"),
    [
        (Uniform(0, 1, quantum=0.1), 11),
        (Uniform(0.1, 0.3, quantum=0.1), 3),
        (Uniform(-5, 5, quantum=2), 5),
        (Uniform(1.2, 1.4, quantum=1), 0),
        (Beta(2, 2, quantum=0.25), 5),
    ],
    ids=repr,
)
def test_the_multiples_inside_the_bounds_are_counted_as_decimals(domain, count):
    assert len(multiples(domain)) == count


def test_an_unbounded_domain_has_no_count_of_multiples():
    assert multiples(Normal(quantum=1)) is None


def test_a_value_with_no_weight_is_never_drawn():
    domain = Choice(("no", "a", "never", "b", "not"), (0.0, 0.25, 0.0, 0.75, 0.0))

    drawn = {decode(domain, step / 1000) for step in range(1001)}

    assert drawn == {"a", "b"}


def test_the_last_drawable_value_takes_up_what_rounding_leaves_of_the_weights():
    thirds = Choice(("a", "b", "c", "never"), (1 / 3, 1 / 3, 0.3333333333333, 0.0))

    assert decode(thirds, 0.99999999999999) == "c"


def test_an_inverse_log_uniform_is_the_log_uniform_over_the_inverted_bounds():
    """W&B's formula, exp(-(min + (1-u)(max-min))), on the left; see docs/decisions/0002."""
    least, greatest = 1.0, 3.0
    folded = Uniform(math.exp(-greatest), math.exp(-least), log=True)

    for u in (0.0, 0.1, 0.5, 0.9, 1.0):
        assert decode(folded, u) == pytest.approx(math.exp(-(least + (1 - u) * (greatest - least))), rel=1e-12)


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        (Choice((1, 2)), 3),
        (Choice((1, 2)), True),
        (Choice(("a", "b"), (1.0, 0.0)), "b"),
        (Integer(1, 5), "3"),
        (Integer(0, 1), True),
        (Integer(0, 1), math.inf),
        (Uniform(0, 1), None),
        (Uniform(0, 1), math.nan),
        (Uniform(0, 10, quantum=1), math.inf),
        (Normal(quantum=0.5), -math.inf),
    ],
    ids=repr,
)
def test_a_value_that_a_domain_does_not_have_is_refused(domain, value):
    with pytest.raises(ValueError, match="is not"):
        encode(domain, value)


def test_a_number_outside_the_bounds_counts_as_the_nearest_inside():
    domains = [Integer(1, 5), Uniform(0, 1), Uniform(1e-3, 1, log=True), Uniform(0, 4, quantum=2)]

    assert [decode(domain, encode(domain, -7)) for domain in domains] == [1, 0.0, pytest.approx(0.001), 0]
    assert [decode(domain, encode(domain, 1e9)) for domain in domains] == [5, 1.0, 1.0, 4]


def test_the_decimal_context_of_the_program_changes_nothing():
    with decimal.localcontext() as context:
        context.prec = 2

        assert decode(Uniform(0, 1, quantum=0.0001), 0.12345) == 0.1234
