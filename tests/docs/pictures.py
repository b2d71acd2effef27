"""Makes the terminal pictures of README and docs: `python -m tests.docs.pictures`, a part of `make pictures`.

The sweep is the one of examples/digits, run by `sweepbridge run` and agents in processes of their own. The panel is
drawn by the code that draws it on a terminal, into a console that records; the lines around it are that command's own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from sweepbridge import open_sweep
from sweepbridge.store import open_store
from sweepbridge.view.watch import Watched, panel, watched_of

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "examples/digits"
RUNNING = ROOT / "docs/reference/run.svg"
ENDED = ROOT / "docs/reference/run-ended.svg"
COMMAND = "sweepbridge run sweep.yaml --workers 2 --seed 7"
WIDTH = 100
HALFWAY = 14
"""How many trials have ended in the first picture, at the least."""


def main() -> None:
    """Run the sweep, take a picture halfway and one at its end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(EXAMPLE, Path(name, "digits"), ignore=shutil.ignore_patterns(".*", "__*")))
        with (folder / "err").open("w") as err, (folder / "out").open("w") as out:
            running = subprocess.Popen(_words(), cwd=folder, env=_environ(), stdout=out, stderr=err)
            store = _once(lambda: (folder / ".sweepbridge").is_dir() and _head(folder), running)
            assert store, "it has not begun"
            write(RUNNING, *_halfway(folder, running))
            assert running.wait() == 0
        lines = [*_head(folder), _last(folder), *(folder / "out").read_text().splitlines()]
        write(ENDED, *(Text(line.replace(sys.executable, "python")) for line in lines))  # where it is says nothing


def write(file: Path, *parts: RenderableType) -> None:
    """What a terminal shows after the command has been typed, as a picture."""
    file.write_text(picture(*parts), encoding="utf-8")


def picture(*parts: RenderableType) -> str:
    """The same as SVG. It loads nothing: the font is what the reader has."""
    with open(os.devnull, "w") as nowhere:
        console = Console(record=True, file=nowhere, width=WIDTH, force_terminal=True, color_system="truecolor")
        console.print(Text.assemble(("$ ", "dim"), COMMAND))
        for part in parts:
            console.print(part)
    drawn = console.export_svg(title="sweepbridge", unique_id="sweepbridge")
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)


def _halfway(folder: Path, running: subprocess.Popen[bytes]) -> list[RenderableType]:
    head = _head(folder)
    with open_store(folder / ".sweepbridge") as store:
        opened = open_sweep(_id(head), store=store)
        watched = watched_of(store, opened.sweep, opened.config)
        began = time.monotonic() - store.age(opened.id)
        _once(lambda: _is_halfway(watched), running)
        return [*map(Text, head), panel(watched, time.monotonic() - began, WIDTH)]


def _is_halfway(watched: Watched) -> bool:
    watched.catch_up()
    has_room = len(watched.running) == 2 and all(watched.last_metric(number) for number in watched.running)
    return watched.ended >= HALFWAY and has_room


def _head(folder: Path) -> list[str]:
    """What the command says before its first trial; empty until it has said it."""
    before = (folder / "err").read_text().partition("trial 0 ")
    return before[0].splitlines() if before[1] else []


def _last(folder: Path) -> str:
    """How the command says that the sweep has ended."""
    return (folder / "err").read_text().splitlines()[-1]


def _id(head: list[str]) -> str:
    found = re.search(r"^sweep (\w{8}):", "\n".join(head), re.MULTILINE)
    assert found, head
    return found[1]


def _once(is_so: Callable[[], object], running: subprocess.Popen[bytes]) -> object:
    """What it gives once it is something."""
    while not (found := is_so()):
        assert running.poll() is None, "the sweep was over before"
        time.sleep(0.05)
    return found


def _words() -> list[str]:
    return [sys.executable, "-m", "sweepbridge", *COMMAND.split()[1:]]


def _environ() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": str(WIDTH), "SWEEPBRIDGE_STORE": ""}


if __name__ == "__main__":
    main()
