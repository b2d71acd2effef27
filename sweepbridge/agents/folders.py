"""Where an agent puts the folders of its runs, and how it makes one."""

from __future__ import annotations

from pathlib import Path

from sweepbridge.engine import Engine, name_of
from sweepbridge.rundir import RunDir, RunInfo
from sweepbridge.store import Claim


def make_run_directory(engine: Engine, claim: Claim, runs: Path) -> RunDir:
    """A fresh run directory for a run, under `runs`."""
    sweep = engine.sweep
    earlier = (folder_of(claim, run, runs) for run in range(claim.run - 1, 0, -1))
    resume = next((str(folder.absolute()) for folder in earlier if folder.is_dir()), None)
    info = RunInfo(
        claim.sweep_id,
        claim.trial.number,
        claim.run,
        sweep.project,
        sweep.entity,
        resume,
        name_of(engine.config, claim.trial),
    )
    return RunDir.make(folder_of(claim, claim.run, runs), engine.params(claim), info)


def folder_of(claim: Claim, run: int, runs: Path) -> Path:
    """The folder of one of a trial's runs, whether it is there or not."""
    return RunDir.of(runs, claim.sweep_id, claim.trial.number, run).path
