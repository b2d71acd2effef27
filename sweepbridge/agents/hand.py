"""A trial by hand: other code than an agent's runs it, and says what becomes of it.

Its folder is the wire here too. What `log` is given goes there, and whatever else appends to its `metrics.jsonl` is
heard as well, so the run may be a program on its own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from sweepbridge.agents.folders import folder_of, make_run_directory
from sweepbridge.agents.reports import Report
from sweepbridge.engine import Engine, Over, Result, Wait
from sweepbridge.plugin import Json
from sweepbridge.rundir import Metrics, RunDir
from sweepbridge.space import flat, nest
from sweepbridge.store import Claim, Unended
from sweepbridge.trials import Trial


class Held:
    """A run of a trial that is yours until you end it or give it back. Say `beat` at least once a minute until then."""

    def __init__(self, engine: Engine, claim: Claim, directory: RunDir) -> None:
        self.sweep_id = claim.sweep_id
        self.number = claim.trial.number
        """The trial's number."""
        self.run = claim.run
        """Which run of the trial it is, counting from 1."""
        self.agent = claim.agent
        """The name under which it is held."""
        self.params: dict[str, Json] = nest(claim.trial.params)
        """The trial's parameters, nested."""
        self._claim = claim
        self._engine = engine
        self._directory = directory
        self._report = Report(engine, claim, directory)

    @property
    def directory(self) -> Path:
        """The run's folder: files that are put there stay with the run."""
        return self._directory.path

    @property
    def reason_to_end(self) -> str | None:
        """Why the run should end now, as was last heard; None while it may go on."""
        return self._report.reason_to_end

    @property
    def is_given_up(self) -> bool:
        """Whether the run was taken for lost, as was last heard: nothing that it reports counts any more."""
        return self._report.is_given_up

    def log(self, row: Mapping[str, object]) -> str | None:
        """Record a row of metrics, and say that the run is alive; why it should end now, or None."""
        metrics = Metrics(self._directory.metrics_file)
        try:
            metrics.append({"_timestamp": time.time(), **row})
        finally:
            metrics.close()
        return self.beat()

    def beat(self) -> str | None:
        """Say that the run is alive, and record what its folder holds; why the run should end now, or None.

        StoreError if that could not be stored. What was not stored is recorded once the run is taken up again, by
        `OpenSweep.held`.
        """
        self._report.sync(time.monotonic())
        return self.reason_to_end

    def end(
        self,
        state: Literal["finished", "stopped", "failed"] = "finished",
        *,
        summary: Mapping[str, Json] | None = None,
        reason: str | None = None,
        exit_code: int | None = None,
    ) -> Trial | None:
        """End the run, and with it its trial; the trial as it ended.

        `summary` holds metrics besides those that were logged. A run that finished without the metric of its sweep has
        failed. None if the trial has not ended: it waits for another run, as `retries` says, or this one was given up
        on before.
        """
        self._report.finish()
        given = {**self._directory.summary(), **flat(summary or {})}
        ended = self._engine.end(self._claim, Result(state, given, reason, exit_code))
        return ended if isinstance(ended, Trial) else None

    def give_back(self, reason: str, *, state: Unended = "interrupted", exit_code: int | None = None) -> bool:
        """Let the trial wait for another run: this one has ended without it. False if it was given up on before."""
        return self._engine.give_back(self._claim, reason, state=state, exit_code=exit_code)


def take(engine: Engine, agent: str, runs: Path) -> Held | Wait | Over:
    """A trial to run in this process, as an agent gets one. Its folder is made under `runs`."""
    return _taken(engine, engine.next(agent), runs)


def take_elsewhere(engine: Engine, agent: str, runs: Path) -> Held | Wait | Over:
    """A trial to run in another process, which this one may not outlive."""
    return _taken(engine, engine.next_elsewhere(agent), runs)


def held_by(engine: Engine, agent: str, runs: Path) -> Held | None:
    """The run that this agent has not ended, to go on with; None if it has none, or its folder is not here."""
    claim = engine.held_by(agent)
    folder = folder_of(claim, claim.run, runs) if claim is not None else None
    return Held(engine, claim, RunDir(folder)) if claim is not None and folder is not None and folder.is_dir() else None


def _taken(engine: Engine, found: Claim | Wait | Over, runs: Path) -> Held | Wait | Over:
    if not isinstance(found, Claim):
        return found
    try:
        return Held(engine, found, make_run_directory(engine, found, runs))
    except BaseException as error:
        engine.give_back(found, f"its agent ended: {type(error).__name__}")
        raise
