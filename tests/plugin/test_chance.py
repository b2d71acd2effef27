"""Chance for libraries that draw from what everyone shares."""

import random

import numpy as np

from sweepbridge.plugin import in_32_bits, shared_chance


def draws():
    return random.random(), np.random.random()


def test_the_same_seed_gives_the_same_draws():
    with shared_chance(2**62 + 1):
        first = draws()
    with shared_chance(2**62 + 1):
        second = draws()

    assert first == second


def test_the_users_own_generators_go_on_as_if_nothing_had_been():
    random.seed(1)
    np.random.seed(1)
    expected = draws(), draws()
    random.seed(1)
    np.random.seed(1)

    before = draws()
    with shared_chance(5):
        draws()

    assert (before, draws()) == expected


def test_seeds_that_differ_in_their_upper_half_only_are_told_apart():
    assert in_32_bits(1) != in_32_bits(2**40 + 1)
    assert 0 <= in_32_bits(2**63 - 1) < 2**32
