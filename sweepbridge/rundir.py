"""The run directory: the folder through which a run and its agent talk, with both ends of it.

Nothing else passes between the two, so a run in any language needs only to append JSON lines. There is no lock: each
file has one side that writes it. A line counts once its line end is there, and a reader may look at any moment.

    config.json     agent → run   the parameters, nested
    config.yaml     agent → run   the same, as W&B's client reads them
    run.json        agent → run   which run this is
    stop            agent → run   it is there when the run should end; its text says why
    metrics.jsonl   run → agent   one JSON object a line, with `_step` and `_timestamp` beside the metrics
    summary.json    run → agent   what the run put in its summary
    preempting      run → agent   it is there when the run knows that its machine is wanted back
    stdout.log, stderr.log        what it printed
"""

from __future__ import annotations

import itertools
import json
import math
import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sweepbridge.errors import RunError
from sweepbridge.space import Json, flat

LARGEST_ARRAY = 32
"""Arrays with more numbers than this are data, not metrics. W&B draws the same line (`json_friendly`)."""

MARK = "_sweepbridge_"
"""What the names begin with that a writer of rows keeps for itself, and that are no metrics."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Which run this is."""

    sweep_id: str | None = None
    """None for a run outside of any sweep."""
    trial: int = 0
    run: int = 1
    project: str | None = None
    entity: str | None = None
    resume_dir: str | None = None
    """The folder of the trial's previous run, to go on from; None in the first one, or if it is on another machine."""
    name: str | None = None
    """What the trial is called; None outside of any sweep."""


class NotPlain(TypeError):
    """A value that has no place in JSON, such as an image."""


@dataclass(frozen=True, slots=True)
class RunDir:
    """One run's folder."""

    path: Path

    @classmethod
    def of(cls, runs: Path, sweep_id: str, trial: int, run: int) -> RunDir:
        """That of one of a trial's runs, whether it is there or not; `runs` is where the store keeps them all."""
        return cls(runs / sweep_id / f"{trial}-{run}")

    @classmethod
    def make(cls, path: Path, config: Mapping[str, Json], info: RunInfo) -> RunDir:
        """A fresh run directory at `path`: a folder is for one run.

        One that is there already is set aside under another name. Its run is one that the store knows nothing of any
        more, after a power cut, or because an older copy of the store took its place.
        """
        _set_aside(path)
        path.mkdir(parents=True)
        made = cls(path)
        replace(made.config_file, dict(config))
        replace(made.info_file, asdict(info))
        return made

    @property
    def config_file(self) -> Path:
        """The parameters, nested."""
        return self.path / "config.json"

    @property
    def param_file(self) -> Path:
        """The parameters, as W&B's client reads them."""
        return self.path / "config.yaml"

    @property
    def info_file(self) -> Path:
        """Which run this is."""
        return self.path / "run.json"

    @property
    def metrics_file(self) -> Path:
        """What the run has logged so far."""
        return self.path / "metrics.jsonl"

    @property
    def summary_file(self) -> Path:
        """What the run put in its summary."""
        return self.path / "summary.json"

    @property
    def stdout_file(self) -> Path:
        """What the run's program printed."""
        return self.path / "stdout.log"

    @property
    def stderr_file(self) -> Path:
        """What the run's program complained of, and the traceback of a function that raised."""
        return self.path / "stderr.log"

    @property
    def stop_file(self) -> Path:
        """There when the run should end."""
        return self.path / "stop"

    def config(self) -> dict[str, Json]:
        """The parameters, nested. RunError if this is no run directory."""
        return self._object(self.config_file)

    def info(self) -> RunInfo:
        """Which run this is. RunError if this is no run directory."""
        found = self._object(self.info_file)
        known = {name: found[name] for name in RunInfo.__dataclass_fields__ if name in found}
        return RunInfo(**known)  # type: ignore[arg-type]  # our own file

    def summary(self) -> dict[str, Json]:
        """What the run put in its summary, flat as its rows are; empty if it put nothing there."""
        try:
            found = json.loads(self.summary_file.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return flat(found) if isinstance(found, dict) else {}

    def ask_to_stop(self, why: str) -> None:
        """Let the run end at its next `log()`. The first reason stays."""
        if not self.stop_file.exists():
            _replace_text(self.stop_file, why + "\n")

    def mark_preempting(self) -> None:
        """Let the agent know that the run may be cut off, through no fault of its own."""
        self._preempting_file.touch()

    @property
    def is_preempting(self) -> bool:
        """Whether the run has said so."""
        return self._preempting_file.exists()

    @property
    def _preempting_file(self) -> Path:
        return self.path / "preempting"

    def stop_reason(self) -> str | None:
        """Why the run should end; None if it should not."""
        try:
            return self.stop_file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def _object(self, file: Path) -> dict[str, Json]:
        try:
            return _object_in(file)
        except (OSError, ValueError) as error:
            raise _no_run_directory(self.path, file, error) from error


class Metrics:
    """The run's end of `metrics.jsonl`: each row is one write, whole or not there, whoever else appends."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        self._warned: set[str] = set()
        self._is_torn = True
        self._end_torn_line()

    def append(self, row: Mapping[str, object]) -> dict[str, Json]:
        """Write one row, and give back what was written.

        NaN and infinities are kept. A value that JSON can't hold is left out, with one warning for each name.
        OSError if there is no room for it: a later row is whole again, once there is some.
        """
        written = self._plain_row(row)
        if self._is_torn:
            self._end_torn_line()
        self._write(json.dumps(written, separators=(",", ":")).encode() + b"\n")
        return written

    def close(self) -> None:
        """Give the file back. A second time does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, line: bytes) -> None:
        try:
            done = os.write(self._descriptor, line)
            while done < len(line):  # only when a disk is all but full
                done += os.write(self._descriptor, line[done:])
        except OSError:
            self._is_torn = True
            raise

    def _plain_row(self, row: Mapping[str, object]) -> dict[str, Json]:
        pairs = (self._plain_pair(str(name), value) for name, value in row.items())
        return dict(pair for pair in pairs if pair is not None)

    def _plain_pair(self, name: str, value: object) -> tuple[str, Json] | None:
        try:
            return name, plain(value)
        except NotPlain as error:
            if name not in self._warned:
                self._warned.add(name)
                warnings.warn(f"{name} is not kept: {error}", stacklevel=6)
            return None

    def _end_torn_line(self) -> None:
        """Start on a line of our own, also where a write has failed, or an earlier writer was killed, within a line."""
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            os.write(self._descriptor, b"\n")
        self._is_torn = False


