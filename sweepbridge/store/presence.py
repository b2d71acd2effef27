"""Which agents of this machine are still there: each holds a lock that the system lets go of when its process is gone.

An agent that is silent may be slow, suspended or cut off, and only time can tell. One that has died here is known to be
gone at once. Not by its process number: numbers are used again, and in another container they mean other processes.
What another machine has, or one before it was started again, is never judged here.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")
"""On Linux, what tells this system, since it was started, from every other one."""


class Presence:
    """The agents of one sweep, as far as they are on this machine. A name is held until this object is gone."""

    def __init__(self, folder: Path, sweep_id: str) -> None:
        self._held: dict[str, int] = {}
        self._folder = folder / "agents" / sweep_id
        self._machine = _digest(platform.node() + _boot())

    def __del__(self) -> None:
        for handle in self._held.values():
            os.close(handle)

    def hold(self, agent: str) -> None:
        """Be there, under this name. Others may be there under the same one.

        Where there is no room for a file, or no locks, nobody will know: then only silence tells that it is gone.
        """
        if agent not in self._held:
            with contextlib.suppress(OSError):
                self._held[agent] = self._locked(agent)

    def gone(self) -> list[str]:
        """Those who were there, and of whom nobody is now."""
        files = self._folder.glob(f"{self._machine}-*")
        return [agent for file in files if (agent := _left(file))]

    def is_gone(self, agent: str) -> bool:
        """Whether somebody was there under this name, and nobody is now."""
        return _left(self._file(agent)) == agent

    def forget(self, agent: str) -> None:
        """Speak no more of one that is gone. Does nothing if it has come back."""
        file = self._file(agent)
        with contextlib.suppress(OSError):
            handle = os.open(file, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                file.unlink()
            finally:
                os.close(handle)

    def _file(self, agent: str) -> Path:
        return self._folder / f"{self._machine}-{_digest(agent)}"

    def _locked(self, agent: str) -> int:
        file = self._file(agent)
        file.parent.mkdir(parents=True, exist_ok=True)
        while True:
            handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
            fcntl.flock(handle, fcntl.LOCK_SH)
            if _is_at(file, handle):  # else it was forgotten since it was opened
                os.pwrite(handle, os.fsencode(agent), 0)
                return handle
            os.close(handle)


def _left(file: Path) -> str | None:
    """The name in a file that nobody holds; None if somebody does, or if it can't be told."""
    with contextlib.suppress(OSError):
        handle = os.open(file, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return os.fsdecode(os.pread(handle, 4096, 0)) or None
        finally:
            os.close(handle)
    return None


def _is_at(file: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), file.stat())
    except FileNotFoundError:
        return False


def _boot() -> str:
    try:
        return BOOT.read_text()
    except OSError:
        return ""


def _digest(text: str) -> str:
    return hashlib.blake2b(os.fsencode(text), digest_size=8).hexdigest()
