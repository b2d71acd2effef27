"""The companion: beside each agent, a W&B server for its runs, which costs nothing until a run knocks.

A listening socket is all that an agent has at first. The server behind it, a process of its own, starts when the first
client connects; the system lets that one wait in line meanwhile. Should the server die, the next client starts it anew.

What the user has set stands: with a mode or a server of the user's own, a run is left as it is.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path

from sweepbridge_wandb.hooking import HOOK_VARIABLE, hooked, install
from sweepbridge_wandb.variables import KEY, for_client

ENDS_WITHIN_S = 5.0
"""How long the server may take to end, before it is killed."""

NOTICE = (
    "note: W&B's client reports to sweepbridge on this machine, and not to your W&B account; "
    "for that, set WANDB_MODE=online and add --wandb-hook\n"
)
"""For those who have an account of W&B's on this machine: nobody is led elsewhere in silence."""

SERVERS = ("wandb.ai", "forge.coreweave.com")
"""Where accounts of W&B's are."""

# Not by -m: that would look for modules in the user's folder first, where anything may lie.
_SOURCE = """
import sys
sys.path[:] = [place for place in sys.path if place]
from sweepbridge_wandb.embedded import main
main()
"""


class WandbCompanion:
    """Gives runs that import wandb a server on this machine."""

    name = "wandb"

    def start(self) -> Beside:
        """A listening socket, and nothing behind it yet."""
        return Beside()


class Beside:
    """The server of one agent."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._lock = threading.Lock()
        self._runs: dict[str, str] = {}
        self._server: subprocess.Popen[str] | None = None
        self._is_closed = False
        self._has_notice = False
        self._wakes, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._attend, name="sweepbridge-wandb", daemon=True)
        self._thread.start()

    def environ(self, directory: Path, given: Mapping[str, str], users: Mapping[str, str]) -> Mapping[str, str]:
        """W&B's variables for a run, unless the user has said where its runs are to report."""
        if users.get(HOOK_VARIABLE):
            install()
            return hooked(given)
        if users.get("WANDB_MODE") or users.get("WANDB_BASE_URL"):
            return {}
        self._announce(given["WANDB_RUN_ID"], str(directory))
        self._has_notice = _has_account(users)
        # The user's key, if there is one, stays where it is: nothing is asked for here, and nothing is sent elsewhere.
        return for_client(self._url, users.get("WANDB_API_KEY") or KEY, users)

    def close(self) -> None:
        """End the server, once it has answered what is on its way."""
        with self._lock:
            self._is_closed = True
        os.write(self._wake, b"x")
        self._thread.join()
        self._listening.close()
        os.close(self._wake)
        os.close(self._wakes)

    def _announce(self, run: str, directory: str) -> None:
        with self._lock:
            self._runs = {run: directory}  # an agent has one run at a time
            if self._server is not None:
                _tell(self._server, run, directory)

    def _attend(self) -> None:
        """Start a server whenever a client waits and none is there."""
        is_told = False
        while True:
            ready = _readable(self._listening.fileno(), self._wakes)
            if self._wakes in ready:
                return
            if self._has_notice and not is_told:
                sys.stderr.write(NOTICE)
            is_told = True
            self._serve()

    def _serve(self) -> None:
        """Be there until the server has ended, or is to end."""
        with self._lock:
            if self._is_closed:
                return
            server = self._server = _started(self._listening)
            for run, directory in self._runs.items():
                _tell(server, run, directory)
        while server.poll() is None and not _readable(self._wakes, within_s=0.2):
            pass
        with self._lock:
            self._server = None
        _ended(server)


def _has_account(users: Mapping[str, str]) -> bool:
    """Whether a user would report to W&B, had we not come between: by a key, or by an earlier `wandb login`."""
    if users.get("WANDB_API_KEY"):
        return True
    keys = Path(users.get("NETRC") or Path(users.get("HOME", "/nowhere"), ".netrc"))
    with contextlib.suppress(OSError):
        text = keys.read_text(encoding="utf-8", errors="replace")
        return any(server in text for server in SERVERS)
    return False


def _readable(*files: int, within_s: float | None = None) -> set[int]:
    """Those of the files that can be read. Not `select.select`, which takes no number above 1023."""
    with selectors.DefaultSelector() as selector:
        for file in files:
            selector.register(file, selectors.EVENT_READ)
        return {key.fd for key, _ in selector.select(within_s)}


def _started(listening: socket.socket) -> subprocess.Popen[str]:
    number = listening.fileno()
    # A session of its own, so that no Ctrl-C reaches it: runs report until they have ended. It ends with its input,
    # however this process goes.
    return subprocess.Popen(
        [sys.executable, "-c", _SOURCE, str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=[number],
        text=True,
        start_new_session=True,
    )


def _tell(server: subprocess.Popen[str], run: str, directory: str) -> None:
    assert server.stdin is not None
    try:
        server.stdin.write(json.dumps({"run": run, "directory": directory}) + "\n")
        server.stdin.flush()
    except OSError as error:
        warnings.warn(f"the embedded W&B server is gone, and is started anew: {error}", stacklevel=2)


def _ended(server: subprocess.Popen[str]) -> None:
    assert server.stdin is not None
    with contextlib.suppress(OSError):
        server.stdin.close()
    try:
        server.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
