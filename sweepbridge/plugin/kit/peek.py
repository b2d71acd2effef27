"""Checks of the second law: asking changes nothing, here or anywhere else."""

from __future__ import annotations

import copy
import random
import sys
from typing import Any

from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, check
from sweepbridge.plugin.kit.play import difference, text_of
from sweepbridge.trials import Suggestion, seed_of


@check("peek", per="space")
def asked_twice_it_answers_alike(case: Case) -> None:
    """The same question, asked again at once, gets the same answer."""
    game = case.play(seed=2)
    for _ in game.moments(case.trials):
        first, second = game.searcher.ask(game.next_seed), game.searcher.ask(game.next_seed)
        _same(first, second, f"ask({game.next_seed}) after {len(game.log)} events, asked twice, answers differently")


@check("peek", per="space")
def asks_in_between_leave_no_trace(case: Case) -> None:
    """A question with another seed in between changes nothing: not for this searcher, nor for a rebuilt one."""
    game = case.play(seed=2)
    for moment in game.moments(case.trials):
        if moment % 5 == 0 or moment == case.trials - 1:
            first = game.searcher.ask(game.next_seed)
            game.searcher.ask(seed_of(3, moment))
            told = (
                f"after {len(game.log)} events, ask({game.next_seed}) answers differently once another seed was asked"
            )
            _same(first, game.searcher.ask(game.next_seed), told)
            _same(first, game.rebuilt().ask(game.next_seed), f"{told}, in a searcher rebuilt from the log")


@check("peek", per="space")
def asked_in_another_order_it_answers_alike(case: Case) -> None:
    """What a seed is answered does not depend on which seed was asked before it."""
    game = case.play(seed=6).to(case.trials // 2)
    seeds = [seed_of(17, number) for number in range(4)]
    forwards = {seed: game.searcher.ask(seed) for seed in seeds}
    backwards = {seed: game.searcher.ask(seed) for seed in reversed(seeds)}
    for seed in seeds:
        _same(forwards[seed], backwards[seed], f"ask({seed}) depends on what was asked before")


@check("peek", per="space")
def asks_in_vain_leave_no_trace_in_what_follows(case: Case) -> None:
    """A search in which every question is asked in vain before it counts is the same search."""
    game = case.play(seed=4)
    for moment in game.moments(case.trials // 2):
        game.searcher.ask(seed_of(23, moment))
    for number, (one, other) in enumerate(zip(case.played.answers, game.answers, strict=False)):
        _same(one, other, f"trial {number} comes out differently where questions were asked in vain before it")


@check("peek", per="method")
def an_answer_belongs_to_who_asked(case: Case) -> None:
    """Whoever changes the params or the note of an answer changes nothing in the searcher."""
    game = case.play(seed=6).to(3)
    first = game.searcher.ask(game.next_seed)
    kept = copy.deepcopy(first)
    if first is not None:
        for values in (first.params, first.note):
            if isinstance(values, dict):  # a frozen mapping is as good as a copy
                values.clear()
    _same(kept, game.searcher.ask(game.next_seed), "an answer that its asker has changed comes back changed")


@check("peek", per="method")
def a_trial_that_is_told_is_left_as_it_is(case: Case) -> None:
    """The params and the note of a trial that is told stay as they are."""
    game = case.play(seed=6).to(6).end_all()
    searcher, told = case.start(), copy.deepcopy(game.log)
    for trial, before in zip(told, game.log, strict=True):
        searcher.tell(trial)
        if repr(trial) != repr(before):
            raise Broken(f"tell() was given {before!r}, and made {trial!r} of it")


@check("peek", per="method")
def chance_comes_from_the_seed_alone(case: Case) -> None:
    """However the global generators of Python and numpy stand, the same seed gets the same answer."""
    game = case.play(seed=6).to(case.trials // 2)
    state = _global_chance()
    try:
        _seed_global_chance(1)
        first = game.rebuilt().ask(game.next_seed)
        _seed_global_chance(2)
        second = game.rebuilt().ask(game.next_seed)
    finally:
        _set_global_chance(state)
    _same(first, second, f"ask({game.next_seed}) depends on the global state of `random` or `numpy.random`")


@check("peek", per="method")
def global_chance_is_left_as_it_is(case: Case) -> None:
    """The global generators of Python and numpy stand where they stood: training code may use them."""
    case.start()  # what a library does once, when it is loaded, is not the searcher's doing
    before = _global_chance()
    case.play(seed=6).to(case.trials // 2).end_all()
    for name, state in _global_chance().items():
        if name in before and repr(state) != repr(before[name]):
            raise Broken(f"a search of {case.trials // 2} trials has moved the global state of {name}")


def _same(one: Suggestion | None, other: Suggestion | None, told: str) -> None:
    if text_of(one) != text_of(other):
        raise Broken(f"{told}: {difference(one, other)}")


def _global_chance() -> dict[str, Any]:
    """The state of each global generator that is in memory, by its module's name."""
    numpy = sys.modules.get("numpy")
    states: dict[str, Any] = {"random": random.getstate()}
    return states if numpy is None else {**states, "numpy.random": numpy.random.get_state()}


def _seed_global_chance(seed: int) -> None:
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)


def _set_global_chance(states: dict[str, Any]) -> None:
    random.setstate(states["random"])
    if "numpy.random" in states:
        sys.modules["numpy"].random.set_state(states["numpy.random"])
