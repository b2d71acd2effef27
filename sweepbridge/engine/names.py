"""What a trial is called, wherever it is shown beside its number."""

from __future__ import annotations

from sweepbridge.spec import SweepConfig
from sweepbridge.trials import Trial


def name_of(config: SweepConfig, trial: Trial) -> str:
    """A trial's name in a sweep of this config: the same in every process, and for a trial that was put back."""
    return config.name_of(trial.number, trial.params, seed=trial.seed)
