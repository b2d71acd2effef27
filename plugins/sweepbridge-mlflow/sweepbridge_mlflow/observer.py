"""What hears of each trial. Importing this does not import MLflow."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sweepbridge.plugin import ObservedSweep, Trial

if TYPE_CHECKING:
    from sweepbridge_mlflow.recording import Recorder

SERVER_VARIABLE = "MLFLOW_TRACKING_URI"
"""MLflow's own. Unless a user has set it, nothing is recorded: no connection is made that nobody has named."""

EXPERIMENT_VARIABLE = "MLFLOW_EXPERIMENT_NAME"
"""MLflow's own: what the experiment is called, else the sweep's project."""

EXPERIMENT = "sweepbridge"
"""What the experiment is called where neither says."""


class MlflowObserver:
    """Records trials, where the environment names a tracking server."""

    name = "mlflow"

    def __init__(self) -> None:
        self._recorders: dict[str, Recorder] = {}

    def joined(self, sweep: ObservedSweep) -> None:
        """An agent is about to tell of this sweep's trials."""
        server = os.environ.get(SERVER_VARIABLE)
        if not server:
            return
        from sweepbridge_mlflow.recording import Recorder

        experiment = os.environ.get(EXPERIMENT_VARIABLE) or sweep.project or EXPERIMENT
        self._recorders[sweep.id] = Recorder(sweep, server, experiment)

    def heard(self, sweep_id: str, trial: Trial) -> None:
        """This trial began, or this trial ended."""
        if (recorder := self._recorders.get(sweep_id)) is not None:
            recorder.record(trial)
