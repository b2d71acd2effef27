"""Checks of what is drawn before there is any result: each parameter as its distribution has it, ends included.

A method may begin at points of its own, as one does that starts in the middle. So each sample has a plain interval
from 0 to 1 in it: only where that one is drawn evenly does a method draw from the space, and is held to all the rest.
The seeds are fixed, so what passes once passes again; and a right backend fails one in a hundred thousand times.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, Skipped, check
from sweepbridge.plugin.kit.inside import hold_inside
from sweepbridge.plugin.kit.spaces import DRAWN
from sweepbridge.space import Choice, Domain, Integer, Json, Normal, decode, encode, identity
from sweepbridge.spec.specimens import specimens

SIGNIFICANT = 1e-5
"""How unlikely a sample must be to be held against a backend."""

STEPS = 4000
"""In how many steps a quantile function is read, to see how likely each value is."""


@check("draws", per="method")
def every_distribution_is_drawn_inside(case: Case) -> None:
    """Each of W&B's eighteen distributions is searched, in one space with all the others."""
    hold_inside(case.on(specimens()).play(seed=4).to(min(case.trials, 12)))


@check("draws", per="method")
def intervals_are_drawn_evenly(case: Case) -> None:
    """A number on a linear scale is drawn evenly, from its min to its max."""
    _hold(case, "interval")


@check("draws", per="method")
def log_scales_are_drawn_evenly_over_the_logarithm(case: Case) -> None:
    """A number on a log scale is as likely in one decade as in the next."""
    _hold(case, "log")


@check("draws", per="method")
def whole_numbers_are_drawn_alike_with_their_ends(case: Case) -> None:
    """Each whole number is as likely as the next, the two ends included."""
    _hold(case, "integer")


@check("draws", per="method")
def values_are_drawn_alike(case: Case) -> None:
    """Each value of a choice is as likely as the next, None, 0 and False included."""
    _hold(case, "choice")


@check("draws", per="method")
def a_value_that_stands_twice_is_drawn_twice_as_often(case: Case) -> None:
    """A value that a config lists twice counts twice."""
    _hold(case, "twice")


@check("draws", per="method")
def weights_are_kept(case: Case) -> None:
    """Values with probabilities come as often as these say, and one of probability 0 never."""
    _hold(case, "weighted")


@check("draws", per="method")
def steps_are_drawn_with_half_of_each_end(case: Case) -> None:
    """A quantised number is rounded, so its two ends come half as often as what lies between them."""
    _hold(case, "steps")


@check("draws", per="method")
def steps_on_a_log_scale_are_drawn_by_the_logarithm(case: Case) -> None:
    """A quantised number on a log scale is rounded after it was drawn."""
    _hold(case, "log_steps")


@check("draws", per="method")
def normals_are_normal(case: Case) -> None:
    """A normal number has its mean, its width, and its tails."""
    _hold(case, "normal")


@check("draws", per="method")
def log_normals_are_log_normal(case: Case) -> None:
    """The logarithm of a log-normal number is normal."""
    _hold(case, "log_normal")


@check("draws", per="method")
def rounded_normals_are_normal(case: Case) -> None:
    """A normal number that is quantised is rounded after it was drawn."""
    _hold(case, "normal_steps")


@check("draws", per="method")
def betas_are_beta(case: Case) -> None:
    """A beta number has the shape of its two parameters."""
    _hold(case, "beta")


@dataclass(frozen=True, slots=True)
class Unlikely:
    """In what a sample differs from its distribution, and how likely that is for one that is drawn from it."""

    likelihood: float
    how: str


def _hold(case: Case, path: str) -> None:
    if case.problem.method == "grid":
        raise Skipped("a grid draws nothing: its points come in their order")
    drawn = case.drawn
    control = _worst(DRAWN["control"], [answer.params.get("control") for answer in drawn])
    if control.likelihood < SIGNIFICANT:
        raise Skipped("it begins at points of its own: even a plain interval from 0 to 1 is not drawn evenly at first")
    found = _worst(DRAWN[path], [answer.params.get(path) for answer in drawn])
    if found.likelihood < SIGNIFICANT:
        raise Broken(f"of {len(drawn)} values of {DRAWN[path]}, {found.how} (one chance in {1 / found.likelihood:.0e})")


def _worst(domain: Domain, values: Sequence[Json]) -> Unlikely:
    """The strongest that a sample says against its being drawn from a domain."""
    try:
        is_discrete = isinstance(domain, (Choice, Integer)) or getattr(domain, "quantum", None) is not None
        return _worst_share(domain, values) if is_discrete else _worst_distance(domain, values)
    except (TypeError, ValueError) as error:
        return Unlikely(1e-300, f"one is not a value of it: {error}")


def _worst_distance(domain: Domain, values: Sequence[Json]) -> Unlikely:
    """By how much the shares below each value are off: Dvoretzky, Kiefer and Wolfowitz bound it (Massart, 1990)."""
    shares = sorted(encode(domain, value) for value in values)
    count = len(shares)
    distance, place = max(
        max((share - place / count, place), ((place + 1) / count - share, place)) for place, share in enumerate(shares)
    )
    below = f"{shares[place]:.0%} should lie below {decode(domain, shares[place])!r}, and {place / count:.0%} do"
    return Unlikely(max(min(1.0, 2 * math.exp(-2 * count * distance**2)), 1e-300), below)


def _worst_share(domain: Domain, values: Sequence[Json]) -> Unlikely:
    """How often each value comes, and the two ends together, against how often it should."""
    shares = _shares(domain)
    counts = Counter(identity(value) for value in values)
    ends = list(shares)
    # What lies far out in a tail has no step of its own.
    shares.update({key: 1 / STEPS if isinstance(domain, Normal) else 0.0 for key in counts if key not in shares})
    groups: list[tuple[Hashable, ...]] = [(key,) for key in shares]
    if not isinstance(domain, Choice):
        groups.append((ends[0], ends[-1]))
    found = (_told(group, counts, shares, len(values)) for group in groups)
    return min(found, key=lambda one: one.likelihood)


def _told(group: tuple[Hashable, ...], counts: Counter[Hashable], shares: dict[Hashable, float], of: int) -> Unlikely:
    share, count = math.fsum(shares[key] for key in group), sum(counts[key] for key in group)
    named = " and ".join(_shown(key) for key in group)
    return Unlikely(_two_sided(count, of, share), f"{count} are {named}, and {share * of:.0f} should be")


def _shares(domain: Domain) -> dict[Hashable, float]:
    """How likely each value of a discrete domain is, in order: its quantile function, in small steps."""
    counts = Counter(identity(decode(domain, (step + 0.5) / STEPS)) for step in range(STEPS))
    return {value: count / STEPS for value, count in counts.items()}


def _two_sided(count: int, of: int, share: float) -> float:
    """How likely a binomial number is to be this far out, or further."""
    if share <= 0.0 or share >= 1.0:
        return 1.0 if count == of * share else 1e-300
    below = math.fsum(_binomial(number, of, share) for number in range(count + 1))
    above = math.fsum(_binomial(number, of, share) for number in range(count, of + 1))
    return max(min(1.0, 2 * min(below, above)), 1e-300)


def _binomial(count: int, of: int, share: float) -> float:
    ways = math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)
    return math.exp(ways + count * math.log(share) + (of - count) * math.log1p(-share))


def _shown(key: Hashable) -> str:
    return repr(key[1]) if isinstance(key, tuple) and len(key) == 2 else repr(key)
