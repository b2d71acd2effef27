"""The methods on offer: which sampler serves each, what it needs, and what it can't do.

Plain data, so that listing the methods imports no Optuna.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from sweepbridge.plugin import Json, Problem


@dataclass(frozen=True, slots=True)
class Method:
    """One kind of search."""

    sampler: str
    """The class in `optuna.samplers`."""
    needs: tuple[str, ...] = ()
    """The distributions that it needs beside Optuna, each also the name of its import package."""
    extra: str | None = None
    """The extra of this plugin that installs them."""
    several: bool = False
    """Whether it can search for more than one objective."""

    @property
    def missing(self) -> list[str]:
        """What it needs and can't be imported here."""
        return [name for name in self.needs if find_spec(name) is None]


_TPE = Method("TPESampler", several=True)

METHODS = {
    "bayes": _TPE,
    "tpe": _TPE,
    "random": Method("RandomSampler", several=True),
    "cmaes": Method("CmaEsSampler", needs=("cmaes",), extra="cmaes"),
    "gp": Method("GPSampler", needs=("scipy", "torch"), extra="gp"),
    "nsga2": Method("NSGAIISampler", several=True),
    "qmc": Method("QMCSampler", needs=("scipy",), extra="qmc", several=True),
}
"""By the name that users write; the first is the default."""


def defaults(problem: Problem) -> dict[str, Json]:
    """The options that this plugin sets where the user does not, so that Optuna 4 and 5 mean the same."""
    match METHODS[problem.method].sampler:
        case "TPESampler":
            # Optuna 5's own defaults. Optuna 4's are False for both, so parallel trials would crowd together.
            return {"constant_liar": True, "multivariate": problem.objectives == 1}
        case "QMCSampler":
            # Unscrambled, every sweep runs the same points, and the first has each parameter at its lowest.
            return {"scramble": True}
        case _:
            return {}
