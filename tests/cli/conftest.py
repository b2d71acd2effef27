"""What the command line's tests share: a folder of its own, files in it, and commands that are called in it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from sweepbridge.cli import main
from tests.cli.terminals import Terminal
from tests.replayed import every_sweep_is_replayed

__all__ = ["every_sweep_is_replayed"]

SWEEP = """\
program: train.py
name: tiny
method: grid
metric: {name: loss, goal: minimize}
parameters:
  a: {values: [3, 1, 2]}
  b: {values: [x, y]}
"""

TRAIN = """\
import json, os, sys
options = dict(word.removeprefix("--").split("=", 1) for word in sys.argv[1:])
with open(os.environ.get("SWEEPBRIDGE_RUN_DIR", ".") + "/metrics.jsonl", "a") as metrics:
    metrics.write(json.dumps({"loss": int(options["a"]), "kind": options["b"]}) + "\\n")
"""
"""A program without sweepbridge, as one in any language could be: an options' reader, and a line of JSON."""


class Printed(NamedTuple):
    """What a command exited with and printed."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """Where what was measured of the backends is kept, for all tests of a process: it takes seconds."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path, monkeypatch, cache):
    """The folder in which commands are called: nothing in it, and no store above it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.delenv("SWEEPBRIDGE_STORE", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


@pytest.fixture
def write(folder):
    """Write a file into the folder: its name."""

    def written(text, name="sweep.yaml"):
        (folder / name).write_text(text, encoding="utf-8")
        return name

    return written


@pytest.fixture
def call(folder, capsys):
    """Call a command in this process."""

    def called(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        return Printed(code, *capsys.readouterr())

    return called


@pytest.fixture
def environ():
    """The environment of a command in a process of its own: this Python is `python`, and `sweepbridge` its own."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


@pytest.fixture
def start(folder, environ):
    """Start a command in a process of its own. What is left of it when the test is over is killed."""
    running = []

    def started(*words):
        command = [sys.executable, "-m", "sweepbridge", *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        running.append(subprocess.Popen(command, env=environ, **pipes))
        return running[-1]

    yield started
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def read_until():
    """Read what a process says, until these words come: all that it has said."""

    def read(process, words):
        told = ""
        while words not in told:
            line = process.stderr.readline()
            assert line, f"it has ended: {told}"
            told += line
        return told

    return read


@pytest.fixture
def shell(folder, environ):
    """Let a shell run a line: what it exited with and printed."""

    def ran(line):
        found = subprocess.run(["bash", "-c", line], env=environ, capture_output=True, text=True)
        return Printed(found.returncode, found.stdout, found.stderr)

    return ran


@pytest.fixture
def tiny(write, call):
    """The id of a grid of six points that a program without sweepbridge can run."""
    write(TRAIN, "train.py")
    return call("sweep", write(SWEEP)).out.strip()


@pytest.fixture
def exported(call):
    """The rows of a sweep's export."""

    def rows(sweep_id):
        return json.loads(call("export", sweep_id, "--format", "json").out)

    return rows


@pytest.fixture
def terminal(folder, environ):
    """Call a command in a terminal of so many columns. What is left when the test is over is killed."""
    opened = []

    def called(*words, columns=80, program=("-m", "sweepbridge"), **more):
        bare = {name: value for name, value in environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        command = [sys.executable, *program, *words]
        opened.append(Terminal(command, columns, {**bare, "TERM": "xterm-256color", **more}))
        return opened[-1]

    yield called
    for one in opened:
        one.process.kill()
        one.wait()
