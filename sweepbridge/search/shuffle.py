"""A seeded permutation of the numbers below a size, one number at a time and with no list in memory.

It is a Feistel network over the least even number of bits that holds the size, and walks along its cycle until it
comes to a number below the size. A permutation stays one that way (J. Black and P. Rogaway, "Ciphers with Arbitrary
Finite Domains", CT-RSA 2002), and the walk takes less than four steps on average.
"""

from __future__ import annotations

import hashlib

ROUNDS = 6
"""Four make a Feistel network look random; two more for halves of a few bits."""


def shuffled(index: int, size: int, *, key: int) -> int:
    """Where the number `index`, from 0 to `size` - 1, goes in the permutation that `key` picks."""
    assert 0 <= index < size, f"{index} is not from 0 to {size - 1}"
    bits = max(1, ((size - 1).bit_length() + 1) // 2)
    place = _permuted(index, bits, key)
    while place >= size:
        place = _permuted(place, bits, key)
    return place


def _permuted(number: int, bits: int, key: int) -> int:
    """The image of a number of twice so many bits."""
    left, right = number >> bits, number & ((1 << bits) - 1)
    for round_ in range(ROUNDS):
        left, right = right, left ^ _scrambled(right, bits, f"{key}/{round_}")
    return left << bits | right


def _scrambled(number: int, bits: int, key: str) -> int:
    # SHAKE gives as many bits as a half has, however large the grid.
    digest = hashlib.shake_128(f"{key}/{number}".encode()).digest((bits + 7) // 8)
    return int.from_bytes(digest, "big") & ((1 << bits) - 1)
