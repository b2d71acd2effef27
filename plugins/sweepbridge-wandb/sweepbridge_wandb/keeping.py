"""What the store and the folders of its runs hold, as the client may ask for it.

Every trial is a run to the client: its latest. A run that a script began outside of any sweep is kept as well, apart
from the others.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import cast

import sweepbridge
from sweepbridge import OpenSweep, TrialRecord
from sweepbridge.plugin import Json
from sweepbridge.space import nest
from sweepbridge_wandb.folders import RunFolder
from sweepbridge_wandb.refusals import Refused
from sweepbridge_wandb.views import NO_PROJECT, RunView, SweepView

MOST_FOLDERS = 1024
"""So many folders are kept at hand."""

SWEEP_STATES = {"running": "RUNNING", "paused": "PAUSED", "cancelled": "CANCELED"}
"""A sweep's state in W&B's words; any other is FINISHED."""

RUN_STATES = {"stopped": "killed", "waiting": "pending"}
"""A trial's state as that of its latest run, where W&B has another word."""

_RUN = re.compile(r"([a-z][a-z0-9]{7})-([0-9]{1,9})-([0-9]{1,9})")
_RUN_APART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}")


class NoSweep(Refused):
    """No sweep of this id is in the store."""

    def __init__(self, why: str) -> None:
        super().__init__(why, 404)


