"""W&B's hyperband: at each band, the trials outside the best 1/eta of all that got there are stopped.

It is successive halving at each band on its own, without brackets, as W&B's engine has it
(`sweeps/hyperband_stopping.py`). An iteration is a logged row that holds a finite metric, not a step and not an epoch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from sweepbridge.plugin import Curves, Issue, Json, Standing, Verdict

BANDS = 100
"""How many bands `min_iter` makes; the last ones are out of any trial's reach."""


class Hyperband:
    """Stops a trial whose loss at its last band is above that of the int(n/eta)-th best, counting from 0."""

    name = "hyperband"

    def check(self, options: Mapping[str, Json]) -> Iterable[Issue]:
        """At least one band is needed."""
        known = ("min_iter", "max_iter", "s", "eta", "strict")
        for option in options:
            if option not in known:
                yield Issue(found=f"option {option}", expected=f"one of {', '.join(known)}", fix=f"remove {option}")
        if not bands(options):
            yield Issue(
                found=", ".join(f"{name}: {value}" for name, value in options.items()) or "no options",
                expected="min_iter of 1 or more, or max_iter with an s that leaves at least one band",
                fix="min_iter: 3",
            )

    def judge(self, options: Mapping[str, Json], number: int, curves: Curves) -> Verdict:
        """Look at the greatest band that the trial has reached, and at no other."""
        curve = curves.get(number, ())
        reached = [band for band in bands(options) if band <= len(curve)]
        if not reached:
            return Verdict(False, f"no band reached after {len(curve)} iterations; the first is at {bands(options)[0]}")
        band = reached[-1]
        peers = sorted(other[band - 1] for other in curves.values() if len(other) >= band)
        value = curve[band - 1] if options.get("strict", True) else min(curve)
        standing = Standing(
            band=band,
            loss=value,
            rank=1 + sum(peer < value for peer in peers),
            of=len(peers),
            threshold=peers[int(len(peers) / _eta(options))],
        )
        return Verdict(value > standing.threshold, _sentence(standing), standing)


def _sentence(standing: Standing) -> str:
    comparison = "above" if standing.loss > standing.threshold else "not above"
    return (
        f"band {standing.band}: loss {standing.loss:.6g} ranks {standing.rank} of {standing.of} and is {comparison} "
        f"the threshold {standing.threshold:.6g}"
    )


def bands(options: Mapping[str, Json]) -> list[int]:
    """The iterations at which trials are judged, ascending; empty where the options make none."""
    eta = _eta(options)
    if "max_iter" in options:
        lengths = [_number(options["max_iter"]) / eta**k for k in range(1, int(_number(options.get("s", 0))) + 1)]
        return sorted({int(length) for length in lengths if length >= 1})
    if "min_iter" not in options:
        return []
    # Past 10^15 iterations a float no longer tells one from the next, and nobody gets there.
    furthest = int(math.log(1e15, eta))
    return [int(_number(options["min_iter"]) * eta**k) for k in range(min(BANDS, furthest))]


def _eta(options: Mapping[str, Json]) -> float:
    return _number(options.get("eta", 3))


def _number(value: Json) -> float:
    assert isinstance(value, (int, float)), f"the config's model lets only numbers through, not {value!r}"
    return value
