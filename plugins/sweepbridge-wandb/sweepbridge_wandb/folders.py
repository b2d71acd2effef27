"""A run's folder, as W&B's client fills it: about the run, its history, its summary, its output, its files.

The folder is the wire: each history line becomes a row of `metrics.jsonl`, and the summary becomes `summary.json`, so
the run's agent, or ours, hears of them as of any run. Each is on disk before the client is answered, and a line that
comes twice is written once.

    wandb.json            what the client says about the run
    wandb-summary.json    its summary, as it sends it
    files/                its files
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast

from sweepbridge.plugin import Json
from sweepbridge.space import flat
from sweepbridge_wandb.refusals import Object, Refused, json_of, object_of

ABOUT = "wandb.json"
HISTORY = "wandb-history.jsonl"
SUMMARY = "wandb-summary.json"
OUTPUT = "output.log"
LINE = "_sweepbridge_line"
"""Which line of the client's history a row is, counting from 0 in each of its sessions."""
WRITER = "_sweepbridge_writer"
"""Which of a run's processes has sent a row, where several write into one run."""
OURS = (LINE, WRITER)
"""What of a row is ours, and not the client's. Agents leave out what begins so."""

MOST_OUTPUT = 8 * 1024 * 1024
"""Of an output longer than this, no line is written anew."""


@dataclass(frozen=True)
class Posted:
    """What one post of the client's file stream holds."""

    history: tuple[int, list[dict[str, Json]]] | None
    """The place of its first line, and the rows."""
    summary: dict[str, Json]
    output: tuple[int, list[str]] | None
    """The place of the first line, and the lines."""
    is_complete: bool
    exit_code: int | None
    writer: str | None = None
    """Which process has sent it, where several write into one run: each counts its lines for itself."""

    @classmethod
    def of(cls, body: Json, writer: str | None = None) -> Posted:
        """Read a post. Refused if it is none."""
        posted = object_of(body, "the post")
        files = object_of(posted.get("files") or {}, "files")
        history, summary, output = (_lines(files, name) for name in (HISTORY, SUMMARY, OUTPUT))
        code = posted.get("exitcode")
        return cls(
            history=(history[0], [_row(line) for line in history[1]]) if history else None,
            summary=_merged([_row(line) for line in summary[1]] if summary else []),
            output=output,
            is_complete=posted.get("complete") is True,
            exit_code=code if isinstance(code, int) and not isinstance(code, bool) else None,
            writer=writer,
        )


class RunFolder:
    """One run's folder. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._about = _object_in(path / ABOUT)
        self._summary = _object_in(path / SUMMARY)
        self._known: dict[str | None, tuple[int, Json]] | None = None
        self._printed: int | None = None
        """How many lines of output there are."""
        self._printed_by: dict[str, int] = {}
        """How many of them each process has sent, where several write into one run."""

    @property
    def about(self) -> Mapping[str, Json]:
        """What the client says about the run, and what became of it."""
        return self._about

    @property
    def summary(self) -> Mapping[str, Json]:
        """The client's summary."""
        return self._summary

    @property
    def has_begun(self) -> bool:
        """Whether the client has called `init`."""
        return "began_at" in self._about

    @property
    def is_complete(self) -> bool:
        """Whether the client has said that the run is over."""
        return self._about.get("complete") is True

    @property
    def exit_code(self) -> int | None:
        """With what it is over; None while it is not."""
        return cast("int | None", self._about.get("exit_code"))

    @property
    def lines(self) -> int:
        """How many history lines there are, of the client's last session."""
        with self._lock:
            return max((count for count, _ in self._history_so_far().values()), default=0)

    def note(self, **about: Json) -> None:
        """Keep something about the run."""
        with self._lock:
            self._about = {**self._about, **about}
            _replace(self.path / ABOUT, self._about)

    def begin(self, about: Object) -> bool:
        """The client has called `init`, or says more about the run; whether it is the first time."""
        with self._lock:
            is_first = not self.has_begun
            config = {**_object_or_none(self._about.get("config")), **_object_or_none(about.get("config"))}
            began = {"began_at": self._about.get("began_at", time.time())}
            self.note(**{**about, "config": config, **began})
            return is_first

    def take_summary(self, summary: Object) -> None:
        """Merge what the client says into the summary."""
        with self._lock:
            if summary and any(self._summary.get(name, self) != value for name, value in summary.items()):
                self._summary = {**self._summary, **summary}
                _replace(self.path / SUMMARY, self._summary)
                plain = {name: value for name, value in self._summary.items() if name != "_wandb"}
                _replace(self.path / "summary.json", flat(plain))

    def take(self, posted: Posted) -> None:
        """Write what a post holds, apart from the output."""
        with self._lock:
            if posted.history is not None:
                self._take_history(*posted.history, posted.writer)
            self.take_summary(posted.summary)
            if posted.is_complete:
                self.note(complete=True, exit_code=posted.exit_code)
            elif posted.history is not None and posted.writer is None and self.is_complete:
                self.note(complete=False, exit_code=None)  # another session of the client has begun

    def take_output(self, offset: int, lines: Sequence[str], writer: str | None = None) -> None:
        """Write lines that the program has printed; the client may write its last ones anew, as for a progress bar.

        Where several processes write into one run, each line of each is written once: their places mean nothing here.
        """
        with self._lock:
            file = self.path / "stdout.log"
            new = [_without_stamp(line).rstrip("\n") + "\n" for line in lines]
            if writer is not None:
                before = self._printed_by.get(writer, 0)
                self._printed_by[writer] = max(before, offset + len(new))
                with file.open("a", encoding="utf-8", errors="backslashreplace") as output:
                    output.writelines(new[max(0, before - offset) :])
                return
            known = self._printed if self._printed is not None else _count_lines(file)
            self._printed = max(known, offset + len(new))
            if offset < known and file.stat().st_size <= MOST_OUTPUT:
                old = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
                file.write_text("".join([*old[:offset], *new, *old[offset + len(new) :]]), encoding="utf-8")
            elif offset + len(new) > known:
                with file.open("a", encoding="utf-8", errors="backslashreplace") as output:
                    output.writelines(new[max(0, known - offset) :])

    def file(self, name: str) -> Path:
        """Where a file of the run is kept. Refused if the name leads out of the run's folder."""
        place = PurePosixPath(name)
        is_long = len(name) > 1024 or any(len(part.encode(errors="surrogatepass")) > 255 for part in place.parts)
        if not name or "\0" in name or place.is_absolute() or ".." in place.parts or is_long:
            raise Refused(f"{name[:100]!r} is no name of a file of this run")
        home = self.path / "files"
        found = home.joinpath(*place.parts)
        if not found.resolve().is_relative_to(home.resolve()) or found.resolve() == home.resolve():
            raise Refused(f"{name[:100]!r} leads out of the run's folder")
        return found

    def files(self) -> list[tuple[str, int]]:
        """The files of the run: name and size."""
        home = self.path / "files"
        found = sorted(file for file in home.rglob("*") if file.is_file()) if home.is_dir() else []
        return [(file.relative_to(home).as_posix(), file.stat().st_size) for file in found]

    def rows(self) -> list[dict[str, Json]]:
        """The history that the client has sent, without what is ours."""
        return [
            {name: value for name, value in row.items() if name not in OURS}
            for row in _rows_in(self.path / "metrics.jsonl")
            if LINE in row
        ]

    def _take_history(self, offset: int, rows: Sequence[Mapping[str, Json]], writer: str | None = None) -> None:
        known = self._history_so_far()
        count, first = known.get(writer, (0, None))
        if rows and offset == 0 and count and rows[0].get("_timestamp") != first:
            count = 0  # another session of the client, for the same run: its lines count from 0 again
        new = rows[max(0, count - offset) :] if offset <= count else rows
        place = max(offset, count)
        if new:
            by = {WRITER: writer} if writer is not None else {}
            _append(self.path / "metrics.jsonl", [{**flat(row), LINE: place + at, **by} for at, row in enumerate(new)])
            known[writer] = (place + len(new), new[0].get("_timestamp") if place == 0 else first)

    def _history_so_far(self) -> dict[str | None, tuple[int, Json]]:
        """How many lines the last session of each process has, and the time of its first: what tells it from another.

        There is one process, and it has no name, unless several write into one run.
        """
        if self._known is None:
            known: dict[str | None, tuple[int, Json]] = {}
            for row in _rows_in(self.path / "metrics.jsonl"):
                place, by = row.get(LINE), row.get(WRITER)
                writer = by if isinstance(by, str) else None
                if isinstance(place, int):
                    first = row.get("_timestamp") if place == 0 else known.get(writer, (0, None))[1]
                    known[writer] = (place + 1, first)
            self._known = known
        return self._known


