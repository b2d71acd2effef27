"""A search without runs: a synthetic function on the user's own space stands in for the training.

The functions see a parameter as every backend does, by the share of its mass that lies below: `encode(value)`, from 0
to 1. So they fit any space and any distribution. Each has its best point somewhere in the space, with a loss of 0, and
grows to about 1 far away from it. How much a parameter counts halves from one to the next, in an order that chance
picks, as in real trainings most of it is due to a few.

| family | what it is like |
|---|---|
| bowl | smooth, and each parameter on its own |
| valley | smooth, and the best value of one parameter depends on the others |
| ripples | a bowl with many local minima |
| plateau | flat, but for a funnel around the best point |

All of it follows from a number: function n is of family n, counted round, and chance is seeded by n.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

from typing_extensions import assert_never

from sweepbridge.engine.plan import Plan
from sweepbridge.engine.warm import Warm
from sweepbridge.space import Choice, Params, Space, encode, index_of
from sweepbridge.trials import Event, Trial, seed_of

Family: TypeAlias = Literal["bowl", "valley", "ripples", "plateau"]
FAMILIES: tuple[Family, ...] = get_args(Family)


@dataclass(frozen=True)
class Synthetic:
    """One function on a space."""

    space: Space
    family: Family
    weights: Mapping[str, float]
    """How much each parameter counts, the greatest first; they sum up to 1."""
    best: Mapping[str, float]
    """The place of the best value of each parameter that is not a choice, from 0 to 1."""
    worth: Mapping[str, tuple[float, ...]]
    """How far each choice of a parameter is from its best one, from 0 to 1."""

    def __call__(self, params: Params) -> float:
        """The loss at a point. A parameter that is missing counts as far off."""
        off = {path: self._off(path, params) for path in self.weights}
        bowl = sum(weight * off[path] ** 2 for path, weight in self.weights.items())
        match self.family:
            case "bowl":
                return bowl
            case "valley":
                return (bowl + self._bends(off)) / 2
            case "ripples":
                waves = (weight * (1 - math.cos(8 * math.pi * off[path])) for path, weight in self.weights.items())
                return (2 * bowl + sum(waves) / 4) / 2.5
            case "plateau":
                return 1 - math.exp(-8 * bowl)
            case _:
                assert_never(self.family)

    def _bends(self, off: Mapping[str, float]) -> float:
        """How far each parameter is from where the one before it wants it to be."""
        return sum(self.weights[one] * (off[other] - off[one] ** 2) ** 2 for one, other in pairwise(self.weights))

    def _off(self, path: str, params: Params) -> float:
        """How far a parameter is from its best value, in shares of the way to the far end."""
        if path not in params:
            return 1.0
        domain, value = self.space[path], params[path]
        if isinstance(domain, Choice):
            return self.worth[path][index_of(domain, value)]
        best = self.best[path]
        return abs(encode(domain, value) - best) / max(best, 1 - best)


def synthetic(space: Space, instance: int) -> Synthetic:
    """The function of this number on a space; the same one on every machine."""
    # Not by `seed_of`, or the first trial of a search with this seed would draw the very numbers that are drawn here.
    chance = random.Random(f"synthetic {instance}")
    paths = list(space.axes)
    chance.shuffle(paths)
    total = sum(0.5**place for place in range(len(paths)))
    weights = {path: 0.5**place / total for place, path in enumerate(paths)}
    best, worth = dict[str, float](), dict[str, tuple[float, ...]]()
    for path in paths:
        domain = space[path]
        if isinstance(domain, Choice):
            others = [chance.uniform(0.2, 1.0) for _ in domain.values[1:]]
            worth[path] = tuple(chance.sample([0.0, *others], len(domain.values)))
        else:
            best[path] = chance.random()
    return Synthetic(space, FAMILIES[instance % len(FAMILIES)], weights, best, worth)


def simulate(
    decided: Plan, loss: Callable[[Params], float], *, seed: int, trials: int, at_once: int = 1
) -> Iterator[Trial]:
    """The trials of a sweep in which every training is this function, each when it has ended. Nothing is stored.

    `at_once` of them run at the same time, and end in the order in which they began. There are fewer than `trials`
    where the search comes to its end. PluginError if the backend fails.
    """
    warm, running = Warm(decided), deque[Trial]()
    while True:
        while warm.began < trials and len(running) < at_once:
            asked = warm.ask(seed_of(seed, warm.began))
            if asked is None:
                break
            suggestion = asked.suggestion
            began = Trial(warm.began, asked.seed, "running", suggestion.params, suggestion.note)
            warm.catch_up([Event(warm.position, began)])
            running.append(began)
        if not running:
            return
        oldest = running.popleft()
        found = loss(oldest.params)
        ended = replace(oldest, state="finished", losses=(found,) * decided.problem.objectives, observations=(found,))
        warm.catch_up([Event(warm.position, ended)])
        yield ended
