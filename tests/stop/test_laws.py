"""Every built-in stopper keeps the laws that we ask of everyone's; and the laws notice a stopper that does not."""

import random

import pytest

from sweepbridge.plugin import Standing, Verdict, option_issues
from sweepbridge.plugin.stopper_testing import StopperLaws
from sweepbridge.stop import Asha, Hyperband, Median, Patience


class TestHyperband(StopperLaws):
    stopper = Hyperband()
    options = (
        {"min_iter": 3},
        {"min_iter": 1, "eta": 1.5, "strict": False},
        {"max_iter": 27, "s": 2, "eta": 3, "strict": True},
    )
    refused = ({}, {"max_iter": 9}, {"max_iter": 2, "s": 2}, {"min_iter": 3, "eta": 1}, {"min_iter": 3, "strict": 1})


class TestAsha(StopperLaws):
    stopper = Asha()
    options = ({}, {"min_iter": 2, "eta": 4}, {"eta": 1.2})
    refused = ({"min_iter": 0}, {"eta": 1}, {"eta": "3"}, {"max_iter": 27}, {"min_iter": 1.5})


class TestMedian(StopperLaws):
    stopper = Median()
    options = ({}, {"min_iter": 5, "min_trials": 1})
    refused = ({"min_trials": 0}, {"min_iter": True}, {"warm_up": 5})


class TestPatience(StopperLaws):
    stopper = Patience()
    options = ({"patience": 3}, {"patience": 1, "min_delta": 0.05, "min_iter": 4})
    refused = ({}, {"patience": 0}, {"patience": 2.5}, {"patience": 3, "min_delta": -0.1})


class Careless:
    """A stopper that keeps the laws, but for what it is given to do wrong."""

    name = "careless"

    def __init__(self, judge=lambda options, number, curves: Verdict(False, "fine"), check=None):
        self.judge = judge
        self.check = check or (lambda options: option_issues(options, ()))


def counted(options, number, curves, calls=[]):  # noqa: B006  # that it remembers is what is wrong with it
    calls.append(number)
    return Verdict(len(calls) % 7 == 0, "now and then")


def by_place(options, number, curves):
    return Verdict(bool(curves) and number == next(iter(curves)), "the first of all")


def sorting(options, number, curves):
    for curve in curves.values():
        curve.sort()
    return Verdict(False, "sorted")


def drawing(options, number, curves):
    return Verdict(False, f"{random.random()}")


BROKEN = [
    (Careless(counted), "the_same_curves"),
    (Careless(by_place), "the_order"),
    (Careless(sorting), "it_changes_nothing"),
    (Careless(drawing), "it_changes_nothing"),
    (Careless(lambda options, number, curves: Verdict(curves[number][-1] > 1, "the last")), "no_curves"),
    (Careless(lambda options, number, curves: Verdict(False, "")), "no_curves"),
    (Careless(lambda options, number, curves: Verdict(0, "fine")), "no_curves"),
    (Careless(lambda *given: Verdict(False, "fine", Standing(1, 0.5, 0, 0, 0.5))), "no_curves"),
    (Careless(check=lambda options: ()), "an_option_that_does_not_exist"),
]


@pytest.mark.parametrize(("stopper", "law"), BROKEN)
def test_a_stopper_that_breaks_a_law_fails_its_test(stopper, law):
    laws = type("TestCareless", (StopperLaws,), {"stopper": stopper})()
    (broken,) = (name for name in dir(laws) if name.startswith(f"test_{law}"))

    with pytest.raises((AssertionError, LookupError)):
        getattr(laws, broken)({})


def test_an_option_that_is_let_through_and_can_not_be_judged_with_is_noticed():
    stopper = Careless(lambda options, number, curves: Verdict(options["least"] > 1, "?"), check=lambda options: ())
    laws = type("TestCareless", (StopperLaws,), {"stopper": stopper})()

    with pytest.raises(TypeError):
        laws.test_whatever_stands_in_an_option_is_refused_or_can_be_judged_with({"least": 1})
