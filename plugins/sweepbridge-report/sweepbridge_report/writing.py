"""Where a report goes: into its file at once and whole, and over nothing but an older report."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sweepbridge import UsageError

MARK = "<!doctype html>\n<!-- sweepbridge report -->\n"
"""What every report begins with."""


def refuse_unwritable(output: Path, *, force: bool) -> None:
    """UsageError if the file can't be written, or is something else than an older report."""
    if output.exists() and not output.is_file():
        raise _not_written(output, "it is a folder" if output.is_dir() else "it is a device, and no file")
    if not output.parent.is_dir():
        raise _not_written(output, f"there is no folder {output.parent}")
    if not os.access(output.parent, os.W_OK):
        raise _not_written(output, f"this user may not write in {output.parent}")
    if not force and output.exists() and not _is_report(output):
        raise UsageError(
            f"{output} is there already, and is no report",
            found=f"--output {output}",
            expected="a new file, or an older report to replace",
            fix="name another file, or replace this one with --force",
        )


def write(output: Path, text: str) -> None:
    """Write the file so that a reader sees the old one or the new one, whole. UsageError if it can't be written."""
    try:
        _replace(output, text)
    except OSError as error:
        raise _not_written(output, error.strerror or str(error)) from error


def _replace(output: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as temporary:
            temporary.write(text)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, output)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    """What new files are not permitted to; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _is_report(output: Path) -> bool:
    try:
        with output.open("rb") as file:
            start = file.read(len(MARK))
    except OSError as error:
        raise _not_written(output, error.strerror or str(error)) from error
    return start == MARK.encode() or start == b""


def _not_written(output: Path, found: str) -> UsageError:
    return UsageError(
        f"can't write {output}",
        found=found,
        expected="a file in a folder that is there, and that this user may write",
        fix="name another file with --output",
    )