class Tail:
    """The agent's end of `metrics.jsonl`: complete rows, each once, from where the last look ended.

    A row comes out flat: the loss in `{"val": {"loss": 1}}` is `val.loss`, whatever program has written it. What begins
    with `MARK` is the writer's own, and left out.
    """

    def __init__(self, file: Path, *, offset: int = 0) -> None:
        self.offset = offset
        """Where the next look begins, in bytes. A new Tail that starts here goes on from this one."""
        self.skipped = 0
        """How many lines were no JSON object."""
        self._file = file

    def read(self) -> list[dict[str, Json]]:
        """The rows that came in since the last look. A last line without an end is left for later."""
        new = self._new_bytes()
        whole = new[: new.rfind(b"\n") + 1]
        self.offset += len(whole)
        return self._rows(whole)

    def read_rest(self) -> list[dict[str, Json]]:
        """The rows that came in since the last look, for a run that has ended: its last line may lack an end.

        A row that was cut short is no JSON object, so it can't be taken for a whole one.
        """
        new = self._new_bytes()
        self.offset += len(new)
        return self._rows(new)

    def _new_bytes(self) -> bytes:
        try:
            with self._file.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self.offset:  # the run has begun its file anew
                    self.offset = 0
                file.seek(self.offset)
                return file.read()
        except FileNotFoundError:
            return b""

    def _rows(self, lines: bytes) -> list[dict[str, Json]]:
        found = [_row(line) for line in lines.split(b"\n") if line.strip()]
        rows = [row for row in found if row is not None]
        self._count_skipped(len(found) - len(rows))
        return rows

    def _count_skipped(self, count: int) -> None:
        if count and not self.skipped:
            warnings.warn(f"{self._file}: skipped a line that is not a JSON object", stacklevel=4)
        self.skipped += count


def plain(value: object) -> Json:
    """A value as JSON: scalars of array libraries become Python's own, short arrays become lists.

    NotPlain for anything else, such as images, tables and long arrays.
    """
    match value:
        case None | bool():
            return value
        case int() | float() | str() if type(value) in (int, float, str):
            return value
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case int():
            return int(value)
        case float():
            return float(value)
        case str():
            return str(value)
        case _:
            return _plain_array(value)


def replace(file: Path, content: Json) -> None:
    """Write a JSON file so that a reader sees the old one or the new one, whole."""
    _replace_text(file, json.dumps(content) + "\n")


def _plain_array(value: object) -> Json:
    # numpy, torch and jax agree on `shape`, `item` and `tolist`; tensorflow has `numpy` in place of the last two.
    if hasattr(value, "numpy") and not hasattr(value, "item"):
        value = value.numpy()
    shape = getattr(value, "shape", None)
    if not isinstance(shape, Sequence) or not hasattr(value, "item"):
        raise NotPlain(f"a {type(value).__name__} is no metric")
    count = math.prod(shape)
    if count > LARGEST_ARRAY:
        raise NotPlain(f"an array of {count} numbers is no metric; log its mean, or its norm")
    found = value.item() if count == 1 else value.tolist()  # type: ignore[attr-defined]
    if type(found) is type(value):
        raise NotPlain(f"a {type(value).__name__} is no metric")
    return plain(found)


def _set_aside(path: Path) -> None:
    if path.exists():
        names = (path.with_name(f"{path.name}.old-{number}") for number in itertools.count(1))
        path.rename(next(name for name in names if not name.exists()))


def _row(line: bytes) -> dict[str, Json] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return {name: value for name, value in flat(found).items() if not name.startswith(MARK)}


def _replace_text(file: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as temporary:
        temporary.write(text)
    os.replace(name, file)


def read_config(file: Path) -> dict[str, Json]:
    """The parameters in a JSON file, such as a run directory's `config.json`. RunError if it holds none."""
    try:
        return _object_in(file)
    except (OSError, ValueError) as error:
        raise RunError(
            f"{file} holds no parameters",
            found=str(error),
            expected="a JSON file with an object in it, such as the config.json of a run",
            fix="correct SWEEPBRIDGE_CONFIG, or unset it",
        ) from error


def _object_in(file: Path) -> dict[str, Json]:
    found = json.loads(file.read_bytes())
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _no_run_directory(path: Path, file: Path, found: object) -> RunError:
    return RunError(
        f"{path} is no run directory",
        found=f"{file.name}: {found}",
        expected="a folder that an agent has made for a run",
        fix="unset SWEEPBRIDGE_RUN_DIR to run outside of a sweep, or let `sweepbridge agent` start the program",
    )
