"""The space: what a sweep searches, as an ordered map from parameter path to domain."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property

from typing_extensions import assert_never

from sweepbridge.space.axes import Axis, Position, axis, position_of, value_at
from sweepbridge.space.domains import Beta, Choice, Constant, Domain, Integer, Normal, Uniform
from sweepbridge.space.paths import dotted, split
from sweepbridge.space.quantile import decode, drawn, encode, is_multiple, multiples
from sweepbridge.space.values import Json, Params, identity, is_plain


class Space(Mapping[str, Domain]):
    """An ordered, frozen map from path to domain. Paths stand in W&B's order: by name, level by level."""

    def __init__(self, domains: Mapping[str, Domain]) -> None:
        self._domains = {path: domains[path] for path in sorted(domains, key=split)}

    def __getitem__(self, path: str) -> Domain:
        return self._domains[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._domains)

    def __len__(self) -> int:
        return len(self._domains)

    def __repr__(self) -> str:
        return f"Space({self._domains!r})"

    @cached_property
    def axes(self) -> dict[str, Axis]:
        """The axis of every parameter that has more than one value, by path."""
        found = ((path, axis(domain)) for path, domain in self._domains.items())
        return {path: its for path, its in found if its is not None}

    @cached_property
    def size(self) -> int | None:
        """How many different points there are; None if there is no end of them."""
        counts = [count_of(domain) for domain in self._domains.values()]
        return None if None in counts else math.prod(count for count in counts if count is not None)

    def at(self, positions: Mapping[str, Position]) -> dict[str, Json]:
        """The point at these positions on the axes; parameters with one value are filled in."""
        return {path: self._value(path, positions) for path in self if path in positions or path not in self.axes}

    def positions(self, params: Params) -> dict[str, Position]:
        """Where on the axes a point stands.

        A parameter that is not active in it has no position, nor has one whose value this space does not have: a trial
        of another sweep may be told.
        """
        found = ((path, self._position(path, params[path])) for path in self.axes if path in params)
        return {path: position for path, position in found if position is not None}

    def shares(self, params: Params) -> dict[str, float]:
        """The share of each domain's mass, in [0, 1], at which a point stands: `decode` makes the point of them again.

        A parameter that is not active in it has no share, nor has one whose value this space does not have.
        """
        found = ((path, _share(domain, params[path])) for path, domain in self.items() if path in params)
        return {path: share for path, share in found if share is not None}

    def decode(self, shares: Mapping[str, float]) -> dict[str, Json]:
        """The point whose values lie at these shares, in [0, 1], of each domain's mass."""
        return {path: decode(domain, shares.get(path, 0.5)) for path, domain in self._domains.items()}

    def outside(self, params: Params) -> list[str]:
        """What keeps a point from lying in this space, a phrase for each value; empty if nothing does."""
        unknown = [f"{dotted(path)} is not a parameter of this space" for path in params if path not in self]
        return unknown + [
            f"{dotted(path)} = {params[path]!r} is {reason}"
            for path, domain in self._domains.items()
            if path in params and (reason := _why_outside(domain, params[path]))
        ]

    def _position(self, path: str, value: Json) -> Position | None:
        try:
            return position_of(self[path], value)
        except ValueError:
            return None

    def _value(self, path: str, positions: Mapping[str, Position]) -> Json:
        domain = self[path]
        return value_at(domain, positions[path]) if path in positions else decode(domain, 0.5)


def count_of(domain: Domain) -> int | None:
    """How many different values a domain has; None if there is no end of them."""
    match domain:
        case Constant():
            return 1
        case Choice():
            return len({identity(value) for value in drawn(domain)})
        case Integer(low, high):
            return high - low + 1
        case Uniform() | Beta():
            inside = multiples(domain)
            # len() refuses what does not fit a C integer.
            return None if inside is None else inside.stop - inside.start
        case Normal():
            return None
        case _:
            assert_never(domain)


def _share(domain: Domain, value: Json) -> float | None:
    try:
        return encode(domain, value)
    except ValueError:
        return None


def _why_outside(domain: Domain, value: Json) -> str | None:
    if not is_plain(value):
        return f"not a plain Python value but {type(value).__name__}"
    match domain:
        case Constant(constant):
            return None if identity(constant) == identity(value) else f"not the constant {constant!r}"
        case Choice():
            listed = any(identity(item) == identity(value) and type(item) is type(value) for item in drawn(domain))
            return None if listed else f"not one of {list(drawn(domain))!r}"
        case Integer(low, high):
            inside = type(value) is int and low <= value <= high
            return None if inside else f"not an int from {low} to {high}"
        case Uniform() | Normal() | Beta():
            return _why_not_a_number_of(domain, value)
        case _:
            assert_never(domain)


def _why_not_a_number_of(domain: Uniform | Normal | Beta, value: Json) -> str | None:
    kind = int if isinstance(domain.quantum, int) else float
    if type(value) is not kind or not isinstance(value, (int, float)) or not math.isfinite(value):
        return f"not a finite {kind.__name__}"
    low, high = _bounds(domain)
    if not low <= value <= high:
        return f"not from {low} to {high}"
    if domain.quantum is not None and not is_multiple(value, domain.quantum):
        return f"not a multiple of {domain.quantum}"
    return None


def _bounds(domain: Uniform | Normal | Beta) -> tuple[float, float]:
    match domain:
        case Uniform(low, high):
            return low, high
        case Normal(log=log):
            return (0.0 if log else -math.inf), math.inf
        case Beta():
            return 0.0, 1.0
        case _:
            assert_never(domain)
