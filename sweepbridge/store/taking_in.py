"""How far the agents of this machine are with a long log, which each takes in before it can suggest a trial.

It is for the terminals that show the sweep: an agent in a process of its own has none. Each agent has a file, which is
there only while this takes long. What is amiss with it keeps nobody from anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from sweepbridge.rundir import replace

Item = TypeVar("Item")

SOON_S = 1.0
"""What is taken in sooner is not worth a word."""

AGAIN_S = 0.5
"""How often it is said anew."""

STALE_S = 60.0
"""A word that is older is that of an agent which has died over it."""


@dataclass(frozen=True, slots=True)
class TakingIn:
    """An agent that takes in a log."""

    agent: str
    done: int
    total: int
    """How many events there are."""


def taking_in(folder: Path, sweep_id: str) -> list[TakingIn]:
    """The agents of a sweep that take in its log at this moment, by name; `folder` is the store's on this machine."""
    found = (_word_in(file) for file in _place(folder, sweep_id).glob("*.taking-in"))
    return sorted((word for word in found if word is not None), key=lambda word: word.agent)


@contextmanager
def telling(folder: Path, sweep_id: str, agent: str, total: int) -> Iterator[Teller]:
    """Inside of this, an agent takes in so many events, and says how far it is once that takes long."""
    teller = Teller(_place(folder, sweep_id), agent, total)
    try:
        yield teller
    finally:
        teller.end()


class Teller:
    """Says how far an agent is."""

    def __init__(self, place: Path, agent: str, total: int) -> None:
        self._place = place
        self._agent = agent
        self._total = total
        self._next = time.monotonic() + SOON_S
        self._has_told = False

    def through(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items, told as they go by."""
        for done, item in enumerate(items):
            if time.monotonic() >= self._next:
                self._tell(done)
            yield item

    def end(self) -> None:
        """Say nothing any more."""
        if self._has_told:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        name = hashlib.blake2b(os.fsencode(self._agent), digest_size=8).hexdigest()
        return self._place / f"{name}.taking-in"

    def _tell(self, done: int) -> None:
        self._has_told = True
        with contextlib.suppress(OSError):
            self._place.mkdir(parents=True, exist_ok=True)
            replace(self._file, asdict(TakingIn(self._agent, done, self._total)))
        self._next = time.monotonic() + AGAIN_S


def _place(folder: Path, sweep_id: str) -> Path:
    return folder / "agents" / sweep_id


def _word_in(file: Path) -> TakingIn | None:
    """What a file says; None if it has just gone, or is stale."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        if time.time() - file.stat().st_mtime <= STALE_S:
            return TakingIn(**json.loads(file.read_bytes()))
    return None
