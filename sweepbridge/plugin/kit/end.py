"""Checks of the fourth law: waiting and ending are two things."""

from __future__ import annotations

from dataclasses import replace

from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, Skipped, check
from sweepbridge.plugin.kit.play import Play
from sweepbridge.plugin.kit.spaces import FINITE
from sweepbridge.space import Grid
from sweepbridge.trials import seed_of

AT_ONCE = 40
"""How many trials run at once where many do."""

MOST = 400
"""How many trials a finite search is played for, to see whether it ends."""


@check("end", per="space")
def a_search_begins(case: Case) -> None:
    """A searcher that has been told nothing names a first trial: to say "nothing" would end the sweep."""
    if case.start().ask(seed_of(5, 0)) is None:
        raise Broken("ask() answers None before there was any trial, which ends the sweep at once")


@check("end", per="method")
def waiting_is_not_the_end(case: Case) -> None:
    """If it names nothing while trials run, it either goes on once they have ended or is over for good."""
    game = _with_many_running(case)
    waited = game.searcher.ask(game.next_seed) is None
    _end_all(game)
    ends = [game.searcher.ask(seed) is None for seed in (game.next_seed, *range(3))]
    if waited and len(set(ends)) > 1:
        raise Broken(f"with nothing running, ask() answers None to {ends.count(True)} seeds of {len(ends)}")


@check("end", per="method")
def an_end_stays_the_end(case: Case) -> None:
    """Once it names nothing with nothing running, it names nothing any more, whatever the seed."""
    most = MOST if case.problem.method == "grid" else case.trials
    game = case.on(FINITE).lasting(most + 1).play(seed=5).to(most).end_all()
    if game.searcher.ask(game.next_seed) is not None:
        raise Skipped("it does not end by itself: of a finite space it names points without end")
    again = [seed for seed in range(5) if game.searcher.ask(seed) is not None]
    if again:
        raise Broken(f"after {game.began} trials ask({game.next_seed}) answers None, and ask({again[0]}) a point")


@check("end", per="method")
def a_finite_grid_is_handed_out_once(case: Case) -> None:
    """A grid hands out each of its points, once, with several trials running, and then ends."""
    if case.problem.method != "grid":
        raise Skipped("it is no grid: points may come again, and the core keeps them apart")
    _hold_to_the_grid(case.on(FINITE).lasting(MOST).play(seed=5).to(MOST).end_all(), Grid(FINITE))


@check("end", per="method")
def many_may_run_at_once(case: Case) -> None:
    """With forty trials running and no result at all, it goes on, or waits."""
    game = _with_many_running(case)
    _end_all(game)
    size = case.problem.space.size
    if game.searcher.ask(game.next_seed) is None and (size is None or game.began < size):
        raise Broken(f"{game.began} trials have run at once, and ended; ask() answers None, which ends the sweep")


@check("end", per="method")
def a_small_budget_is_taken(case: Case) -> None:
    """A sweep that is to have one trial, and one that is to have no end, begin like any other."""
    for budget in (1, None):
        on_budget = replace(case, problem=replace(case.problem, budget=budget))
        if on_budget.start().ask(seed_of(5, 0)) is None:
            raise Broken(f"with a budget of {budget} trials, ask() answers None before there was any")


def _with_many_running(case: Case) -> Play:
    """A play with as many trials running as it names, up to forty, and no result."""
    game = case.lasting(AT_ONCE + 1).play(seed=5)
    while game.began < AT_ONCE and (suggestion := game.searcher.ask(game.next_seed)) is not None:
        game.begin(suggestion)
    return game


def _end_all(game: Play) -> None:
    for trial in list(game.running):
        game.end(game.finished(trial))


def _hold_to_the_grid(game: Play, grid: Grid) -> None:
    places = [grid.index(trial.params) for trial in game.log if trial.is_running]
    if None in places:
        raise Broken(f"trial {places.index(None)} is no point of the grid")
    twice = sorted({place for place in places if places.count(place) > 1 and place is not None})
    if twice:
        numbers = [number for number, place in enumerate(places) if place == twice[0]]
        raise Broken(f"the point {grid.point(twice[0])} was handed out {len(numbers)} times, as trials {numbers}")
    if len(places) != grid.size:
        raise Broken(f"{len(places)} of the grid's {grid.size} points were handed out")
    if game.searcher.ask(game.next_seed) is not None:
        raise Broken(f"all {grid.size} points of the grid are handed out, and ask() names another one")
