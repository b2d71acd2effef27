"""Hyperband decides as W&B's engine does: its bands, and W&B's nine cases, numbers 53 to 61 of our list."""

import math

import pytest

from sweepbridge.engine.losses import Tally
from sweepbridge.errors import ConfigError
from sweepbridge.plugin import Curves
from sweepbridge.spec import Objective, load_object
from sweepbridge.stop.hyperband import Hyperband, bands

STOPPER = Hyperband()
CONFIG = {"method": "random", "metric": {"name": "loss"}, "parameters": {"x": {"min": 0.0, "max": 1.0}}}


def stopped(options, curves, running=None):
    """The trials that are stopped, of those that run; by default all of them run."""
    numbered = Curves(dict(enumerate(curves)))
    return [n for n in (numbered if running is None else running) if STOPPER.judge(options, n, numbered).stop]


@pytest.mark.parametrize(
    ("options", "first"),
    [
        ({"min_iter": 3}, [3, 9, 27, 81]),
        ({"min_iter": 2, "eta": 1.5}, [2, 3, 4, 6, 10, 15]),
        ({"max_iter": 27, "s": 2}, [3, 9]),
        ({"max_iter": 81, "s": 3}, [3, 9, 27]),
        ({"max_iter": 18, "s": 2}, [2, 6]),
        ({"max_iter": 10, "s": 2}, [1, 3]),
        ({"max_iter": 5, "eta": 2, "s": 2}, [1, 2]),
        ({"max_iter": 9, "s": 5}, [1, 3]),
        ({"max_iter": 27, "s": 2.0, "min_iter": 4}, [3, 9]),
    ],
)
def test_the_bands_are_w_and_bs(options, first):
    assert list(bands(options)[: len(first)]) == first


@pytest.mark.parametrize("options", [{}, {"max_iter": 2, "s": 2}, {"max_iter": 9, "s": 0}, {"max_iter": 9}])
def test_options_that_make_no_band_are_refused(options):
    issues = list(STOPPER.check(options))

    assert [issue.refuses for issue in issues] == [True]


def test_an_unknown_option_is_refused():
    (issue,) = STOPPER.check({"min_iter": 3, "bands": 2})

    assert issue.found == "option bands"


@pytest.mark.parametrize(
    ("curves", "expected"),
    [
        ([[5]], []),
        ([[5], [6]], [1]),
        ([[5], [6], [7]], [2]),
        ([[5], [6], [7], [8]], [2, 3]),
        ([[5], [5], [5], [5]], []),
    ],
)
def test_54_about_the_best_third_of_a_band_survives_and_so_do_ties(curves, expected):
    assert stopped({"min_iter": 1}, curves) == expected


def test_56_strict_looks_at_the_band_and_lenient_at_the_best_so_far():
    curves = [[5, 4], [1, 9]]

    assert stopped({"min_iter": 2}, curves) == [1]
    assert stopped({"min_iter": 2, "strict": False}, curves) == []


def test_59_only_the_last_band_that_a_trial_reached_is_looked_at():
    good, slow, late = [1, 1, 1, 1], [9, 1, 1, 1], [1, 1, 1, 9]

    assert stopped({"min_iter": 1, "eta": 2}, [good, slow, late], running=[1, 2]) == [2]


def test_60_a_trial_with_exactly_min_iter_values_is_judged():
    assert stopped({"min_iter": 2}, [[1, 1], [1, 2]]) == [1]
    assert stopped({"min_iter": 3}, [[1, 1], [1, 2]]) == []


def test_the_verdict_says_band_rank_and_threshold():
    verdict = STOPPER.judge({"min_iter": 1}, 1, Curves({0: [0.5], 1: [0.75]}))

    assert verdict.why == "band 1: loss 0.75 ranks 2 of 2 and is above the threshold 0.5"


def test_before_the_first_band_nothing_is_judged():
    verdict = STOPPER.judge({"min_iter": 5}, 7, Curves())

    assert not verdict.stop
    assert verdict.why == "no band reached after 0 iterations; the first is at 5"


def test_53_a_trial_alone_is_never_stopped():
    assert [stopped({"min_iter": 1}, [[9.0] * length]) for length in range(1, 12)] == [[]] * 11


def test_55_a_metric_to_maximize_comes_as_losses_and_the_least_of_it_is_stopped():
    assert stopped({"min_iter": 1}, [[-5], [-6], [-7]]) == [0]


def test_57_rows_without_a_number_for_the_metric_are_no_iterations():
    tally = Tally([Objective("loss")])
    for value in ("x", 5, "x", math.nan, 4):
        tally.add({"loss": value})

    assert tally.observations == [5, 4]
    assert stopped({"min_iter": 2}, [tally.observations, [1, 3.9], [1, 3.8]], running=[0]) == [0]


def test_58_trials_that_have_ended_count_in_the_threshold():
    """Who is still running and can be stopped is the engine's to know: a stopper is asked about no other trial."""
    ended = [[1], [2], [3]]

    assert stopped({"min_iter": 1}, [*ended, [2.5]], running=[3]) == [3]
    assert stopped({"min_iter": 1}, [[2.5]]) == []


@pytest.mark.parametrize(
    ("stopper", "where"),
    [
        ({"type": "hyperband", "max_iter": 2, "s": 2}, "early_terminate.max_iter"),
        ({"type": "hyperband", "min_iter": 1, "strict": "true"}, "early_terminate.strict"),
        ("hyperband", "early_terminate"),
    ],
)
def test_61_what_makes_no_hyperband_is_a_fault_of_the_file(stopper, where):
    """W&B raises when it first judges, and until then nothing is stopped."""
    with pytest.raises(ConfigError) as refused:
        load_object({**CONFIG, "early_terminate": stopper})

    assert [fault.where for fault in refused.value.faults] == [where]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"max_iter": 27, "min_iter": 4}, [4, 12, 36]),
        ({"max_iter": 27, "s": 2.0}, [3, 9]),
        ({"max_iter": 27, "s": 2, "min_iter": 4}, [3, 9]),
    ],
)
def test_61_max_iter_counts_with_s_alone_and_s_may_be_written_as_a_float(written, expected):
    """W&B: KeyError for the first, TypeError for the second."""
    options = load_object({**CONFIG, "early_terminate": {"type": "hyperband", **written}}).config.stopper_options

    assert list(bands(options)[: len(expected)]) == expected
