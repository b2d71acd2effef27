"""A sweep's trials as runs of MLflow. Imports MLflow.

Agents know nothing of each other, so what one has made is found by its tags: the parent by the sweep, a trial's run by
the sweep and the number. Two agents may make a parent in the same instant; the older one stays.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence

from mlflow.entities import Metric, Param, Run, RunTag
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from sweepbridge.plugin import Json, ObservedSweep, Trial
from sweepbridge.space import dotted

SWEEP_TAG = "sweepbridge.sweep"
TRIAL_TAG = "sweepbridge.trial"
PARENT_TAG = "mlflow.parentRunId"
NO_TRIAL = "none"
"""What stands in a parent's trial tag."""

STATUS = {"finished": "FINISHED", "stopped": "KILLED", "failed": "FAILED"}
"""MLflow's words for how a trial ended."""

_LARGEST_BATCH = 1000
"""How many metrics MLflow takes at once."""

_LONGEST_PARAM = 500
"""How much of a parameter's value every release of MLflow takes."""

_NO_NAME = re.compile(r"[^\w\-. :/]")
"""What may not stand in a name of MLflow's."""


class Recorder:
    """Writes one sweep's trials, as one agent tells them."""

    def __init__(self, sweep: ObservedSweep, server: str, experiment: str) -> None:
        self._sweep = sweep
        self._client = MlflowClient(tracking_uri=server)
        self._experiment = self._named(experiment)
        self._parent = self._oldest_parent()

    def record(self, trial: Trial) -> None:
        """Write that a trial began, or what came of it."""
        if trial.is_running:
            self._begin(trial)
        else:
            self._end(trial)

    def _begin(self, trial: Trial) -> str:
        name = self._sweep.name_of(trial)
        run_id = self._make(str(trial.number), name, {PARENT_TAG: self._parent})
        params = [Param(_name(dotted(path)), _text(value)) for path, value in trial.params.items()]
        self._client.log_batch(run_id, params=params)
        return run_id

    def _end(self, trial: Trial) -> None:
        found = self._found(str(trial.number))
        run_id = found[0].info.run_id if found else self._begin(trial)
        for batch in _batches(list(self._metrics(trial))):
            self._client.log_batch(run_id, metrics=batch)
        if trial.reason:
            self._client.log_batch(run_id, tags=[RunTag("sweepbridge.reason", trial.reason)])
        self._client.set_terminated(run_id, STATUS[trial.state])

    def _metrics(self, trial: Trial) -> Iterator[Metric]:
        """The first goal's curve, and what came of each goal, all in the metric's own sign."""
        now = int(time.time() * 1000)
        for first in self._sweep.goals[:1]:
            for step, loss in enumerate(trial.observations):
                yield Metric(_name(first.name), first.value(loss), now, step)
        if trial.state != "failed":  # the losses of a failed trial are made up, for the search alone
            for goal, loss in zip(self._sweep.goals, trial.losses or (), strict=False):
                yield Metric(_name(f"best.{goal.name}"), goal.value(loss), now, 0)

    def _oldest_parent(self) -> str:
        if not self._found(NO_TRIAL):
            mine = self._make(NO_TRIAL, self._sweep.name or f"sweep {self._sweep.id}", {})
            # It holds trials, and does not run: no agent knows which of them is the last.
            self._client.set_terminated(mine)
            self._client.log_batch(mine, params=[Param("config", _text(dict(self._sweep.config)))])
        oldest, *others = self._found(NO_TRIAL)
        for other in others:
            self._client.delete_run(other.info.run_id)
        return str(oldest.info.run_id)

    def _found(self, trial: str) -> list[Run]:
        """The runs with this trial tag, the oldest first."""
        asked = f"tags.`{SWEEP_TAG}` = '{self._sweep.id}' and tags.`{TRIAL_TAG}` = '{trial}'"
        found = self._client.search_runs([self._experiment], asked)
        return sorted(found, key=lambda run: (run.info.start_time, run.info.run_id))

    def _make(self, trial: str, name: str, more: dict[str, str]) -> str:
        tags = {SWEEP_TAG: self._sweep.id, TRIAL_TAG: trial, **more}
        return str(self._client.create_run(self._experiment, tags=tags, run_name=name).info.run_id)

    def _named(self, experiment: str) -> str:
        """The id of the experiment, which is made if it is not there."""
        if (found := self._client.get_experiment_by_name(experiment)) is not None:
            return str(found.experiment_id)
        try:
            return str(self._client.create_experiment(experiment))
        except MlflowException:  # another agent was quicker
            found = self._client.get_experiment_by_name(experiment)
            if found is None:
                raise
            return str(found.experiment_id)


def _name(name: str) -> str:
    return _NO_NAME.sub("_", name)


def _text(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_PARAM else text[: _LONGEST_PARAM - 1] + "…"


def _batches(metrics: Sequence[Metric]) -> Iterator[Sequence[Metric]]:
    for first in range(0, len(metrics), _LARGEST_BATCH):
        yield metrics[first : first + _LARGEST_BATCH]
