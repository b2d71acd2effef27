"""Checks of several objectives: a backend searches them, or says before trial 1 that it can't."""

from __future__ import annotations

from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, check
from sweepbridge.plugin.kit.inside import hold_inside
from sweepbridge.plugin.kit.play import Play, difference, text_of


@check("objectives", per="method")
def two_objectives_are_searched(case: Case) -> None:
    """With two losses a trial, it gets through a play inside the space."""
    hold_inside(_two(case).to(case.trials).end_all())


@check("objectives", per="method")
def with_two_objectives_it_can_be_rebuilt(case: Case) -> None:
    """With two losses a trial, a rebuilt searcher answers as the one that lived."""
    game = _two(case)
    for moment in game.moments(case.trials):
        if moment % 6 == 0 or moment == case.trials - 1:
            lived, rebuilt = game.searcher.ask(game.next_seed), game.rebuilt().ask(game.next_seed)
            if text_of(lived) != text_of(rebuilt):
                raise Broken(
                    f"with two objectives, after {len(game.log)} events, the searcher that lived through them and one "
                    f"rebuilt from the log answer differently: {difference(lived, rebuilt)}"
                )


def _two(case: Case) -> Play:
    return case.on(case.problem.space, objectives=2).play(seed=15)
