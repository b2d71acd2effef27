"""Hyperband against a second computation of it, over 120 recorded trainings that run interleaved.

The second computation shares no code with ours: it fills a table of trials by iterations, and reads each band off a
column, as W&B's engine describes it.
"""

import json

import numpy as np
import pytest

from sweepbridge.plugin import Curves, Verdict
from sweepbridge.stop import Hyperband
from tests.stop.replays import CURVES, Replay

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

    def log(self, trial, losses):
        """Take in the last of a trial's losses."""
        self.losses[trial, len(losses) - 1] = losses[-1]

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


@pytest.mark.parametrize(("options", "bands"), FORMS, ids=[json.dumps(options) for options, _ in FORMS])
def test_at_every_step_the_same_trials_stop_as_in_a_second_computation(options, bands):
    replay, table = Replay(Hyperband(), options), Table(bands, **options)

    for trial in replay.steps():
        table.log(trial, replay.curves[trial])
        expected = table.stops(replay.running)
        assert replay.stops(replay.running) == expected
        replay.stop(sorted(expected))

    assert 20 <= len(replay.stopped) < len(CURVES)


@pytest.mark.parametrize("strict", [True, False])
def test_nor_do_they_differ_where_trials_that_should_stop_go_on(strict):
    """All trials then reach the late bands, and are judged there again and again."""
    replay, table = Replay(Hyperband(), {"min_iter": 3, "strict": strict}), Table([3, 9, 27], strict=strict)
    stops = []

    for trial in replay.steps():
        table.log(trial, replay.curves[trial])
        stops += replay.stops([trial])
        assert replay.stops([trial]) == table.stops([trial])

    assert len(stops) > 1000


def test_the_recorded_trainings_are_many_and_differ():
    ends = [curve[-1] for curve in CURVES]

    assert len(CURVES) == 120
    assert min(ends) < 0.2
    assert max(ends) > 2.3
    assert min(map(len, CURVES)) < 20


def test_a_verdict_is_the_same_whoever_asks_and_in_whatever_order_the_curves_come():
    curves = Curves({number: curve[:30] for number, curve in enumerate(CURVES)})
    turned = Curves(dict(reversed(list(curves.items()))))

    verdicts = [Hyperband().judge({"min_iter": 3}, number, curves) for number in curves]

    assert verdicts == [Hyperband().judge({"min_iter": 3}, number, turned) for number in curves]
    assert all(isinstance(verdict, Verdict) for verdict in verdicts)
