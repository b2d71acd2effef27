"""Hyperband against a second computation of it, over 120 recorded trainings that run interleaved.

`curves.json` is made by `record_curves.py`. The second computation shares no code with ours: it fills a table of trials
by iterations, and reads each band off a column, as W&B's engine describes it.
"""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from sweepbridge.plugin import Verdict
from sweepbridge.stop import Hyperband

CURVES = json.loads(Path(__file__).with_name("curves.json").read_text())
AT_ONCE = 12
"""How many trials run at the same time."""

FORMS = [
    ({"min_iter": 3}, [3, 9, 27]),
    ({"min_iter": 3, "strict": False}, [3, 9, 27]),
    ({"min_iter": 2, "eta": 1.5}, [2, 3, 4, 6, 10, 15, 22, 34, 51, 76]),
    ({"min_iter": 5, "eta": 2, "strict": False}, [5, 10, 20, 40, 80]),
    ({"max_iter": 81, "s": 3}, [3, 9, 27]),
    ({"max_iter": 81, "s": 3, "strict": False}, [3, 9, 27]),
    ({"max_iter": 80, "s": 5, "eta": 2}, [2, 5, 10, 20, 40]),
]


class Table:
    """The second computation: a row for each trial, a column for each iteration, NaN where there is nothing yet."""

    def __init__(self, bands, eta=3, strict=True, **ignored):
        self.losses = np.full((len(CURVES), max(map(len, CURVES))), np.nan)
        self.bands, self.eta, self.strict = bands, eta, strict

    def stops(self, running):
        """The running trials that are to stop now."""
        lengths = np.isfinite(self.losses).sum(axis=1)
        return {trial for trial in running if self._is_beyond(trial, lengths)}

    def _is_beyond(self, trial, lengths):
        closest = [band for band in self.bands if band <= lengths[trial]][-1:]
        for band in closest:
            column = np.sort(self.losses[lengths >= band, band - 1])
            own = self.losses[trial, band - 1] if self.strict else np.nanmin(self.losses[trial])
            return bool(own > column[int(len(column) / self.eta)])
        return False


class Replay:
    """Trainings that log one row after the other, in an order that chance picks; a stopped one logs no more."""

    def __init__(self, options, bands):
        self.options = options
        self.table = Table(bands, **options)
        self.curves = {}
        self.chance = random.Random(7)
        self.waiting = list(range(len(CURVES)))
        self.running = []
        self.stopped = []

    def steps(self):
        """Log a row, and yield the trial that logged it, until every training is over."""
        while self.waiting or self.running:
            while self.waiting and len(self.running) < AT_ONCE:
                self.running.append(self.waiting.pop(0))
            trial = self.chance.choice(self.running)
            losses = self.curves.setdefault(trial, [])
            losses.append(CURVES[trial][len(losses)])
            self.table.losses[trial, len(losses) - 1] = losses[-1]
            yield trial
            if len(losses) == len(CURVES[trial]) and trial in self.running:
                self.running.remove(trial)

    def stops(self, trials):
        """Those of the trials that our hyperband stops now."""
        return {trial for trial in trials if Hyperband().judge(self.options, trial, self.curves).stop}

    def stop(self, trials):
        """End these."""
        self.stopped += trials
        self.running = [trial for trial in self.running if trial not in trials]


@pytest.mark.parametrize(("options", "bands"), FORMS, ids=[json.dumps(options) for options, _ in FORMS])
def test_at_every_step_the_same_trials_stop_as_in_a_second_computation(options, bands):
    replay = Replay(options, bands)

    for _ in replay.steps():
        expected = replay.table.stops(replay.running)
        assert replay.stops(replay.running) == expected
        replay.stop(sorted(expected))

    assert 20 <= len(replay.stopped) < len(CURVES)


@pytest.mark.parametrize("strict", [True, False])
def test_nor_do_they_differ_where_trials_that_should_stop_go_on(strict):
    """All trials then reach the late bands, and are judged there again and again."""
    replay = Replay({"min_iter": 3, "strict": strict}, [3, 9, 27])

    found = [(replay.stops([trial]), replay.table.stops([trial])) for trial in replay.steps()]

    assert all(ours == second for ours, second in found)
    assert sum(bool(ours) for ours, _ in found) > 1000


def test_the_recorded_trainings_are_many_and_differ():
    ends = [curve[-1] for curve in CURVES]

    assert len(CURVES) == 120
    assert min(ends) < 0.2
    assert max(ends) > 2.3
    assert min(map(len, CURVES)) < 20


def test_a_verdict_is_the_same_whoever_asks_and_in_whatever_order_the_curves_come():
    curves = {number: curve[:30] for number, curve in enumerate(CURVES)}
    turned = dict(reversed(curves.items()))

    verdicts = [Hyperband().judge({"min_iter": 3}, number, curves) for number in curves]

    assert verdicts == [Hyperband().judge({"min_iter": 3}, number, turned) for number in curves]
    assert all(isinstance(verdict, Verdict) for verdict in verdicts)
