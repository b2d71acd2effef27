"""The storm: agents at work on a grid, and a killer that sends SIGKILL to one process after the other.

Starters are processes that start agents: `run`, `agent --workers`, or a script that calls `agent(workers=…)`. Whatever
has died is started again, under another name. All of it carries a mark in its environment, by which it is found, also
when whoever started it is dead. The processes are listed in /proc, so this is for Linux.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from sweepbridge.store import Store, open_store

MARK = "SWEEPBRIDGE_STORM"
WORKS = Path(__file__).parent / "agents" / "works.py"
BROKEN_LOOSE = "broken-loose"
"""A file that is there once someone was killed. No trial ends before, so that there is someone to kill."""

TRAIN = f"""\
#!/bin/sh
while sleep 0.02; do [ -e {BROKEN_LOOSE} ] && break; done
echo '{{"loss": 1.0}}' >> "$SWEEPBRIDGE_RUN_DIR/metrics.jsonl"
"""

Kind: TypeAlias = Literal["starter", "agent", "child"]
Mode: TypeAlias = Literal["program", "function"]

VICTIMS: dict[Mode, tuple[Kind, ...]] = {"program": ("starter", "agent", "child"), "function": ("starter", "agent")}
"""Who may be killed. A function runs in its agent, and has no process of its own."""


def grid(points: int) -> dict[str, object]:
    """A grid of so many points, which must be a multiple of four. A program that is killed is started again."""
    return {
        "method": "grid",
        "metric": {"name": "loss"},
        "command": ["./train.sh"],
        "retries": 100,
        "parameters": {"a": {"values": list(range(points // 4))}, "b": {"values": ["w", "x", "y", "z"]}},
    }


@dataclass
class Unit:
    """A process of ours that is to be there until the sweep is over: a starter, or an agent alone."""

    words: Sequence[str]
    output: Path
    process: subprocess.Popen[bytes] | None = None
    codes: list[int] = field(default_factory=list)
    """How it has ended, each time."""

    @property
    def is_starter(self) -> bool:
        """Whether it has other processes do the work."""
        return self.words[-1] != "1"


@dataclass
class Storm:
    """A sweep, those who work on it, and the killer."""

    folder: Path
    store: str
    sweep_id: str
    agents: int
    mode: Mode
    seed: int
    pause_s: tuple[float, float]
    """The killer waits for a time between these two, and for an event: else, on a slow machine, nobody would ever
    get as far as a trial."""
    killed: Counter[Kind] = field(default_factory=Counter)
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._environ = {**os.environ, MARK: self.mark, "WANDB_AGENT_DISABLE_FLAPPING": "true"}
        self._environ |= {"WANDB_AGENT_MAX_INITIAL_FAILURES": "1000000"}
        self.units = [self._unit(place, size) for place, size in enumerate(sizes(self.agents))]
        train = self.folder / "train.sh"
        train.write_text(TRAIN)
        train.chmod(0o755)

    def rage(self, look: Callable[[Store], None] = lambda _: None) -> None:
        """Kill and start again until the sweep is over, and wait until all have ended by themselves."""
        with open_store(self.store, create=False) as store:
            length = -1
            while (sweep := store.sweep(self.sweep_id)).state == "running":
                if sweep.length > length:
                    self._kill_one()
                self._start_what_is_not_there()
                assert not (strange := self.strange_ends()), strange
                length = sweep.length
                time.sleep(self._chance.uniform(*self.pause_s))
                look(store)
        for unit in self.units:
            if unit.process is not None:
                unit.codes.append(unit.process.wait())

    def left(self, patience_s: float = 60.0) -> list[str]:
        """The command lines of what is still there, a moment after all have ended."""
        until = time.monotonic() + patience_s
        while (pids := self._marked()) and time.monotonic() < until:
            time.sleep(0.05)
        return [" ".join(_words(pid)) for pid in pids]

    def strange_ends(self) -> list[str]:
        """What ended otherwise than by our hand, or because the sweep was over; with what it said last.

        A starter of which an agent was killed ends with 1.
        """
        return [
            f"{unit.words}: {unit.codes}: {unit.output.read_text()[-2000:]}"
            for unit in self.units
            if set(unit.codes) - {0, -signal.SIGKILL, *([1] if unit.is_starter else [])}
        ]

    def calm(self) -> None:
        """Kill whatever is left of it."""
        for pid in self._marked():
            _kill(pid)
        for unit in self.units:
            if unit.process is not None:
                unit.process.wait()

    def _unit(self, place: int, size: int) -> Unit:
        command = {
            "program": ["-m", "sweepbridge", "agent", self.sweep_id, "--store", self.store, "--workers", str(size)],
            "function": [str(WORKS), self.store, self.sweep_id, str(size)],
        }
        return Unit([sys.executable, *command[self.mode]], self.folder / f"unit-{place}.log")

    def _start_what_is_not_there(self) -> None:
        for unit in self.units:
            if unit.process is not None and unit.process.poll() is not None:
                unit.codes.append(unit.process.returncode)
                unit.process = None
            if unit.process is None:
                with unit.output.open("ab") as output:
                    unit.process = subprocess.Popen(
                        unit.words,
                        cwd=self.folder,
                        env=self._environ,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=output,
                        start_new_session=True,
                    )

    def _kill_one(self) -> None:
        kinds = self._kinds()
        if there := sorted({kind for kind in kinds.values() if kind in VICTIMS[self.mode]}):
            kind = self._chance.choice(there)
            _kill(self._chance.choice([pid for pid, its in sorted(kinds.items()) if its == kind]))
            self.killed[kind] += 1
            (self.folder / BROKEN_LOOSE).touch()

    def _kinds(self) -> dict[int, Kind]:
        """What is there now, by process number. Guards are none of the three: nothing is to kill them."""
        units = {unit.process.pid: unit for unit in self.units if unit.process is not None}
        kinds: dict[int, Kind] = {pid: "starter" if unit.is_starter else "agent" for pid, unit in units.items()}
        # By its parent, and not by its words: those of a new process are its parent's for a moment.
        parents = {pid: _parent(pid) for pid in self._marked() if pid not in units and "-I" not in _words(pid)}
        kinds |= {pid: "agent" for pid, parent in parents.items() if kinds.get(parent) == "starter"}
        return kinds | {pid: "child" for pid, parent in parents.items() if kinds.get(parent) == "agent"}

    def _marked(self) -> list[int]:
        mark = f"{MARK}={self.mark}".encode()
        return [pid for pid in _processes() if mark in _environ(pid)]


def sizes(agents: int) -> list[int]:
    """How many agents each unit has: starters with three of them, and agents alone beside them."""
    return [3, 1] * (agents // 4) + [1] * (agents % 4)


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]


def _environ(pid: int) -> list[bytes]:
    """Empty for a process of another user's, one that is gone, and one that has ended and was not waited for."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
