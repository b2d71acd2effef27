"""The stoppers on offer: which of Optuna's pruners each is, and its options. Plain data, so that no Optuna is imported.

A stopper is called as its pruner is, with `optuna-` before it: `median` and `hyperband` are sweepbridge's own, and
mean something else.
"""

from __future__ import annotations

from dataclasses import dataclass

from sweepbridge.plugin import Option

_WARM_UP = Option("n_warmup_steps", "No trial is stopped before this step, counting from 0.", least=0, default=0)
_INTERVAL = Option("interval_steps", "How many steps there are from one look to the next.", least=1, default=1)
_AT_LEAST = Option("n_min_trials", "So many finished trials must have got to the step.", least=1, default=1)
_START_UP = Option("n_startup_trials", "No trial is stopped before so many have finished.", least=0, default=5)
_FIRST = Option("min_resource", "The step of the first rung, counting from 0.", least=1, default=1)
_FACTOR = "The best one of so many goes on from a rung."
_BY_THREE = Option("reduction_factor", _FACTOR, least=2, default=3)
_BY_FOUR = Option("reduction_factor", _FACTOR, least=2, default=4)
_LEFT_OUT = Option("min_early_stopping_rate", "So many of the first rungs are left out.", least=0, default=0)
_LONGEST = Option("max_resource", "How many steps the longest trial has.", least=1, is_needed=True)
_BOOTSTRAP = Option("bootstrap_count", "So many trials that get to a rung first are stopped there.", least=0, default=0)


@dataclass(frozen=True, slots=True)
class Pruner:
    """One of Optuna's pruners."""

    type: str
    """The class in `optuna.pruners`."""
    options: tuple[Option, ...]
    rungs: tuple[Option, ...] = ()
    """The options that say where its rungs are: the first, the factor, how many are left out. It judges a trial once at
    each, and at no other step. Empty for one that judges anywhere."""
    wraps: bool = False
    """Whether it may ask another pruner."""
    needs: tuple[str, ...] = ()
    """The distributions that it needs beside Optuna, each also the name of its import package."""


PRUNERS = {
    "optuna-hyperband": Pruner("HyperbandPruner", (_FIRST, _LONGEST, _BY_THREE, _BOOTSTRAP), rungs=(_FIRST, _BY_THREE)),
    "optuna-median": Pruner("MedianPruner", (_START_UP, _WARM_UP, _INTERVAL, _AT_LEAST)),
    "optuna-patient": Pruner(
        "PatientPruner",
        (
            Option("patience", "So many steps without a better value are borne.", least=0, is_needed=True),
            Option("min_delta", "What is worse by no more than this is no worse.", "number", least=0, default=0),
        ),
        wraps=True,
    ),
    "optuna-percentile": Pruner(
        "PercentilePruner",
        (
            Option("percentile", "How many in a hundred go on.", "number", least=0, is_needed=True),
            _START_UP,
            _WARM_UP,
            _INTERVAL,
            _AT_LEAST,
        ),
    ),
    "optuna-successive-halving": Pruner(
        "SuccessiveHalvingPruner",
        (_FIRST, _BY_FOUR, _LEFT_OUT, _BOOTSTRAP),
        rungs=(_FIRST, _BY_FOUR, _LEFT_OUT),
    ),
    "optuna-threshold": Pruner(
        "ThresholdPruner",
        (
            Option("lower", "The least value of the metric that may go on.", "number"),
            Option("upper", "The greatest value of the metric that may go on.", "number"),
            _WARM_UP,
            _INTERVAL,
        ),
    ),
    "optuna-wilcoxon": Pruner(
        "WilcoxonPruner",
        (
            Option("p_threshold", "How likely it may be that the trial is not worse.", "number", least=0, default=0.1),
            Option("n_startup_steps", "No trial is stopped before so many steps.", least=0, default=2),
        ),
        needs=("scipy",),
    ),
}
"""By the name that users write."""

WRAPPED = "wrapped_pruner"
"""The option of `optuna-patient` that holds another of these stoppers, as `{type: optuna-median, …}`."""

WRAPPABLE = tuple(name for name, pruner in PRUNERS.items() if not pruner.rungs and not pruner.wraps)
"""Those that it may hold. One with rungs would have to know at which of them it was asked before."""