def placed(about: Object, project: str | None, sweep: str | None) -> dict[str, Json]:
    """What the client says about a run, and where it says that the run belongs; what it does not say stays."""
    return {**about, **({"project": project} if project else {}), **({"sweep": sweep} if sweep else {})}


def receiving(place: Path) -> contextlib.AbstractContextManager[Any]:
    """A file to write into: it takes its place once the block has ended well, whole."""
    return _receiving(place)


@contextlib.contextmanager
def _receiving(place: Path) -> Iterator[Any]:
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".coming-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        os.replace(name, place)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _lines(files: Object, name: str) -> tuple[int, list[str]] | None:
    if files.get(name) is None:
        return None
    chunk = object_of(files[name], name)
    offset, content = chunk.get("offset", 0), chunk.get("content", [])
    if not isinstance(offset, int) or isinstance(offset, bool) or not 0 <= offset < 2**40:
        raise Refused(f"the offset of {name} is no place in a file")
    if not isinstance(content, list) or not all(isinstance(line, str) for line in content):
        raise Refused(f"the content of {name} is no list of lines")
    return offset, cast("list[str]", content)


def _row(line: str) -> dict[str, Json]:
    return object_of(json_of(line, "a line"), "a line")


def _merged(parts: Sequence[Object]) -> dict[str, Json]:
    return {name: value for part in parts for name, value in part.items()}


def _object_or_none(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _without_stamp(line: str) -> str:
    """A line of output without what the client puts before it: `ERROR 2026-01-02T03:04:05.000000 `."""
    head, space, rest = line.removeprefix("ERROR ").partition(" ")
    return rest if space and len(head) >= 19 and head[4:5] == head[7:8] == "-" and head[10:11] == "T" else line


def _count_lines(file: Path) -> int:
    try:
        with file.open("rb") as output:
            return sum(block.count(b"\n") for block in iter(lambda: output.read(1 << 20), b""))
    except FileNotFoundError:
        return 0


def _append(file: Path, rows: Sequence[Object]) -> None:
    """Write rows in one piece, after a line end of our own if the last line has none."""
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        torn = bool(size) and os.pread(descriptor, 1, size - 1) != b"\n"
        left = memoryview(b"\n" + text if torn else text)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def _rows_in(file: Path) -> Iterator[dict[str, Json]]:
    try:
        with file.open("rb") as lines:
            for line in lines:
                with contextlib.suppress(ValueError, RecursionError):
                    row = json.loads(line)
                    if isinstance(row, dict):
                        yield row
    except FileNotFoundError:
        return


def _object_in(file: Path) -> dict[str, Json]:
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _replace(file: Path, content: Object) -> None:
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as temporary:
        json.dump(content, temporary)
    os.replace(name, file)
