"""A backend in a new process, as after a crash: nothing is in memory, and strings hash in another way.

Run as a program, this module is that process: it reads what to do from standard input, and writes what it found into
the file that it was given, because standard output is the backend's to spoil.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from sweepbridge.plugin.contract import Backend, Problem
from sweepbridge.plugin.files import load_file
from sweepbridge.plugin.kit.checks import Broken
from sweepbridge.plugin.kit.play import started, text_of
from sweepbridge.trials import Trial

PATIENCE_S = 100.0
"""How long a new process may take. It loads the vendor's library, which alone can take ten seconds."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a new process finds a backend: a module, and what in it."""

    module: str
    """The module's name; the name it is to have, if it stands in a file of its own."""
    file: str | None = None
    """The file, where the module can't be imported by its name."""
    attribute: str | None = None
    """What to read from the module, such as `TestMine.backend`; None for what its hook offers."""
    name: str | None = None
    """The name of the backend that the hook offers."""
    is_of_tests: bool = False
    """Whether it is a module of tests, which may load anything."""

    def load(self) -> ModuleType:
        """The module, imported."""
        return importlib.import_module(self.module) if self.file is None else load_file(self.file, self.module)

    def backend(self) -> Backend:
        """The backend, from its module."""
        found: Any = self.load()
        if self.attribute is None:
            found = next(backend for backend in found.sweepbridge_backends() if backend.name == self.name)
        else:
            for part in self.attribute.split("."):
                found = getattr(found, part)
        backend: Backend = found
        return backend


def home_of(backend: object) -> tuple[str, str | None]:
    """The module in which a backend is written, and its file if it can't be imported by its name."""
    made_by = getattr(backend, "suggest", None)
    name = str(getattr(made_by, "__module__", None) or type(backend).__module__)
    return (name, None) if _can_be_found(name) else (name, file_of(name))


def file_of(module: str) -> str | None:
    """The file of a module that is in memory."""
    file: str | None = getattr(sys.modules.get(module), "__file__", None)
    return file


def version_of(distribution: str) -> str | None:
    """The installed version of a distribution; None if it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def answers(address: Address, problem: Problem, log: Sequence[Trial], seeds: Sequence[int]) -> list[str]:
    """What a new process answers to each seed, once it has been told a log: as `text_of` has it."""
    told = base64.b64encode(pickle.dumps((problem, list(log), list(seeds)))).decode()
    found = _in_new_process({"do": "answer", "address": asdict(address), "told": told})
    assert isinstance(found, list)
    return found


def loads(module: str, file: str | None) -> dict[str, str]:
    """The distributions that importing a module loads beside those that sweepbridge has loaded: name to version."""
    found = _in_new_process({"do": "load", "address": asdict(Address(module, file))})
    assert isinstance(found, dict)
    return found


def _can_be_found(module: str) -> bool:
    """Whether a new process can import a module by its name. That it is in memory here says nothing of it."""
    top = module.partition(".")[0]
    return any(finder.find_spec(top, None) is not None for finder in sys.meta_path)


def _in_new_process(request: dict[str, object]) -> object:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        ended = _run([sys.executable, "-m", __name__, str(out)], {**request, "path": sys.path})
        if not out.exists():
            raise Broken(f"a new process ended with exit code {ended.returncode}: {_last_line(ended.stderr)}")
        found = json.loads(out.read_text(encoding="utf-8"))
    if "broken" in found:
        raise Broken(f"in a new process, {found['broken']}")
    return found["found"]


def _run(command: list[str], request: dict[str, object]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            input=json.dumps(request),
            env={**os.environ, "PYTHONHASHSEED": _other_hash_seed()},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Broken(f"a new process did not answer within {PATIENCE_S:g} seconds") from error


def _other_hash_seed() -> str:
    """A hash seed that differs from this process's own, in which a set has another order."""
    here = hash("sweepbridge")
    return str(int(hashlib.sha256(str(here).encode()).hexdigest(), 16) % 2**32)


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it printed nothing")


def _answer(address: Address, told: str) -> list[str]:
    problem, log, seeds = pickle.loads(base64.b64decode(told))  # noqa: S301  # written by our own parent
    searcher = started(address.backend(), problem)
    for trial in log:
        searcher.tell(trial)
    return [text_of(searcher.ask(seed)) for seed in seeds]


def _load(address: Address) -> dict[str, str]:
    before = set(sys.modules)
    address.load()
    after = {name.partition(".")[0] for name in set(sys.modules) - before}
    top = address.module.partition(".")[0]
    strange = after - {top} - set(sys.stdlib_module_names)
    own = _homes_of(top) if strange else set()
    others = {home for name in strange for home in _homes_of(name)} - own
    return {home: metadata.version(home) for home in sorted(others)}


def _homes_of(package: str) -> set[str]:
    """The distributions that have a package or a module of this name. By their files: few say it in so many words."""
    return {
        distribution.name
        for distribution in metadata.distributions()
        if any(file.parts[0] in (package, f"{package}.py") for file in distribution.files or ())
    }


def main() -> None:
    """Do what standard input says."""
    request = json.loads(sys.stdin.read())
    sys.path[:] = request["path"]
    address = Address(**request["address"])
    try:
        found = _answer(address, request["told"]) if request["do"] == "answer" else _load(address)
        report: dict[str, object] = {"found": found}
    except Broken as broken:
        report = {"broken": str(broken)}
    Path(sys.argv[1]).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
