"""Wheels of what is installed here, so that a test can fill a fresh environment with pip and without a network."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def fill(folder: Path, *names: str) -> None:
    """Put a wheel of sweepbridge into a folder, and one of each distribution that it or these names need."""
    # A copy is built, because setuptools leaves folders of its own beside what it builds.
    source = folder / "source"
    shutil.copytree(ROOT / "sweepbridge", source / "sweepbridge", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder, source]
    subprocess.run(command, check=True, capture_output=True)
    for name in sorted(needed("sweepbridge", *names) - {"sweepbridge"}):
        pack(metadata.distribution(name), folder)


def needed(*names: str) -> set[str]:
    """These distributions, and all that they need, by their normal names."""
    found: set[str] = set()
    left = [*names]
    while left:
        name = canonicalize_name(left.pop())
        if name not in found:
            found.add(name)
            left += _requirements(name)
    return found


def pack(distribution: metadata.Distribution, folder: Path) -> None:
    """Make a wheel of an installed distribution: its files as they lie there, under the tags that it came with."""
    wheel = distribution.read_text("WHEEL") or ""
    *_, tag = (line.removeprefix("Tag: ") for line in wheel.splitlines() if line.startswith("Tag: "))
    name = canonicalize_name(distribution.name).replace("-", "_")
    files = [file for file in distribution.files or () if not _is_left_out(file)]
    with zipfile.ZipFile(folder / f"{name}-{distribution.version}-{tag}.whl", "w") as packed:
        for file in files:
            packed.write(str(distribution.locate_file(file)), file.as_posix())
        record = next(file for file in files if file.name == "METADATA").parent / "RECORD"
        packed.writestr(record.as_posix(), "".join(f"{file.as_posix()},,\n" for file in [*files, record]))


def _requirements(name: str) -> list[str]:
    parsed = map(Requirement, metadata.requires(name) or ())
    return [one.name for one in parsed if one.marker is None or one.marker.evaluate({"extra": ""})]


def _is_left_out(file: metadata.PackagePath) -> bool:
    """What pip makes itself, and what lies outside of site-packages."""
    return ".." in file.parts or "__pycache__" in file.parts or file.name in ("RECORD", "INSTALLER", "REQUESTED")
