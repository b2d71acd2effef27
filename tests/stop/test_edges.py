"""Asha, median and patience at their edges: the first trial, ties, trials that wait, that are short, that run again."""

import pytest

from sweepbridge.plugin import Curves
from sweepbridge.stop import Asha, Median, Patience


def asha(curves, number, *, latest=None, **options):
    return Asha().judge(options, number, Curves(curves, latest=number if latest is None else latest))


def median(curves, number, *, finished=None, **options):
    ended = [one for one in curves if one != number] if finished is None else finished
    return Median().judge({"min_trials": 1, **options}, number, Curves(curves, finished=ended, latest=number))


def patience(*curve, goal="minimize", **options):
    return Patience().judge({"patience": 2, **options}, 0, Curves({0: list(curve)}, latest=0, goal=goal))


def test_asha_lets_the_first_trial_at_a_rung_go_on_however_bad_it_is():
    verdict = asha({0: [1e9]}, 0)

    assert not verdict.stop
    assert verdict.why == "rung 1: loss 1e+09 ranks 1 of 1 and is not above the threshold 1e+09"


def test_asha_lets_the_best_go_on_while_there_are_too_few_for_a_share():
    assert [asha({0: [2.0], 1: [1.0]}, 1).stop, asha({0: [1.0], 1: [2.0]}, 1).stop] == [False, True]


def test_asha_lets_all_go_on_that_tie_with_the_last_of_the_best():
    curves = {number: [5.0] for number in range(9)}

    assert [asha(curves, number).stop for number in curves] == [False] * 9


def test_asha_judges_at_the_row_that_gets_to_the_rung_and_says_later_how_the_trial_stands_there_now():
    curves = {0: [9.0, 9.0, 9.0], 1: [1.0, 1.0, 1.0, 1.0], 2: [2.0, 2.0, 2.0]}

    at_the_rung, waiting = asha(curves, 0), asha(curves, 0, latest=1)
    beyond = asha({**curves, 0: [9.0] * 4}, 0)

    assert [one.stop for one in (at_the_rung, waiting, beyond)] == [True, False, False]
    assert at_the_rung.standing == waiting.standing == beyond.standing


def test_asha_says_where_the_first_rung_is():
    assert asha({0: [1.0]}, 0, min_iter=4).why == "no rung reached after 1 iterations; the first is at 4"


def test_median_stops_nothing_before_enough_trials_have_finished():
    curves = {0: [1.0], 1: [1.0], 2: [9.0]}

    verdict = median(curves, 2, min_trials=3)

    assert (verdict.stop, verdict.why) == (False, "2 of 3 trials have finished")


def test_median_counts_neither_the_running_nor_the_stopped_nor_the_failed():
    curves = {0: [9.0], 1: [1.0], 2: [1.0], 3: [5.0]}

    assert not median(curves, 3, finished=[0]).stop
    assert median(curves, 3, finished=[0, 1, 2]).stop


def test_median_looks_at_the_finished_trials_that_got_as_far_and_at_no_others():
    curves = {0: [1.0], 1: [1.0, 8.0], 2: [9.0, 7.0]}

    verdict = median(curves, 2)
    beyond = median({**curves, 2: [9.0, 7.0, 7.0]}, 2)

    assert (verdict.stop, verdict.standing.threshold) == (False, 8.0)
    assert (beyond.stop, beyond.why) == (False, "no finished trial has 3 iterations")


def test_median_looks_at_the_best_that_a_trial_has_had_and_a_tie_goes_on():
    curves = {0: [2.0, 2.0], 1: [4.0, 4.0], 2: [3.0, 9.0]}

    verdict = median(curves, 2)

    assert not verdict.stop
    assert verdict.why == "iteration 2: loss 3 ranks 2 of 3 and is not above the threshold 3"


def test_median_waits_for_the_first_iteration_that_it_is_told():
    verdict = median({0: [1.0] * 9, 1: [9.0] * 2}, 1, min_iter=3)

    assert (verdict.stop, verdict.why) == (False, "2 iterations; trials are judged from 3 on")


@pytest.mark.parametrize(
    ("curve", "stop"),
    [
        ((), False),
        ((3.0, 3.0), False),
        ((3.0, 3.0, 3.0), True),
        ((3.0, 4.0, 2.0), False),
        ((3.0, 2.0, 4.0, 1.9), False),
        ((3.0, 2.0, 4.0, 2.0), True),
    ],
)
def test_patience_ends_a_trial_that_has_had_its_iterations_without_a_better_value(curve, stop):
    assert patience(*curve).stop == stop


@pytest.mark.parametrize(("curve", "stop"), [((1.0, 0.95, 0.9), True), ((1.0, 0.95, 0.89), False)])
def test_patience_takes_what_is_hardly_better_for_no_better(curve, stop):
    assert patience(*curve, min_delta=0.1).stop == stop


def test_patience_speaks_of_the_metric_in_its_own_sign():
    still, hardly = (
        patience(-0.9, -0.8, -0.7, goal="maximize"),
        patience(-0.5, -0.55, -0.6, goal="maximize", min_delta=1),
    )

    assert still.why == "nothing better than 0.9 in 2 iterations"
    assert hardly.why == "the best went from 0.5 to 0.6 in 2 iterations"


def test_patience_says_from_when_on_it_judges():
    assert patience(1.0, 1.0).why == "2 iterations; trials are judged from 3 on"
    assert patience(1.0, 1.0, 1.0, min_iter=9).why == "3 iterations; trials are judged from 9 on"
