"""Samplers as other people write them, for the tests to name."""

from __future__ import annotations

import random
from typing import Any, Optional

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.trial import TrialState
from optunahub.samplers import SimpleBaseSampler


def position(distribution, chance):
    """A place drawn from a distribution, as one's own code would draw it."""
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[chance.integers(len(distribution.choices))]
    place = chance.uniform(distribution.low, distribution.high)
    return type(distribution.high)(place)


class AroundTheBest(SimpleBaseSampler):
    """Learns from the study alone: the best trial so far, shaken. Its chance is its own generator."""

    def __init__(
        self,
        search_space: dict[str, BaseDistribution] | None = None,
        seed: int | None = None,
        share: float = 0.5,
        bold: bool = False,
    ) -> None:
        super().__init__(search_space, seed)
        self.share = share
        self.bold = bold
        self._chance = np.random.default_rng(seed)

    def sample_relative(self, study, trial, search_space):
        """Each parameter from the best trial, or anew."""
        complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        best = study.best_trial.params if complete else {}
        return {
            name: best[name] if name in best and self._chance.random() < self.share else position(its, self._chance)
            for name, its in search_space.items()
        }


class Swarm(BaseSampler):
    """Keeps all that it knows in itself: what it named and what came of it. No study is ever read."""

    def __init__(self, size: Optional[int] = 3, *, seed: int | None = None):  # noqa: UP045
        self.size = size
        self.heard: list[tuple[float, dict[str, Any]]] = []
        self._random = RandomSampler(seed=seed)

    def infer_relative_search_space(self, study, trial):
        """Nothing together."""
        return {}

    def sample_relative(self, study, trial, search_space):
        """Nothing together."""
        return {}

    def sample_independent(self, study, trial, param_name, param_distribution):
        """As in the best that it has heard of, every `size` trials; else at random."""
        drawn = self._random.sample_independent(study, trial, param_name, param_distribution)
        known = [params for _, params in sorted(self.heard, key=lambda one: one[0]) if param_name in params]
        return known[0][param_name] if known and len(self.heard) % self.size == 0 else drawn

    def after_trial(self, study, trial, state, values):
        """Remember it."""
        if values:
            self.heard.append((values[0], dict(trial.params)))


class Global(Swarm):
    """Takes no seed, and draws from what everyone shares."""

    def __init__(self):
        super().__init__()
        self._random = self

    def sample_independent(self, study, trial, param_name, param_distribution):
        """From the two shared generators."""
        chance = np.random.default_rng([np.random.randint(2**31), random.randrange(2**31)])
        return position(param_distribution, chance)


class Unseeded(Swarm):
    """Its chance comes from nowhere."""

    def __init__(self):
        super().__init__(seed=None)
        self._random = self
        self._chance = np.random.default_rng()

    def sample_independent(self, study, trial, param_name, param_distribution):
        """From its own generator."""
        return position(param_distribution, self._chance)


class Failing(Swarm):
    """Fails once it has heard of a few trials."""

    def __init__(self, after: int = 3, seed: int | None = None):
        super().__init__(seed=seed)
        self.after = after

    def sample_independent(self, study, trial, param_name, param_distribution):
        """Until it does not."""
        if len(self.heard) >= self.after:
            raise ZeroDivisionError("three is enough")
        return super().sample_independent(study, trial, param_name, param_distribution)


class Outside(Swarm):
    """Names places that the distributions do not have, when it draws together."""

    def infer_relative_search_space(self, study, trial):
        """All that there is."""
        return {"x": None, "k": None}

    def sample_relative(self, study, trial, search_space):
        """Far out."""
        return {"x": 1e9, "k": -7}


class Needy(Swarm):
    """Wants an object that a config can't carry."""

    def __init__(self, other: BaseSampler, size: int, seed: int | None = None):
        super().__init__(size, seed=seed)


class Unfinished(BaseSampler):
    """Lacks what Optuna asks of a sampler."""


class NoSampler:
    """Is none."""
