"""Optuna's pruners as stoppers, and ours that mean the same as one of them, beside a real study of Optuna's.

The recorded trainings run interleaved. At every row, the study is asked what it says of the trial that logged it.
"""

import warnings

import pytest
from optuna import create_study, pruners
from optuna.exceptions import ExperimentalWarning
from optuna.trial import TrialState

from sweepbridge.registry import Registry
from tests.stop.replays import Replay

pytestmark = pytest.mark.filterwarnings("ignore:WilcoxonPruner finds steps")
STOPPERS = Registry().stoppers


def quiet(pruner, *given, **options):
    """A pruner that says of itself that it is experimental."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return pruner(*given, **options)


OURS = [
    ("asha", {}, pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)),
    ("asha", {"eta": 2, "min_iter": 4}, pruners.SuccessiveHalvingPruner(min_resource=4, reduction_factor=2)),
    ("median", {"min_trials": 3}, pruners.MedianPruner(n_startup_trials=3)),
    ("median", {"min_iter": 6}, pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=6)),
]
"""Steps are counted from 1 here, as we count iterations."""

OPTUNAS = [
    ("optuna-hyperband", {"max_resource": 27}, pruners.HyperbandPruner(max_resource=27)),
    (
        "optuna-hyperband",
        {"min_resource": 2, "max_resource": 40, "reduction_factor": 2, "bootstrap_count": 2},
        pruners.HyperbandPruner(min_resource=2, max_resource=40, reduction_factor=2, bootstrap_count=2),
    ),
    ("optuna-median", {}, pruners.MedianPruner()),
    (
        "optuna-median",
        {"n_startup_trials": 3, "n_warmup_steps": 4, "interval_steps": 3, "n_min_trials": 2},
        pruners.MedianPruner(3, 4, 3, n_min_trials=2),
    ),
    ("optuna-patient", {"patience": 2}, quiet(pruners.PatientPruner, None, 2)),
    (
        "optuna-patient",
        {"patience": 0, "min_delta": 0.0001, "wrapped_pruner": {"type": "optuna-median", "n_startup_trials": 2}},
        quiet(pruners.PatientPruner, pruners.MedianPruner(2), 0, 0.0001),
    ),
    ("optuna-percentile", {"percentile": 25.0}, pruners.PercentilePruner(25.0)),
    (
        "optuna-percentile",
        {"percentile": 75, "n_startup_trials": 0, "interval_steps": 2},
        pruners.PercentilePruner(75.0, n_startup_trials=0, interval_steps=2),
    ),
    (
        "optuna-successive-halving",
        {},
        pruners.SuccessiveHalvingPruner(min_resource=1),
    ),
    (
        "optuna-successive-halving",
        {"min_resource": 2, "reduction_factor": 2, "min_early_stopping_rate": 1, "bootstrap_count": 3},
        pruners.SuccessiveHalvingPruner(2, 2, 1, 3),
    ),
    ("optuna-threshold", {"upper": 2.0, "lower": -2.0}, pruners.ThresholdPruner(-2.0, 2.0)),
    (
        "optuna-threshold",
        {"lower": -1.5, "upper": 1.5, "n_warmup_steps": 3, "interval_steps": 4},
        pruners.ThresholdPruner(-1.5, 1.5, 3, 4),
    ),
    ("optuna-wilcoxon", {}, quiet(pruners.WilcoxonPruner)),
    (
        "optuna-wilcoxon",
        {"p_threshold": 0.4, "n_startup_steps": 6},
        quiet(pruners.WilcoxonPruner, p_threshold=0.4, n_startup_steps=6),
    ),
]
"""Steps are counted from 0, as Optuna counts them."""


class Study:
    """A study in which the trainings of a replay report what they log."""

    def __init__(self, pruner, replay, *, first_step):
        self.study = create_study(study_name="sweep", pruner=pruner, direction=replay.goal)
        self.replay, self.first_step = replay, first_step
        self.trials = [self.study.ask() for _ in replay.recorded]

    def prunes(self, number):
        """Whether the trial that has logged a row is pruned."""
        values = self.values(number)
        self.trials[number].report(values[-1], step=len(values) - 1 + self.first_step)
        return self.trials[number].should_prune()

    def end(self, number, *, pruned):
        """The trial is pruned, or has run to its end."""
        values = self.values(number)
        state, value = (TrialState.PRUNED, None) if pruned else (TrialState.COMPLETE, sum(values) / len(values))
        self.study.tell(self.trials[number], value, state)

    def values(self, number):
        """What the trial has reported."""
        return [self.replay.curves.value(loss) for loss in self.replay.curves[number]]


@pytest.mark.parametrize("goal", ["minimize", "maximize"])
@pytest.mark.parametrize(
    ("name", "options", "pruner", "first_step"),
    [(*form, 1) for form in OURS] + [(*form, 0) for form in OPTUNAS],
    ids=[f"{name}-{options}" for name, options, _ in OURS + OPTUNAS],
)
def test_at_every_row_the_same_trials_stop_as_in_a_study(name, options, pruner, first_step, goal):
    (offer,) = STOPPERS[name]
    replay = Replay(offer.record, options, goal=goal, trials=50, longest=32)
    study = Study(pruner, replay, first_step=first_step)

    for trial in replay.steps():
        stops = replay.stops([trial])
        assert stops == ({trial} if study.prunes(trial) else set())
        replay.stop(sorted(stops))
        if stops or replay.is_whole(trial):
            study.end(trial, pruned=bool(stops))

    assert 3 <= len(replay.stopped) < 50
