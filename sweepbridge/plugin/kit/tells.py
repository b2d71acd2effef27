"""Checks that whatever may stand in a log is taken in: it may have been written by anyone, and ended in any way."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, check
from sweepbridge.plugin.kit.play import Play, difference, text_of
from sweepbridge.space import Json, Params
from sweepbridge.trials import Note, Trial, seed_of

FEW = 6
"""How many trials are told in each way."""


@check("tells", per="method")
def failed_trials_are_taken_in(case: Case) -> None:
    """A trial fails without any result, and the search goes on."""
    _tell(case, lambda trial: replace(trial, state="failed", reason="exit code 1"))


@check("tells", per="method")
def imputed_losses_are_taken_in(case: Case) -> None:
    """A trial fails, and has the losses that the config imputes."""
    _tell(case, lambda trial: replace(trial, state="failed", losses=_losses(case, 9.0), reason="exit code 1"))


@check("tells", per="method")
def a_result_that_is_no_number_is_taken_in(case: Case) -> None:
    """A loss of NaN is told as a failure without losses, though finite ones may have been logged before it."""
    _tell(case, lambda trial: replace(trial, state="failed", observations=(1.0, 0.5), reason="loss was last nan"))


@check("tells", per="method")
def stopped_trials_are_taken_in(case: Case) -> None:
    """A trial is stopped early, and has what it had reached."""
    _tell(case, lambda trial: replace(trial, state="stopped", losses=_losses(case, 0.5), observations=(1.0, 0.5)))


@check("tells", per="method")
def a_trial_stopped_before_its_first_result_is_taken_in(case: Case) -> None:
    """A trial is stopped before it has logged anything."""
    _tell(case, lambda trial: replace(trial, state="stopped", reason="cancelled"))


@check("tells", per="method")
def nothing_but_failures_is_taken_in(case: Case) -> None:
    """Every trial of a sweep fails, and it goes on naming points: the next one may not."""
    game = _play(case)
    for _ in range(15):
        if (suggestion := game.searcher.ask(game.next_seed)) is None:
            raise Broken(f"{game.began} trials have failed, and ask() answers None, which ends the sweep")
        game.end(replace(game.begin(suggestion), state="failed", reason="exit code 1"))
    _hold_to_the_log(game)


@check("tells", per="method")
def extreme_losses_are_taken_in(case: Case) -> None:
    """Losses may be as large as a float can hold, as small, or all the same."""
    extremes = [1e308, -1e308, 5e-324, 0.0, -0.0, 1.0, 1.0]
    _tell(case, lambda trial: replace(trial, state="finished", losses=_losses(case, extremes[trial.number % 7])))


@check("tells", per="method")
def ends_in_any_order_are_taken_in(case: Case) -> None:
    """Trials that began together end last in first out, while others begin."""
    game = _play(case)
    for _ in range(3):
        for trial in list(reversed(_begin(game, 3)))[:2]:
            game.end(game.finished(trial))
    _hold_to_the_log(game)


@check("tells", per="method")
def a_point_that_comes_twice_is_taken_in(case: Case) -> None:
    """Two trials may have the same parameters, and different results."""
    game = _play(case)
    (first,) = _begin(game, 1)
    game.end(game.finished(first))
    for number in range(FEW):
        game.take(_trial(game, first.params))
        game.end(replace(game.running[-1], state="finished", losses=_losses(case, float(number))))
    _hold_to_the_log(game)


@check("tells", per="method")
def a_trial_that_is_put_back_is_taken_in(case: Case) -> None:
    """A failed trial that a person puts back is a new one, with the same seed and parameters, and no note."""
    game = _play(case)
    for trial in _begin(game, 3):
        game.end(replace(trial, state="failed", reason="exit code 1"))
        again = replace(trial, number=game.began, note={})
        game.take(again)
        game.end(game.finished(again))
    _hold_to_the_log(game)


@check("tells", per="method")
def what_ran_counts_and_not_what_was_suggested(case: Case) -> None:
    """The params of a trial that began are the truth, also where the searcher had named others."""
    game = _play(case)
    other = _play(case, seed=13)
    for number in range(FEW):
        suggestion, instead = game.searcher.ask(game.next_seed), other.searcher.ask(seed_of(31, number))
        if suggestion is None or instead is None:
            break
        game.take(_trial(game, instead.params, suggestion.note))
        game.end(game.finished(game.running[-1]))
    _hold_to_the_log(game)


@check("tells", per="method")
def a_trial_without_a_note_is_taken_in(case: Case) -> None:
    """A trial that was made by hand has no note."""
    game = _play(case)
    for trial in [replace(trial, note={}) for trial in _play(case).to(FEW).log if trial.is_running]:
        game.take(trial)
        game.end(game.finished(trial))
    _hold_to_the_log(game)


@check("tells", per="method")
def a_parameter_may_be_missing(case: Case) -> None:
    """A parameter that is inactive in a trial is not in its params."""
    game, paths = _play(case), list(case.problem.space.axes) or list(case.problem.space)
    for number in range(FEW):
        if (suggestion := game.searcher.ask(game.next_seed)) is None:
            break
        inactive = paths[number % len(paths)]
        active = {path: value for path, value in suggestion.params.items() if path != inactive}
        game.take(_trial(game, active, suggestion.note))
        game.end(game.finished(game.running[-1]))
    _hold_to_the_log(game)


@check("tells", per="method")
def values_of_another_space_are_taken_in(case: Case) -> None:
    """A trial of another sweep may have values that this space does not have, and parameters of its own."""
    game, strange = _play(case), _strange_values()
    for number in range(FEW):
        params = {path: strange[(number + place) % len(strange)] for place, path in enumerate(case.problem.space)}
        game.take(_trial(game, {**params, "not/here": 1}))
        game.end(game.finished(game.running[-1]))
    _hold_to_the_log(game)


def _play(case: Case, seed: int = 12) -> Play:
    """A play that has not begun, long enough for every check here."""
    return case.lasting(20).play(seed=seed)


def _tell(case: Case, ended: Callable[[Trial], Trial]) -> None:
    """Let trials end in a way, some at once and others while more are running, and look whether the law still holds."""
    game = _play(case)
    for trial in _begin(game, FEW // 2):
        game.end(ended(trial))
    for trial in _begin(game, FEW // 2)[:-1]:
        game.end(ended(trial))
    _hold_to_the_log(game)


def _begin(game: Play, count: int) -> list[Trial]:
    """Let so many trials begin, or as many as there are."""
    named = iter(lambda: game.searcher.ask(game.next_seed), None)
    return [game.begin(suggestion) for suggestion in itertools.islice(named, count) if suggestion is not None]


def _hold_to_the_log(game: Play) -> None:
    """It can still be asked, and answers as one that is rebuilt from the log; it names a point inside the space."""
    lived, rebuilt = game.searcher.ask(game.next_seed), game.rebuilt().ask(game.next_seed)
    if text_of(lived) != text_of(rebuilt):
        raise Broken(
            f"after {len(game.log)} events, the searcher that lived through them and one rebuilt from the log answer "
            f"ask({game.next_seed}) differently: {difference(lived, rebuilt)}"
        )
    outside = [] if lived is None else game.problem.space.outside(lived.params)
    if outside:
        raise Broken(f"after {len(game.log)} events it names a point outside the space: {outside[0]}")


def _trial(game: Play, params: Params, note: Note | None = None) -> Trial:
    """The next trial of a play, with params that someone else has named."""
    return Trial(game.began, game.next_seed, "running", dict(params), dict(note or {}))


def _losses(case: Case, loss: float) -> tuple[float, ...]:
    return (loss,) * case.problem.objectives


def _strange_values() -> list[Json]:
    return ["no such value", None, True, -1e9, 10**9, [1, 2], {"a": 1}, 0.123456789]
