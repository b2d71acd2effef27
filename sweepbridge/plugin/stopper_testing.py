"""The laws of a stopper as a test class: subclass it, name your stopper, run pytest.

    from sweepbridge.plugin.stopper_testing import StopperLaws

    class TestMine(StopperLaws):
        stopper = MyStopper()
        options = ({"slack": 0.1}, {"slack": 0.5, "min_iter": 3})
        refused = ({"slack": "much"},)

Each law runs with each of the options.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import pytest

from sweepbridge.plugin.contract import Issue
from sweepbridge.plugin.curves import Curves
from sweepbridge.plugin.stopper import Stopper, Verdict
from sweepbridge.space import Json

STRANGE: tuple[Json, ...] = (None, "", "3", True, False, -1, 0, 0.5, 1, 2, 1e308, 10**400, math.nan, -math.inf, [], {})
"""What may stand where an option is meant to be."""


def trainings(seed: int, *, trials: int = 40, longest: int = 30) -> dict[int, list[float]]:
    """Learning curves that fall, each at its own pace to its own end, with noise; some are short."""
    chance = random.Random(seed)
    found = {}
    for number in range(trials):
        end, pace, noise = chance.random(), chance.uniform(0.05, 1.0), chance.uniform(0.0, 0.1)
        length = chance.choice([longest, longest, chance.randint(1, longest)])
        found[number] = [end + math.exp(-pace * n) + noise * chance.gauss(0.0, 1.0) for n in range(length)]
    return found


def curves_of_all_kinds() -> Iterator[Curves]:
    """Nothing, one trial, ties, huge and tiny losses, many trials of many lengths, each for either goal."""
    many = trainings(1)
    kinds: list[dict[int, list[float]]] = [
        {},
        {0: []},
        {7: [0.5]},
        {3: [1e308, -1e308, 1e308], 5: [-1e308] * 3},
        {n: [1.0] * 6 for n in range(9)},
        {n: [0.0, -0.0] * (n % 4) for n in range(9)},
        {n: [float(n - m) for m in range(n)] for n in range(30)},
        {2**40: [5e-324], 1: [1.0] * 400},
        many,
    ]
    for losses in kinds:
        for finished in ((), list(losses)[::2], list(losses)):
            yield Curves(losses, finished=finished, latest=max(losses, default=None))
            yield Curves(losses, finished=finished, latest=min(losses, default=None), goal="maximize")


class StopperLaws:
    """The laws for one stopper. Subclass it and set `stopper`; the rest has defaults."""

    stopper: ClassVar[Stopper]
    """The stopper to hold to the laws."""
    options: ClassVar[Sequence[Mapping[str, Json]]] = ({},)
    """Options that it takes: each law is tested with each."""
    refused: ClassVar[Sequence[Mapping[str, Json]]] = ()
    """Options that it must refuse."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each of the options, and one for each of those that are refused."""
        cls = metafunc.cls
        assert cls is not None
        for name, given in (("chosen", cls.options), ("wrong", cls.refused)):
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, given, ids=[str(dict(options)) for options in given])

    def test_the_options_are_accepted(self, chosen: Mapping[str, Json]) -> None:
        """What `check` refuses, the core never starts."""
        assert [issue for issue in self.stopper.check(chosen) if issue.refuses] == []

    def test_options_that_mean_nothing_are_refused(self, wrong: Mapping[str, Json]) -> None:
        """Before the first trial, and not at the first row of a run that took an hour to get there."""
        assert any(issue.refuses for issue in self.stopper.check(wrong))

    def test_an_option_that_does_not_exist_is_refused(self, chosen: Mapping[str, Json]) -> None:
        """A misspelt option must not be taken for one that was left out."""
        issues = list(self.stopper.check({**chosen, "no_such_option": 1}))

        assert any(issue.refuses and "no_such_option" in issue.found for issue in issues)

    def test_whatever_stands_in_an_option_is_refused_or_can_be_judged_with(self, chosen: Mapping[str, Json]) -> None:
        """A config is written by hand. What `check` lets through must not stop the stopper later."""
        for name in chosen:
            for value in STRANGE:
                given = {**chosen, name: value}
                issues = list(self.stopper.check(given))
                assert all(isinstance(issue, Issue) for issue in issues)
                if not any(issue.refuses for issue in issues):
                    self.stopper.judge(given, 3, Curves(trainings(2), finished=range(20), latest=3))

    def test_no_curves_make_it_raise_and_every_verdict_can_be_told(self, chosen: Mapping[str, Json]) -> None:
        """Of trials that have logged nothing as well, and of numbers as great and as small as a float can hold."""
        for curves in curves_of_all_kinds():
            for number in [*curves, 10**6]:
                _assert_can_be_told(self.stopper.judge(chosen, number, curves))

    def test_the_same_curves_give_the_same_verdict_whatever_was_asked_before(self, chosen: Mapping[str, Json]) -> None:
        """It remembers nothing: agents that start late, or have seen other sweeps, agree with those that have not."""
        first, again = (Curves(trainings(3), finished=range(25), latest=30) for _ in range(2))
        verdicts = [self.stopper.judge(chosen, number, first) for number in first]

        for number in reversed(list(again)):
            self.stopper.judge(chosen, number, Curves(trainings(4), latest=number))
            assert self.stopper.judge(chosen, number, again) == verdicts[number]

    def test_the_order_in_which_trials_are_listed_does_not_matter(self, chosen: Mapping[str, Json]) -> None:
        """They come in the order in which their first rows did, which differs from run to run."""
        losses = trainings(5)
        straight = Curves(losses, finished=range(25), latest=30)
        turned = Curves(dict(reversed(losses.items())), finished=reversed(range(25)), latest=30)

        verdicts = [self.stopper.judge(chosen, number, straight) for number in losses]

        assert verdicts == [self.stopper.judge(chosen, number, turned) for number in losses]

    def test_it_changes_nothing_that_it_is_given_and_draws_no_chance(self, chosen: Mapping[str, Json]) -> None:
        """The curves belong to the core, and Python's random numbers to the training code."""
        losses, options, chance = trainings(6), copy.deepcopy(dict(chosen)), random.getstate()
        curves = Curves(losses, finished=range(25), latest=30)

        for number in losses:
            self.stopper.judge(options, number, curves)

        assert (dict(curves), dict(curves.finished)) == (losses, {number: losses[number] for number in range(25)})
        assert all(curves.at(n) == Curves(losses).at(n) for n in range(1, 31))
        assert (options, random.getstate()) == (dict(chosen), chance)


def _assert_can_be_told(verdict: Verdict) -> None:
    assert isinstance(verdict, Verdict)
    assert type(verdict.stop) is bool
    assert verdict.why.strip()
    assert "\n" not in verdict.why
    if verdict.standing is not None:
        assert 1 <= verdict.standing.rank <= verdict.standing.of
        assert verdict.standing.sentence()
