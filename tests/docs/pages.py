"""Carries out a page of the docs: writes its files, runs its Python, types its commands.

A block with a title is a file; a `python` block without one is a program; in a `console` block, a line that begins
with `$` is a command, and the lines below are what it shows. A `console` block without `$` is a list of commands to
choose from, and a `yaml` block with parameters is a config: neither is run, but both must be valid. Blocks in other
languages are for reading. A page runs in a folder of its own, from top to bottom, as a reader would.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

BLOCK = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)
ID = re.compile(r"[a-z0-9]{8}")
ELSEWHERE = ("git clone ", "cd sweepbridge", "make ", 'pip install "')
"""Commands that need a network or another folder: they are shown, and not typed."""
TIMEOUT_S = 250


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    title: str | None
    text: str


@dataclass
class Reader:
    """Someone who follows a page in a folder."""

    folder: Path
    store: str = ""
    """What SWEEPBRIDGE_STORE says; empty for the nearest folder."""
    wheels: Path | None = None
    """A folder from which pip installs, into environments that the page makes; None to install beside the page."""
    cache: Path | None = None
    """Where what was measured of the backends is kept; None for the reader's own home."""
    ids: dict[str, str] = field(default_factory=dict)
    """The ids that a page shows, and those that sweeps really got."""

    def follow(self, page: Path) -> None:
        """Do all that a page says. AssertionError where something else comes out."""
        for block in blocks(page):
            if block.title is not None:
                self._write(block.title, block.text)
            elif block.language == "python":
                self._write("block.py", block.text)
                self._type("python block.py", [])
            elif block.language == "yaml" and "parameters:" in block.text:
                self._write("block.yaml", block.text)
                self._type("sweepbridge lint block.yaml", ["block.yaml: no faults"])
            elif block.language == "console":
                for command, shown in commands(block):
                    self._type(command, shown)

    def _write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self._with_our_ids(text), encoding="utf-8")

    def _type(self, command: str, shown: list[str]) -> None:
        if command.startswith(ELSEWHERE):
            return
        command, shown = self._with_our_ids(command), [self._with_our_ids(line) for line in shown]
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_S,
        )
        told = f"$ {command}\n{done.stdout}"
        assert "Traceback" not in told, told
        assert (done.returncode == 0) != any(line.lstrip().startswith("found ") for line in shown), told
        if command.startswith("sweepbridge sweep "):
            [theirs], [ours] = ids(shown), ids(done.stdout.splitlines())
            self.ids[theirs] = ours
            shown = []
        missing = not_shown(shown, done.stdout)
        assert missing is None, f"the page shows {missing!r}, but:\n{told}"

    def _with_our_ids(self, text: str) -> str:
        for theirs, ours in self.ids.items():
            text = text.replace(theirs, ours)
        return text

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.cache or self.folder / ".cache"),
            "COLUMNS": "200",
            "SWEEPBRIDGE_STORE": self.store,
            "NO_COLOR": "1",
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            **self._installing(),
        }

    def _installing(self) -> dict[str, str]:
        """Where pip finds what a page installs, and where it puts it. Nothing in our environment changes."""
        if self.wheels is not None:
            return {"PIP_FIND_LINKS": str(self.wheels)}
        site = str(self.folder / "site-packages")
        return {"PIP_TARGET": site, "PYTHONPATH": site, "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order. AssertionError if there is a fence that is not understood."""
    text = page.read_text(encoding="utf-8")
    found = [Block(match["language"], match["title"], match["text"]) for match in BLOCK.finditer(text)]
    assert len(re.findall(r"^\s*```", text, re.MULTILINE)) == 2 * len(found), f"{page}: a fence without a language?"
    return found


def commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    """The commands that a console block types, each with the lines that it shows."""
    if not re.search(r"^\$ ", block.text, re.MULTILINE):
        return
    first, *rest = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not first.strip(), f"output before the first command: {first!r}"
    for part in rest:
        command, *shown = part.replace("\\\n", " ").splitlines()
        yield command, [line for line in shown if line.strip()]


def ids(lines: list[str]) -> list[str]:
    """The lines that are a sweep's id and nothing else."""
    return [line for line in lines if ID.fullmatch(line)]


def not_shown(expected: list[str], output: str) -> str | None:
    """The first expected line that the output does not have, in order; None if it has them all.

    Widths of gaps do not count, `…` stands for anything, and a line of nothing else for any number of lines.
    """
    lines = iter(_squeezed(line) for line in output.splitlines())
    for line in (one for one in expected if one.strip() != "…"):
        pattern = ".*".join(re.escape(part) for part in _squeezed(line).split("…"))
        if not any(re.fullmatch(pattern, found) for found in lines):
            return line
    return None


def _squeezed(line: str) -> str:
    return " ".join(line.split())
