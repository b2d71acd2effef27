"""The one run that is open in this process, and the functions that need not be told which run they mean."""

from __future__ import annotations

import atexit
import itertools
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sweepbridge.rundir import RunDir, RunInfo, read_config
from sweepbridge.training.configs import Config
from sweepbridge.training.defaults import defaults
from sweepbridge.training.run import Run, no_run
from sweepbridge.training.summaries import Summary

RUN_DIR_VARIABLE = "SWEEPBRIDGE_RUN_DIR"
"""The environment variable that holds the run directory's path."""

CONFIG_VARIABLE = "SWEEPBRIDGE_CONFIG"
"""The environment variable that names a JSON file of parameters for a run outside of any sweep."""

_open: Run | None = None
_opening = threading.Lock()
_locals = itertools.count(1)


def init(config: Any = None, **about: Any) -> Run:
    """Open this process's run; the same one again while it is open.

    `config` is merged with the sweep's parameters, which win, and with those of `config-defaults.yaml`, which do not.
    Everything else that W&B's `init` takes is accepted: project, entity, name, group, job_type, tags and notes are kept
    on the run, the rest has no effect. Called again after `finish()`, it goes on with the run of the sweep where that
    stopped, or begins another local run.
    """
    global _open
    with _opening:
        if _open is None:
            given = defaults()
            _open = Run(_directory(), closed=_forget, about=about)
            for name, value in given.items():
                _open.values.fill(name, value)
            atexit.register(_open.finish)
        run = _open
    run.config.update(config)
    return run


def log(data: Mapping[str, Any], step: int | None = None, commit: bool | None = None) -> None:
    """Write one row of metrics to the open run. With `commit=False` it goes out together with the next.

    Raises RunStopped, after the row is written, if the run is to end now, and RunError without an open run.
    """
    required("log()").log(data, step=step, commit=commit)


def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:
    """Close the open run. Without one, nothing happens."""
    if _open is not None:
        _open.finish(exit_code, quiet)


join = finish
"""W&B's old name for it."""


def mark_preempting() -> None:
    """Say that the machine is wanted back: if the run ends otherwise than well, its trial waits for another one."""
    required("mark_preempting()").mark_preempting()


def current() -> Run | None:
    """The open run; None before `init()` and after `finish()`."""
    return _open


def required(what: str) -> Run:
    """The open run. RunError that says `what` was used where there is none."""
    if _open is None:
        raise no_run(f"{what} was used where no run is open")
    return _open


config = Config(lambda: required("config").values)
"""The open run's config."""

summary = Summary(lambda: required("summary").summary_file)
"""The open run's summary."""


def login(*given: Any, **named: Any) -> bool:  # noqa: ARG001  # W&B's names
    """True: there is no account to log in to."""
    return True


def define_metric(*given: Any, **named: Any) -> None:
    """Accepted, without effect: a sweep always takes the best value of its metric."""


def watch(*given: Any, **named: Any) -> None:
    """Accepted, without effect: gradients are not kept."""


def unwatch(*given: Any, **named: Any) -> None:
    """Accepted, without effect: gradients are not kept."""


def save(*given: Any, **named: Any) -> None:
    """Accepted, without effect: files stay where they are. Write into `run.dir` to keep them with the run."""


def alert(*given: Any, **named: Any) -> None:
    """Accepted, without effect: there is no one to notify."""


def log_artifact(artifact: Any, *given: Any, **named: Any) -> Any:
    """Accepted, without effect: the artifact comes back as it is."""
    return required("log_artifact()").log_artifact(artifact, *given, **named)


def log_model(*given: Any, **named: Any) -> None:
    """Accepted, without effect: files stay where they are. Write into `run.dir` to keep them with the run."""


def use_artifact(artifact: Any, *given: Any, **named: Any) -> Any:
    """RunError: artifacts are on W&B's server, and the script needs what is in them."""
    return required("use_artifact()").use_artifact(artifact, *given, **named)


@contextmanager
def attached(directory: RunDir) -> Iterator[None]:
    """For agents: inside this block, `init()` opens this run. It is finished when the block ends.

    One block at a time in a process, because the environment is the process's: children of the run find it there.
    """
    finish()
    before = os.environ.get(RUN_DIR_VARIABLE)
    os.environ[RUN_DIR_VARIABLE] = str(directory.path.absolute())
    try:
        yield
    finally:
        finish()
        if before is None:
            os.environ.pop(RUN_DIR_VARIABLE, None)
        else:
            os.environ[RUN_DIR_VARIABLE] = before


def _directory() -> RunDir:
    """The run directory that an agent has named, else a new one for a local run."""
    named = os.environ.get(RUN_DIR_VARIABLE)
    return RunDir(Path(named)) if named else _local()


def _local() -> RunDir:
    name = f"local-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{next(_locals)}"
    given = os.environ.get(CONFIG_VARIABLE)
    params = read_config(Path(given)) if given else {}
    directory = RunDir.make(Path(".sweepbridge", "runs", name).absolute(), params, RunInfo())
    sys.stderr.write(f"sweepbridge: not in a sweep; this run is kept in .sweepbridge/runs/{name}\n")
    return directory


def _forget(run: Run) -> None:
    global _open
    atexit.unregister(run.finish)
    if _open is run:
        _open = None
