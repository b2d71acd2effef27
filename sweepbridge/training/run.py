"""One run as training code holds it, from `init()` to `finish()`.

How a run ended is not said here: the program's exit code, or the exception that left the function, says it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from sweepbridge.errors import RunError
from sweepbridge.rundir import Metrics, RunDir, Tail
from sweepbridge.training.configs import Config, Values
from sweepbridge.training.summaries import Summary, SummaryFile

STOPPED_EXIT_CODE = 95
"""The exit code of a program that was ended at a `log()` because its run was stopped."""


FILES = "files"
"""The folder, inside a run's, for the files that the run makes."""


class RunStopped(SystemExit):
    """The run is to end now: `log()` raises this once the agent has asked for it.

    It is a SystemExit, so a program that does not catch it ends quietly, with `STOPPED_EXIT_CODE`, and an
    `except Exception` around a training step lets it pass.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(STOPPED_EXIT_CODE)

    def __str__(self) -> str:
        return self.why


class Run:
    """One run. Also a context manager that finishes it."""

    def __init__(self, directory: RunDir, *, closed: Callable[[Run], None], about: Mapping[str, Any]) -> None:
        info = directory.info()
        self.directory = directory
        self.sweep_id = info.sweep_id
        self.id = directory.path.name if info.sweep_id is None else f"{info.sweep_id}-{info.trial}-{info.run}"
        self.name = about.get("name") or info.name or self.id
        self.project = info.project or about.get("project")
        self.entity = info.entity or about.get("entity")
        self.group = about.get("group")
        self.job_type = about.get("job_type")
        self.tags = tuple(about.get("tags") or ())
        self.notes = about.get("notes")
        self.url: str | None = None
        self.resume_dir = info.resume_dir and str(Path(info.resume_dir, FILES))
        """The `dir` of the trial's previous run, which was cut off: its checkpoint is there. None in the first run."""
        self.step = _steps_so_far(directory)
        """The step that the next row gets, unless it names its own."""
        self.is_finished = False
        self.values = Values.of(directory.config())
        self.config = Config(lambda: self.values)
        self.summary_file = SummaryFile(directory.summary_file)
        self.summary = Summary(lambda: self.summary_file)
        self._metrics = Metrics(directory.metrics_file)
        self._stop = str(directory.stop_file)
        self._pending: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._closed = closed

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    @property
    def dir(self) -> str:
        """A folder for the run's own files; made when first asked for."""
        files = self.directory.path / FILES
        files.mkdir(exist_ok=True)
        return str(files)

    def log(self, data: Mapping[str, Any], step: int | None = None, commit: bool | None = None) -> None:
        """Write one row of metrics. With `commit=False` it waits, and goes out together with the next.

        Raises RunStopped, after the row is written, if the run is to end now, and RunError after `finish()`.
        """
        if not isinstance(data, Mapping):
            raise _not_a_row(data)
        with self._lock:
            if self.is_finished:
                raise no_run("log() was called after finish()")
            self._pending.update(data)
            if commit is not False:
                self._write(self.step if step is None else int(step))
                self.step = self._step_after(step)
        if os.path.exists(self._stop):
            raise RunStopped(self.directory.stop_reason() or "the run was stopped")

    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:  # noqa: ARG002  # W&B's names
        """Write what still waits, and close the run. A second time does nothing."""
        with self._lock:
            if self.is_finished:
                return
            if self._pending:
                self._write(self.step)
            self.is_finished = True
            self._metrics.close()
        self._closed(self)

    join = finish

    def mark_preempting(self) -> None:
        """Say that the machine is wanted back: if the run ends otherwise than well, its trial waits for another one."""
        self.directory.mark_preempting()

    def define_metric(self, *given: Any, **named: Any) -> None:
        """Accepted, without effect: a sweep always takes the best value of its metric."""

    def watch(self, *given: Any, **named: Any) -> None:
        """Accepted, without effect: gradients are not kept."""

    def save(self, *given: Any, **named: Any) -> None:
        """Accepted, without effect: files stay where they are. Write into `run.dir` to keep them with the run."""

    def alert(self, *given: Any, **named: Any) -> None:
        """Accepted, without effect: there is no one to notify."""

    def log_artifact(self, artifact: Any, *given: Any, **named: Any) -> Any:  # noqa: ARG002  # W&B's names
        """Accepted, without effect: the artifact comes back as it is."""
        return artifact

    def log_code(self, *given: Any, **named: Any) -> None:
        """Accepted, without effect: code is not kept."""

    unwatch = watch
    log_model = link_artifact = log_code

    def use_artifact(self, artifact: Any, *given: Any, **named: Any) -> Any:  # noqa: ARG002  # W&B's names
        """RunError: artifacts are on W&B's server, and the script needs what is in them."""
        raise RunError(
            "use_artifact() has nowhere to fetch from",
            found=f"use_artifact({artifact!r})",
            expected="data that is on this machine: sweepbridge connects to no server",
            fix="download the artifact once, and give the script its folder",
        )

    def _write(self, step: int) -> None:
        row, self._pending = {**self._pending, "_step": step, "_timestamp": time.time()}, {}
        self.summary_file.logged(self._metrics.append(row))

    def _step_after(self, given: int | None) -> int:
        # W&B: a row without a step goes to the step that the last row with a step has opened.
        return self.step + 1 if given is None else max(self.step, int(given))


def no_run(what: str) -> RunError:
    """The error for a call that needs an open run."""
    return RunError(
        what,
        found="no open run in this process",
        expected="a call to init() before, and finish() after the last log()",
        fix="call sweepbridge.init() first, as in `with sweepbridge.init() as run:`",
    )


def _steps_so_far(directory: RunDir) -> int:
    """Where the steps go on, in a run that was opened and finished before."""
    steps = [row.get("_step") for row in Tail(directory.metrics_file).read()]
    return max((step + 1 for step in steps if isinstance(step, int)), default=0)


def _not_a_row(data: object) -> RunError:
    return RunError(
        "log() takes a dict",
        found=f"{data!r} of type {type(data).__name__}",
        expected='names and values, as in log({"loss": 0.1})',
        fix='write log({"name": value})',
    )
