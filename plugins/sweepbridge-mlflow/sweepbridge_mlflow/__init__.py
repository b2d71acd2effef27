"""Each trial of a sweep as an MLflow run, under a parent for the sweep.

Importing this does not import MLflow. That happens when an agent whose environment names a tracking server tells of
its first trial.
"""

from __future__ import annotations

from sweepbridge.plugin import Observer, hookimpl
from sweepbridge_mlflow.observer import MlflowObserver

__all__ = ["MlflowObserver", "sweepbridge_observers"]


@hookimpl
def sweepbridge_observers() -> list[Observer]:
    """The one observer of this plugin."""
    return [MlflowObserver()]
