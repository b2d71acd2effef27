"""Asynchronous successive halving: a trial is judged once at each rung, among those that got there before it.

Li et al., "A System for Massively Parallel Hyperparameter Tuning" (MLSys 2020), algorithm 2, in the form that stops
trials and does not pause them: nothing has to be resumed, and an agent never waits for a rung to fill up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sweepbridge.plugin import Curves, Issue, Json, Option, Verdict, option_issues
from sweepbridge.stop.bands import reached, standing, upwards

MIN_ITER = Option("min_iter", "The first rung; the next ones are eta times as far each.", least=1, default=1)
ETA = Option("eta", "The best 1/eta of those at a rung go on.", "number", least=1, is_above=True, default=3)
OPTIONS = (MIN_ITER, ETA)


class Asha:
    """Stops a trial that gets to a rung and is not among the best 1/eta there, or the best while they are too few."""

    name = "asha"

    def check(self, options: Mapping[str, Json]) -> Iterable[Issue]:
        """Nothing has to be said."""
        return option_issues(options, OPTIONS)

    def judge(self, options: Mapping[str, Json], number: int, curves: Curves) -> Verdict:
        """Stop at the row that gets to the rung. Later, say how the trial would stand there now, and let it run."""
        curve, rungs = curves.get(number, ()), upwards(MIN_ITER.of(options), ETA.of(options))
        rung = reached(rungs, len(curve))
        if rung is None:
            return Verdict(False, f"no rung reached after {len(curve)} iterations; the first is at {rungs[0]}")
        peers = curves.at(rung)
        last = max(int(len(peers) / ETA.of(options)), 1) - 1
        stands = standing(peers, curve[rung - 1], last=last, band=rung, word="rung")
        has_just_got_there = len(curve) == rung and curves.latest == number
        return Verdict(has_just_got_there and stands.loss > stands.threshold, stands.sentence(), stands)
