"""The embedded server: one agent's, in a process of its own, for the runs that the agent announces to it.

It serves on a listening socket that it inherits, and hears on its standard input of each run, a line of JSON for each,
before the run begins. When that ends, so does it. It has no store: what the client sends goes into the run's folder,
where the agent hears of it as of any run, judges it, and ends it.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from sweepbridge.plugin import Json
from sweepbridge_wandb.app import KEEP_ALIVE_S, make_app
from sweepbridge_wandb.folders import Posted, RunFolder, placed
from sweepbridge_wandb.refusals import Object, Refused, TryLater
from sweepbridge_wandb.views import NO_PROJECT, House, RunView

ANNOUNCED_WITHIN_S = 5.0
"""How long a run that asks may be unknown: its agent's word may still be on its way."""

MOST_RUNS = 1000
"""So many of the latest runs are known. An agent has one at a time, and late posts come from the last few."""

MOST_FOLDERS = 64
"""So many of them are kept at hand."""


@dataclass
class Announced:
    """The runs that an agent has announced."""

    _places: dict[str, Path] = field(default_factory=dict)
    _folders: dict[str, RunFolder] = field(default_factory=dict)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def announce(self, name: str, place: Path) -> None:
        """A run of this id is about to begin in this folder."""
        with self._news:
            self._places[name] = place
            self._folders.pop(name, None)
            while len(self._places) > MOST_RUNS:
                del self._places[next(iter(self._places))]
            self._news.notify_all()

    def folder(self, name: str) -> RunFolder:
        """The folder of a run that was announced, or of one that such a run has begun beside itself."""
        with self._news:
            if name not in self._places:
                raise Refused(f"no run {name[:80]} was announced", 404)
            return self._folder(name)

    def run(self, name: str) -> RunView | None:
        """An announced run that has begun."""
        with self._news:
            folder = self._folder(name) if name in self._places else None
        return _view(name, folder) if folder is not None and folder.has_begun else None

    def runs(self, project: str) -> Sequence[RunView]:
        """The announced runs of a project."""
        with self._news:
            names = list(self._places)
        return [run for name in names if (run := self.run(name)) is not None and run.project == project]

    def begin(self, name: str, project: str | None, sweep: str | None, about: Object) -> tuple[RunView, bool]:
        """The client has called `init`, or says more about the run."""
        with self._news:
            if name not in self._places and sweep is None and self._places:
                self._beside(name)
        folder = self._announced(name)
        is_first = folder.begin(placed(about, project, sweep))
        return _view(name, folder), is_first

    def take(self, name: str, posted: Posted) -> bool:
        """Write what was posted. It is the agent that ends a run, so the client is never told to."""
        self._announced(name).take(posted)
        return False

    def projects(self) -> Sequence[str]:
        """The projects of the announced runs."""
        return sorted({run.project for run in self._all()})

    def _announced(self, name: str) -> RunFolder:
        """The folder of a run, waiting a moment for the word of its agent."""
        until = time.monotonic() + ANNOUNCED_WITHIN_S
        with self._news:
            while name not in self._places:
                if not self._news.wait(until - time.monotonic()):
                    raise TryLater(f"no run {name[:80]} was announced")
            return self._folder(name)

    def _folder(self, name: str) -> RunFolder:
        folder = self._folders.pop(name, None) or RunFolder(self._places[name])
        self._folders[name] = folder
        while len(self._folders) > MOST_FOLDERS:
            del self._folders[next(iter(self._folders))]
        return folder

    def _all(self) -> list[RunView]:
        with self._news:
            names = list(self._places)
        return [run for name in names if (run := self.run(name)) is not None]

    def _beside(self, name: str) -> None:
        """A run that a run has begun on its own, such as one for each fold: it is kept in the folder of the latest."""
        if not name or not all(one.isalnum() or one in "-_." for one in name) or name.startswith("."):
            raise Refused(f"{name[:80]!r} is no id of a run")
        place = list(self._places.values())[-1] / "beside" / name
        place.mkdir(parents=True, exist_ok=True)
        self._places[name] = place


def _view(name: str, folder: RunFolder) -> RunView:
    about = folder.about
    state = "running" if not folder.is_complete else "failed" if folder.exit_code else "finished"
    began = about.get("began_at")
    return RunView(
        name=name,
        project=_text(about.get("project")) or NO_PROJECT,
        sweep=_text(about.get("sweep")),
        state=state,
        began_at=began if isinstance(began, float) else 0.0,
        heard_at=time.time(),
        folder_of=lambda: folder,
        rows=folder.rows,
        exit_code=folder.exit_code,
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def main() -> None:
    """Serve until standard input ends."""
    house = Announced()
    listening = socket.socket(fileno=int(sys.argv[1]))
    app = make_app(House(house), say=_say)
    config = uvicorn.Config(
        app, log_level="error", lifespan="off", ws="none", access_log=False, timeout_keep_alive=KEEP_ALIVE_S
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_hear, args=(house, server), daemon=True).start()
    server.run(sockets=[listening])


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def _hear(house: Announced, server: uvicorn.Server) -> None:
    for line in sys.stdin:
        said = json.loads(line)
        house.announce(said["run"], Path(said["directory"]))
    server.should_exit = True
    time.sleep(2.0)  # for answers that are on their way; a client that holds on is not waited for
    os._exit(0)


if __name__ == "__main__":
    main()
