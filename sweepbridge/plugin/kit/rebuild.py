"""Checks of the first law: a searcher is a fold over the log, and can be built again from it at any time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, Skipped, check
from sweepbridge.plugin.kit.fresh import answers
from sweepbridge.plugin.kit.play import Play, Watched, difference, text_of
from sweepbridge.space import Json
from sweepbridge.trials import Trial, seed_of


@check("rebuild", per="space")
def it_gets_through_a_play(case: Case) -> None:
    """It works through a search with four trials at once, some of which fail or are stopped."""
    case.play(seed=4).to(case.trials).end_all()


@check("rebuild", per="space")
def rebuilt_with_one_trial_at_a_time_it_answers_alike(case: Case) -> None:
    """Where each trial ends before the next one begins, a rebuilt searcher answers as the one that lived."""
    game = case.play(seed=1, workers=1)
    _hold_to_the_log(game, game.moments(case.trials), case.trials)


@check("rebuild", per="space")
def rebuilt_with_four_running_it_answers_alike(case: Case) -> None:
    """With four trials running, ended in any order, a rebuilt searcher answers as the one that lived."""
    game = case.play()
    _hold_to_the_log(game, game.moments(case.trials), case.trials)


@check("rebuild", per="space")
def rebuilt_from_a_stored_log_it_answers_alike(case: Case) -> None:
    """Params and notes come back from the store as JSON, and it makes no difference."""
    game = case.played
    searcher = case.start()
    for trial in game.log:
        searcher.tell(_stored(trial))
    _compare(game.searcher, searcher, game.next_seed, "told the log as the store gives it back", len(game.log))


@check("rebuild", per="space")
def rebuilt_half_way_it_stays_in_step(case: Case) -> None:
    """A searcher that took over half-way and the one that it took over from go on alike."""
    game = case.play(seed=2).to(case.trials // 2)
    heir, position = game.rebuilt(), len(game.log)
    for moment in game.moments(case.trials):
        for trial in game.log[position:]:
            heir.tell(trial)
        position = len(game.log)
        if moment % 4 == 0:
            _compare(game.searcher, heir, game.next_seed, f"that took over at trial {case.trials // 2}", position)


@check("rebuild", per="space")
def the_same_results_make_the_same_search(case: Case) -> None:
    """The same seeds and the same results give the same trials, from the first to the last."""
    first, second = case.played, case.play(seed=4).to(case.trials)
    for one, other in zip(first.answers, second.answers, strict=False):
        if text_of(one) != text_of(other):
            raise Broken(f"two searches with the same seeds and results part: {difference(one, other)}")
    if len(first.answers) != len(second.answers):
        raise Broken(
            f"of two searches with the same seeds and results, one begins {len(first.answers)} trials and "
            f"the other {len(second.answers)}"
        )


@check("rebuild", per="method")
def rebuilt_after_late_ends_it_answers_alike(case: Case) -> None:
    """The ends of many trials come late, and in another order than their beginnings."""
    game = case.lasting(13).play(seed=3, workers=12).to(12)
    for trial in reversed(game.running):
        game.end(game.finished(trial))
        _compare(game.searcher, game.rebuilt(), game.next_seed, "rebuilt from the log", len(game.log))


@check("rebuild", per="method")
def rebuilt_in_a_new_process_it_answers_alike(case: Case) -> None:
    """As after a crash: another process, told the log, answers the same. Nothing else is handed over."""
    if case.address is None:
        raise Skipped("a new process can't find it: it was not made in a module")
    game, seeds = case.played, [seed_of(11, number) for number in range(3)]
    there = answers(case.address, case.problem, game.log, seeds)
    here = [text_of(game.searcher.ask(seed)) for seed in seeds]
    for mine, theirs in zip(here, there, strict=True):
        if mine != theirs:
            raise Broken(f"after {len(game.log)} events this process answers {mine}, and a new one {theirs}")


@check("rebuild", per="method")
def two_searchers_share_nothing(case: Case) -> None:
    """What one searcher is told is nothing to another one of the same backend."""
    alone = case.play(seed=8).to(10)
    other = case.play(seed=13)
    beside = case.play(seed=8)
    for _ in zip(beside.moments(10), other.moments(10), strict=False):
        pass
    beside.to(10)
    for one, two in zip(alone.answers, beside.answers, strict=False):
        if text_of(one) != text_of(two):
            raise Broken(f"a search with another one beside it parts from one alone: {difference(one, two)}")


def _hold_to_the_log(game: Play, moments: Iterable[int], trials: int) -> None:
    """Compare with a rebuilt searcher at a few moments: early, at the end, and in between."""
    looked_at = {0, 1, 2, trials // 3, trials // 2, 2 * trials // 3, trials - 2, trials - 1}
    for moment in moments:
        if moment in looked_at:
            _compare(game.searcher, game.rebuilt(), game.next_seed, "rebuilt from the log", len(game.log))


def _compare(lived: Watched, other: Watched, seed: int, how: str, events: int) -> None:
    one, two = lived.ask(seed), other.ask(seed)
    if text_of(one) != text_of(two):
        raise Broken(
            f"after {events} events, the searcher that lived through them and one {how} answer ask({seed}) "
            f"differently: {difference(one, two)}"
        )


def _stored(trial: Trial) -> Trial:
    """A trial as a store gives it back."""
    return replace(trial, params=_through_json(trial.params), note=_through_json(trial.note))


def _through_json(values: object) -> dict[str, Json]:
    try:
        back: dict[str, Json] = json.loads(json.dumps(values))
    except (TypeError, ValueError) as error:
        raise Broken(f"a store can't hold {values!r}: {error}") from error
    return back