class Kept:
    """A store, and the folders beside it. Threads share it."""

    def __init__(self, store: sweepbridge.Store) -> None:
        self.store = store
        self._lock = threading.RLock()
        self._sweeps: dict[str, OpenSweep] = {}
        self._folders: OrderedDict[Path, RunFolder] = OrderedDict()

    def open(self, sweep: str) -> OpenSweep:
        """The sweep of this id, with its searcher: one object for all. NoSweep if there is none."""
        with self._lock:
            if sweep not in self._sweeps:
                try:
                    self._sweeps[sweep] = sweepbridge.open_sweep(sweep, store=self.store)
                except sweepbridge.SweepNotFound as error:
                    raise NoSweep(str(error)) from error
            return self._sweeps[sweep]

    def forget_sweeps(self, unless: Collection[str]) -> None:
        """Let go of sweeps that are over, with all that their searchers remember."""
        with self._lock:
            at_work = set(unless)
            for name, opened in list(self._sweeps.items()):
                if name not in at_work and opened.sweep.is_over:
                    del self._sweeps[name]

    def sweep(self, name: str) -> SweepView | None:
        """The sweep of this id."""
        try:
            return self.view(self.open(name))
        except NoSweep:
            return None

    def sweeps(self, project: str) -> Sequence[SweepView]:
        """The sweeps of a project, oldest first."""
        views = [self.view(opened) for opened in sweepbridge.list_sweeps(store=self.store)]
        return [view for view in views if view.project == project]

    def projects(self) -> Sequence[str]:
        """The projects that have sweeps, or runs apart from any."""
        of_sweeps = {opened.sweep.project or NO_PROJECT for opened in sweepbridge.list_sweeps(store=self.store)}
        return sorted(of_sweeps | {run.project for run in self._runs_apart()})

    def run(self, name: str) -> RunView | None:
        """The run of this id: that of a trial, or one apart from any sweep."""
        which = parts_of(name)
        if which is not None:
            with contextlib.suppress(NoSweep, sweepbridge.StoreError):
                opened = self.open(which[0])
                stored = opened.sweep
                return self._run_view(opened, stored.project, opened.store.trial(opened.id, which[1]), which[2])
        folder = self.folder_of(name)
        return self._view_apart(name, folder) if folder is not None else None

    def runs(self, project: str) -> Sequence[RunView]:
        """The runs of a project, oldest first."""
        found = [run for run in self._runs_apart() if run.project == project]
        for sweep in self.sweeps(project):
            found += sweep.runs()
        return sorted(found, key=lambda run: run.began_at)

    def view(self, opened: OpenSweep) -> SweepView:
        """A sweep as it stands."""
        stored = opened.sweep

        def best() -> float | None:
            record = opened.best
            return opened.metric(record) if record is not None else None

        return SweepView(
            name=stored.id,
            project=stored.project or NO_PROJECT,
            state=SWEEP_STATES.get(stored.state, "FINISHED"),
            config=stored.config,
            method=stored.method,
            title=stored.name,
            created_at=stored.created_at,
            heard_at=stored.ended_at or time.time(),
            best=best,
            began=stored.began,
            expected=opened.config.run_cap,
            runs=lambda: [self._run_view(opened, stored.project, record, record.runs) for record in opened.trials],
        )

    def _run_view(self, opened: OpenSweep, project: str | None, record: TrialRecord, run: int) -> RunView:
        number = record.trial.number
        name = run_name(opened.id, number, run)
        has_ended = not record.trial.is_running

        def rows() -> list[dict[str, Json]]:
            logged = opened.rows(number)
            return [{"_step": place, **row} for place, row in enumerate(logged)]

        return RunView(
            name=name,
            project=project or NO_PROJECT,
            sweep=opened.id,
            state=RUN_STATES.get(record.state, record.state),
            began_at=record.began_at,
            heard_at=record.ended_at or time.time(),
            folder_of=lambda: self.folder_of(name),
            rows=rows,
            params=nest(record.trial.params),
            given_name=opened.name_of(record),
            results=dict(record.summary) if has_ended else None,
        )

    def _runs_apart(self) -> list[RunView]:
        places = sorted(self._apart.iterdir(), key=lambda place: place.stat().st_mtime) if self._apart.is_dir() else []
        return [self._view_apart(place.name, self.folder_at(place)) for place in places if place.is_dir()]

    def _view_apart(self, name: str, folder: RunFolder) -> RunView:
        about = folder.about
        began = about.get("began_at")
        return RunView(
            name=name,
            project=cast("str", about.get("project") or NO_PROJECT),
            sweep=None,
            state="running" if not folder.is_complete else "failed" if folder.exit_code else "finished",
            began_at=began if isinstance(began, float) else 0.0,
            heard_at=time.time(),
            folder_of=lambda: folder,
            rows=folder.rows,
            exit_code=folder.exit_code,
        )

    # Folders

    @property
    def _runs(self) -> Path:
        return self.store.folder / "runs"

    @property
    def _apart(self) -> Path:
        """Where the runs are that belong to no sweep. No sweep has an id of five letters."""
        return self._runs / "wandb"

    def folder_of(self, name: str) -> RunFolder | None:
        """The folder of a run; None if there is none here."""
        which = parts_of(name)
        places = [self._runs / which[0] / f"{which[1]}-{which[2]}"] if which else []
        places += [self._apart / name] if _RUN_APART.fullmatch(name) else []
        return next((self.folder_at(place) for place in places if place.is_dir()), None)

    def folder_at(self, place: Path) -> RunFolder:
        """The one object for a folder, so that its lock is one as well."""
        with self._lock:
            folder = self._folders.pop(place, None) or RunFolder(place)
            self._folders[place] = folder
            while len(self._folders) > MOST_FOLDERS:
                self._folders.popitem(last=False)
            return folder

    def make_folder(self, name: str) -> RunFolder:
        """The folder of a new run that belongs to no sweep. Refused if its id is none."""
        if not _RUN_APART.fullmatch(name) or name in (".", ".."):
            raise Refused(f"{name[:80]!r} is no id of a run")
        place = self._apart / name
        place.mkdir(parents=True, exist_ok=True)
        return self.folder_at(place)

    def holder(self, name: str) -> tuple[str, str, str]:
        """The sweep of a run, who has or had it, and how it stands; empty words for a run apart from any sweep."""
        which = parts_of(name)
        if which is not None:
            with contextlib.suppress(NoSweep):
                for run in self.open(which[0]).runs(which[1]):
                    if run.run == which[2]:
                        return which[0], run.agent, run.state
        return "", "", ""


def run_name(sweep: str, number: int, run: int) -> str:
    """The id of a trial's run, which says where it belongs after any restart."""
    return f"{sweep}-{number}-{run}"


def parts_of(name: str) -> tuple[str, int, int] | None:
    """Sweep, trial and run of the id of a run of ours."""
    found = _RUN.fullmatch(name)
    return (found[1], int(found[2]), int(found[3])) if found else None
