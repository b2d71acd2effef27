"""A (1+1) evolution strategy: change the best point so far a little, and keep the change if it is better.

It searches the share of each parameter's mass, a number in [0, 1], so it needs to know no kind of parameter.
Each trial draws its own step, from careful to bold, so there is no step size to adapt, and nothing to remember.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from sweepbridge.plugin import Backend, Json, Problem, Trial, from_function, hookimpl


def suggest(problem: Problem, trials: Sequence[Trial], seed: int) -> dict[str, Json]:
    """A neighbour of the best trial; a random point as long as there is none."""
    chance = random.Random(seed)
    results = [(trial.loss, trial.number) for trial in trials if trial.loss is not None]
    if not results:
        return problem.space.decode({path: chance.random() for path in problem.space})
    _, best = min(results)
    step = 10 ** chance.uniform(-3.0, 0.0)
    places = problem.space.shares(trials[best].params)
    return problem.space.decode({path: _moved(places.get(path, 0.5), step, chance) for path in problem.space})


def _moved(place: float, step: float, chance: random.Random) -> float:
    return min(max(place + chance.gauss(0.0, step), 0.0), 1.0)


@hookimpl
def sweepbridge_backends() -> Iterable[Backend]:
    """The one backend of this distribution."""
    return [from_function("evolution", suggest)]
