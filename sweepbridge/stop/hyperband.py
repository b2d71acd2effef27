"""W&B's hyperband: at each band, the trials outside the best 1/eta of all that got there are stopped.

It is successive halving at each band on its own, without brackets, as W&B's engine has it
(`sweeps/hyperband_stopping.py`). An iteration is a logged row that holds a finite metric, not a step and not an epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sweepbridge.plugin import Curves, Issue, Json, Option, Verdict, option_issues
from sweepbridge.stop.bands import downwards, reached, standing, upwards

MIN_ITER = Option("min_iter", "The first band; the next ones are eta times as long each.", least=1)
MAX_ITER = Option("max_iter", "With `s`: the bands are max_iter/eta, max_iter/eta², …, s of them.", least=1)
S = Option("s", "How many bands there are below max_iter.", least=1)
ETA = Option("eta", "About one in eta of the trials goes on.", "number", least=1, is_above=True, default=3)
STRICT = Option("strict", "Whether the value at the band counts, or the best one up to it.", "flag", default=True)
OPTIONS = (MIN_ITER, MAX_ITER, S, ETA, STRICT)


class Hyperband:
    """Stops a trial whose loss at its last band is above that of the int(n/eta)-th best, counting from 0."""

    name = "hyperband"

    def check(self, options: Mapping[str, Json]) -> Iterable[Issue]:
        """At least one band is needed."""
        issues = list(option_issues(options, OPTIONS))
        if not issues and not bands(options):
            issues.append(
                Issue(
                    found=", ".join(f"{name}: {value}" for name, value in options.items()) or "no options",
                    expected="min_iter of 1 or more, or max_iter with an s that leaves at least one band",
                    fix="min_iter: 3",
                )
            )
        return issues

    def judge(self, options: Mapping[str, Json], number: int, curves: Curves) -> Verdict:
        """Look at the last band that the trial has reached, and at no other."""
        curve = curves.get(number, ())
        band = reached(bands(options), len(curve))
        if band is None:
            return Verdict(False, f"no band reached after {len(curve)} iterations; the first is at {bands(options)[0]}")
        peers = curves.at(band)
        loss = curve[band - 1] if STRICT.of(options) else curves.best_so_far(number)[-1]
        stands = standing(peers, loss, last=int(len(peers) / ETA.of(options)), band=band, word="band")
        return Verdict(stands.loss > stands.threshold, stands.sentence(), stands)


def bands(options: Mapping[str, Json]) -> Sequence[int]:
    """The iterations at which trials are judged, ascending; empty where the options make none."""
    if "max_iter" in options:
        return downwards(MAX_ITER.of(options), ETA.of(options), S.of(options)) if "s" in options else ()
    return upwards(MIN_ITER.of(options), ETA.of(options)) if "min_iter" in options else ()
