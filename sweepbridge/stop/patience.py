"""Patience: a trial that does not get better any more is stopped, whatever the others do.

As the callbacks of training libraries have it (`EarlyStopping` of Keras and of Lightning), for programs without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sweepbridge.plugin import Curves, Issue, Json, Option, Verdict, option_issues

PATIENCE = Option("patience", "So many iterations without a better value end a trial.", least=1, is_needed=True)
MIN_DELTA = Option("min_delta", "What is better by no more than this is not better.", "number", least=0, default=0)
MIN_ITER = Option("min_iter", "No trial is stopped before this iteration.", least=1, default=1)
OPTIONS = (PATIENCE, MIN_DELTA, MIN_ITER)


class Patience:
    """Stops a trial whose best has improved by no more than `min_delta` in its last `patience` iterations."""

    name = "patience"

    def check(self, options: Mapping[str, Json]) -> Iterable[Issue]:
        """How patient it is has to be said."""
        return option_issues(options, OPTIONS)

    def judge(self, options: Mapping[str, Json], number: int, curves: Curves) -> Verdict:
        """Compare the trial with itself."""
        best, patience = curves.best_so_far(number), int(PATIENCE.of(options))
        if len(best) <= patience or len(best) < MIN_ITER.of(options):
            first = max(patience + 1, int(MIN_ITER.of(options)))
            return Verdict(False, f"{len(best)} iterations; trials are judged from {first} on")
        before, now = best[-1 - patience], best[-1]
        has_improved = before - now > MIN_DELTA.of(options)
        told = f"from {curves.value(before):.6g} to {curves.value(now):.6g} in {patience} iterations"
        return Verdict(
            not has_improved, f"the best went {told}" if now < before else _still(curves.value(now), patience)
        )


def _still(value: float, patience: int) -> str:
    return f"nothing better than {value:.6g} in {patience} iterations"
