"""The median rule: a trial whose best is worse than what half of the finished trials had at the same iteration.

It is the median stopping rule of Golovin et al., "Google Vizier" (KDD 2017), with the value at the iteration in place
of the average up to it, as Optuna has it. Only trials that ran to their end count: of all that got so far, every
iteration would stop one half, and soon a single one would be left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from sweepbridge.plugin import Curves, Issue, Json, Option, Standing, Verdict, option_issues

MIN_ITER = Option("min_iter", "No trial is stopped before this iteration.", least=1, default=1)
MIN_TRIALS = Option("min_trials", "No trial is stopped before so many have finished.", least=1, default=5)
OPTIONS = (MIN_ITER, MIN_TRIALS)


class Median:
    """Stops a trial whose best loss so far is above the median of the finished ones at its last iteration."""

    name = "median"

    def check(self, options: Mapping[str, Json]) -> Iterable[Issue]:
        """Nothing has to be said."""
        return option_issues(options, OPTIONS)

    def judge(self, options: Mapping[str, Json], number: int, curves: Curves) -> Verdict:
        """Look at the last iteration that the trial has logged."""
        iteration = len(curves.get(number, ()))
        if iteration < MIN_ITER.of(options):
            return Verdict(False, f"{iteration} iterations; trials are judged from {MIN_ITER.of(options):g} on")
        if len(curves.finished) < MIN_TRIALS.of(options):
            return Verdict(False, f"{len(curves.finished)} of {MIN_TRIALS.of(options):g} trials have finished")
        peers = curves.finished.at(iteration)
        if not peers:
            return Verdict(False, f"no finished trial has {iteration} iterations")
        best = curves.best_so_far(number)[-1]
        stands = Standing(iteration, best, 1 + bisect_left(peers, best), 1 + len(peers), _median(peers), "iteration")
        return Verdict(best > stands.threshold, stands.sentence(), stands)


def _median(ascending: Sequence[float]) -> float:
    half = len(ascending) // 2
    if len(ascending) % 2:
        return ascending[half]
    # Halves, because the sum of two losses may be more than a float can hold.
    return ascending[half - 1] / 2 + ascending[half] / 2
