"""The stoppers that W&B has not, each against a second computation, over the recorded trainings that run interleaved.

The second computations share no code with ours, and keep nothing: each goes through all rows again at every row.
"""

from collections import Counter

import numpy as np
import pytest

from sweepbridge.stop import Asha, Median, Patience
from tests.stop.replays import Replay


def asha(rows, finished, *, min_iter=1, eta=3):
    """Whether the trial of the last row stops: it has got to a rung, and too many who got there were better."""
    trial, own = rows[-1]
    iterations = sum(other == trial for other, _ in rows)
    if iterations not in {int(min_iter * eta**k) for k in range(30)}:
        return False
    seen, there = Counter(), []
    for other, loss in rows:
        seen[other] += 1
        there += [loss] if seen[other] == iterations else []
    return sum(loss < own for loss in there) >= max(1, int(len(there) / eta))


def median(rows, finished, *, min_iter=1, min_trials=5):
    """Whether the best of the last row's trial is worse than the median of those that have finished."""
    trial, _ = rows[-1]
    curves = {number: [loss for other, loss in rows if other == number] for number in (trial, *finished)}
    iterations = len(curves[trial])
    peers = [curves[number][iterations - 1] for number in finished if len(curves[number]) >= iterations]
    if iterations < min_iter or len(finished) < min_trials or not peers:
        return False
    return min(curves[trial]) > np.median(peers)


def patience(rows, finished, *, patience, min_delta=0.0, min_iter=1):
    """Whether the last row's trial has had so many iterations in which its best moved by no more than min_delta."""
    trial, _ = rows[-1]
    curve = np.array([loss for other, loss in rows if other == trial])
    if len(curve) <= patience or len(curve) < min_iter:
        return False
    return curve[:-patience].min() - curve.min() <= min_delta


FORMS = [
    (Asha(), {}, asha),
    (Asha(), {"min_iter": 2, "eta": 2}, asha),
    (Asha(), {"min_iter": 3, "eta": 1.5}, asha),
    (Median(), {}, median),
    (Median(), {"min_iter": 5, "min_trials": 10}, median),
    (Patience(), {"patience": 3}, patience),
    (Patience(), {"patience": 5, "min_delta": 0.01, "min_iter": 10}, patience),
]


@pytest.mark.parametrize("obeys", [True, False], ids=["stopped", "going on"])
@pytest.mark.parametrize(
    ("stopper", "options", "second"), FORMS, ids=[f"{one.name}-{given}" for one, given, _ in FORMS]
)
def test_at_every_row_the_same_trials_stop_as_in_a_second_computation(stopper, options, second, obeys):
    """Also where trials that should stop go on: all of them then get far."""
    replay = Replay(stopper, options, trials=60, longest=30)
    rows = []

    for trial in replay.steps():
        rows.append((trial, replay.curves[trial][-1]))
        stops = replay.stops([trial])
        assert stops == ({trial} if second(rows, list(replay.curves.finished), **options) else set())
        replay.stop(sorted(stops) if obeys else [])
        replay.said_stop += stops

    assert len(set(replay.said_stop)) >= 10
