"""The store: the durable log of every sweep, and who holds which trial.

Any number of agents, threads and processes use one store at once, and none coordinates with another but through it.
Each method is one transaction: after a crash it has happened as a whole, or not at all. All of them wait for a server
that is away for a moment, and raise StoreError when the database can't be read or written.

Rows are locked in one order, so that no two transactions wait for each other: a run, then its trial, then its sweep.
What is new nobody else can wait for.
"""

from __future__ import annotations

import secrets
import string
import weakref
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, RowMapping, UpdateBase

from sweepbridge.errors import SweepNotFound
from sweepbridge.store import statements as sql
from sweepbridge.store import troubles
from sweepbridge.store.database import Database
from sweepbridge.store.patience import patient
from sweepbridge.store.reading import claim_of, event_of, record_of, trial_of
from sweepbridge.store.records import (
    Claim,
    CurvePoint,
    Ended,
    Ending,
    NewSweep,
    Prior,
    Row,
    Run,
    Search,
    Sweep,
    SweepState,
    TrialRecord,
    Unended,
)
from sweepbridge.store.troubles import Unsettled
from sweepbridge.trials import Event, Suggestion, Trial

_TRIAL_STATES = ("waiting", "running", "finished", "stopped", "failed")
_FIRST = string.ascii_lowercase
_OTHERS = string.ascii_lowercase + string.digits


class Store:
    """One store, open. Threads may share it, and a process that was forked may go on using it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        # Whoever opens many stores and closes none would run out of files: the driver's are kept alive elsewhere too.
        weakref.finalize(self, database.close).atexit = False
        self.folder = folder.absolute()
        """Where this machine keeps what goes beside the store: run directories are in `runs/`. It may not be there."""

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """Where it is, for people: a path or a URL, without a password."""
        return self._database.name

    @property
    def address(self) -> str:
        """What `open_store` opens it by, from any folder: with the password, if the URL has one."""
        return self._database.address

    @property
    def has_password(self) -> bool:
        """Whether its address is a secret."""
        return self._database.has_password

    def close(self) -> None:
        """Let the database go. Nothing is lost if this is never called."""
        self._database.close()

    # Sweeps

    def create(self, sweep: NewSweep, priors: Sequence[Prior] = ()) -> Sweep:
        """Add a sweep, running, under an id that nobody could have guessed. Its log begins with `priors`."""
        known = self._ids()
        return self._create(next(new for new in iter(_new_id, None) if new not in known), sweep, priors)

    @patient
    def sweep(self, sweep_id: str) -> Sweep:
        """The sweep with this id, as it stands now. SweepNotFound if there is none."""
        with self._database.reading() as connection:
            found = connection.execute(sql.ONE_SWEEP, {"of_sweep": sweep_id}).mappings().one_or_none()
        if found is None:
            raise self._not_found(sweep_id)
        return Sweep(**found)

    @patient
    def sweeps(self) -> list[Sweep]:
        """Every sweep, oldest first."""
        with self._database.reading() as connection:
            return [Sweep(**found) for found in connection.execute(sql.ALL_SWEEPS).mappings()]

    @patient
    def age(self, sweep_id: str) -> float:
        """How many seconds ago a sweep was created, by the store's clock."""
        with self._database.reading() as connection:
            found: float | None = connection.execute(sql.AGE, {"of_sweep": sweep_id}).scalar()
        if found is None:
            raise self._not_found(sweep_id)
        return found

    @patient
    def set_state(
        self, sweep_id: str, state: SweepState, *, reason: str | None = None, unless: Collection[SweepState] = ()
    ) -> bool:
        """Move a sweep to a state, unless it is over or in one of `unless`; whether it was moved.

        Of any number of callers that end a sweep at once, one is told True. What is over can run again, and a sweep
        that was stopped can still be cancelled; it does not change otherwise.
        """
        values = {"of_sweep": sweep_id, "to_state": state, "why": reason, "unless": list(unless)}
        with self._database.settling() as connection:
            was_moved = _changes(connection, sql.SET_STATE, values)
        if not was_moved:
            self.sweep(sweep_id)
        return was_moved

    @patient
    def finish(self, sweep_id: str, reason: str, *, at: int, state: Literal["finished", "failed"] = "finished") -> bool:
        """Let a sweep be over, if it runs and its log still has length `at`; whether it was so."""
        values = {"of_sweep": sweep_id, "to_state": state, "why": reason, "unless": [], "at": at}
        with self._database.settling() as connection:
            return _changes(connection, sql.FINISH, values)

    # Searches

    @patient
    def searches(self, sweep_id: str) -> list[Search]:
        """Who has suggested the sweep's trials, or was to, by number. Empty for an unknown sweep."""
        with self._database.reading() as connection:
            return [Search(**found) for found in connection.execute(sql.SEARCHES, {"of_sweep": sweep_id}).mappings()]

    @patient
    def enter(self, sweep_id: str, search: Search) -> int:
        """The number of this very search in the sweep, which gets it if it has none of these words and versions.

        The number that `search` has itself does not matter.
        """
        while True:
            known = self.searches(sweep_id)
            for one in known:
                if replace(search, number=one.number) == one:
                    return one.number
            which = {"of_sweep": sweep_id, "of_search": len(known)}
            with self._database.settling() as connection:
                if _changes(connection, sql.COUNT_SEARCH, which):
                    connection.execute(sql.NEW_SEARCH, {**which, **_of_search(search)})
                    return len(known)

    @patient
    def switch(self, sweep_id: str, search: int) -> None:
        """Let the sweep's agents take up one of its searches; those of a sweep that is over, once it runs again."""
        with self._database.settling() as connection:
            was_there = _changes(connection, sql.SWITCH, {"of_sweep": sweep_id, "of_search": search})
        if not was_there:
            raise self._not_found(sweep_id)

    # The log

    @patient
    def events(self, sweep_id: str, since: int = 0) -> list[Event]:
        """The log from position `since` on, in order: each trial as it was then. Empty for an unknown sweep."""
        with self._database.reading() as connection:
            found = connection.execute(sql.LOG, {"of_sweep": sweep_id, "since": since})
            return [event_of(event) for event in found.mappings()]

    @patient
    def ends(self, sweep_id: str, since: int = 0) -> list[Ended]:
        """The ends in the log from position `since` on, in order. Costs less than the events themselves."""
        with self._database.reading() as connection:
            return [Ended(*found) for found in connection.execute(sql.ENDS, {"of_sweep": sweep_id, "since": since})]

    @patient
    def begin(
        self, sweep_id: str, suggestion: Suggestion, seed: int, *, at: int, agent: str, search: int = 0
    ) -> Claim | None:
        """Begin the next trial and give `agent` its first run, if the log still has length `at`.

        `search` is the number of the search that has suggested it.

        None, and nothing written, if the log has moved on or the sweep takes no trials any more: read on and ask
        again. So no trial begins that was not suggested with full knowledge of those before it.
        """
        where = {"of_sweep": sweep_id, "at": at}
        with self._database.claiming() as connection:
            if not _changes(connection, sql.ADVANCE, where):
                return None
            number = connection.execute(sql.LENGTHS, where).one().began - 1
            which = {"of_sweep": sweep_id, "of_trial": number, "of_agent": agent}
            given = {"seed": seed, "params": dict(suggestion.params), "note": dict(suggestion.note)}
            connection.execute(sql.NEW_TRIAL, {**which, **given, "of_search": search})
            connection.execute(sql.NEW_EVENT, {**which, "at": at, "of_kind": "began"})
            connection.execute(sql.NEW_RUN, {**which, "of_run": 1})
        trial = Trial(number, seed, "running", suggestion.params, suggestion.note, search=search)
        return Claim(sweep_id, trial, 1, agent)

    @patient
    def begin_again(self, sweep_id: str, trial: Trial, *, at: int) -> int | None:
        """Begin a new trial with the seed and the params of one that has failed; it waits for a run. Its number.

        A sweep that has finished runs again. None, and nothing written, if the log does not have length `at` any
        more, or a person has ended the sweep.
        """
        which = {"of_sweep": sweep_id, "at": at}
        with self._database.settling() as connection:
            if not _changes(connection, sql.ADVANCE_AGAIN, which):
                return None
            number: int = connection.execute(sql.LENGTHS, which).one().began - 1
            which["of_trial"] = number
            given = {"seed": trial.seed, "params": dict(trial.params), "note": {}}
            connection.execute(sql.NEW_WAITING_TRIAL, {**which, **given})
            connection.execute(sql.NEW_EVENT, {**which, "of_kind": "began"})
        return number

    def end(self, claim: Claim, ending: Ending) -> Event | None:
        """End a run, and with it its trial, for good.

        None, and nothing written, if the run has ended already or was given up on. So a trial ends exactly once,
        and a report that comes too late does no harm.
        """
        try:
            return self._end(claim, ending)
        except Unsettled:
            return self._end_unless_done(claim, ending)

    def _end(self, claim: Claim, ending: Ending) -> Event | None:
        which = _which(claim)
        with self._database.settling() as connection:
            outcome = {"to_state": ending.state, "why": ending.reason, "with_code": ending.exit_code}
            if not _changes(connection, sql.END_RUN, {**which, **outcome}):
                return None
            has_ended = _changes(connection, sql.END_TRIAL, {**which, **outcome, **_results(ending)})
            assert has_ended, "a run that is running has a trial that is running"
            connection.execute(sql.EXTEND, which)
            position = connection.execute(sql.LENGTHS, which).one().length - 1
            connection.execute(sql.NEW_EVENT, {**which, "at": position, "of_kind": "ended"})
        return Event(position, _ended(claim.trial, ending))

    # Claims

    @patient
    def own(self, sweep_id: str, agent: str) -> Claim | None:
        """The run that this agent has not ended: what it goes on with when it comes back."""
        with self._database.reading() as connection:
            which = {"of_sweep": sweep_id, "of_agent": agent}
            found = connection.execute(sql.UNFINISHED_OF_AGENT, which).mappings().one_or_none()
        return None if found is None else claim_of(found, sweep_id, agent, run=found["run"])

    @patient
    def take_waiting(self, sweep_id: str, agent: str) -> Claim | None:
        """Give the agent a new run of the oldest trial that waits; None if none does, or the sweep is not running."""
        while (found := self._oldest_waiting(sweep_id)) is not None:
            run = found["run"] + 1
            which = {"of_sweep": sweep_id, "of_trial": found["number"], "of_run": run, "of_agent": agent}
            with self._database.claiming() as connection:
                if _changes(connection, sql.TAKE, which):
                    connection.execute(sql.NEW_RUN, which)
                    return claim_of(found, sweep_id, agent, run=run)
        return None

    @patient
    def give_back(
        self, claim: Claim, reason: str, *, state: Unended = "interrupted", exit_code: int | None = None
    ) -> bool:
        """End a run, and let its trial wait for the next one: first in line, with its parameters.

        False, and nothing written, if the run has ended already or was given up on.
        """
        which = _which(claim)
        with self._database.claiming() as connection:
            outcome = {"to_state": state, "why": reason, "with_code": exit_code}
            if not _changes(connection, sql.END_RUN, {**which, **outcome}):
                return False
            connection.execute(sql.PUT_BACK, which)
        return True

    @patient
    def beat(self, sweep_id: str, agent: str) -> SweepState:
        """Note that the agent is alive, for the runs that it holds; the state of the sweep."""
        with self._database.noting() as connection:
            connection.execute(sql.HEAR_AGENT, {"of_sweep": sweep_id, "of_agent": agent})
            state: SweepState | None = connection.execute(sql.STATE, {"of_sweep": sweep_id}).scalar()
        if state is None:
            raise self._not_found(sweep_id)
        return state

    @patient
    def expire(self, sweep_id: str, older_than_s: float) -> list[tuple[int, int]]:
        """Give up on runs that were not heard of for so long: their trials wait. Gives each as (trial, run)."""
        which = {"of_sweep": sweep_id, "silence_s": older_than_s}
        with self._database.reading() as connection:
            silent = connection.execute(sql.SILENT_RUNS, which).all()
        return [(trial, run) for trial, run in silent if self._lose({**which, "of_trial": trial, "of_run": run})]

    # Rows

    @patient
    def record(self, claim: Claim, rows: Sequence[Row]) -> bool:
        """Append what a run has logged, and note that its agent is alive.

        A row that is there already, by its index, is left as it is: to send rows again does no harm. False, and
        nothing written, if the run has ended or was given up on.
        """
        which = _which(claim)
        with self._database.noting() as connection:
            if not _changes(connection, sql.HEAR_RUN, which):
                return False
            if new := _not_yet_there(connection, which, rows):
                connection.execute(sql.COUNT_ROWS, {**which, "more": len(new)})
                connection.execute(sql.NEW_ROWS, _numbered(which, new))
        return True

    @patient
    def rows(self, sweep_id: str, trial: int, run: int | None = None) -> list[Row]:
        """What a run of a trial has logged, in order: the latest run, unless one is named."""
        which = {"of_sweep": sweep_id, "of_trial": trial}
        statement = sql.ROWS_OF_LATEST_RUN if run is None else sql.ROWS_OF_RUN
        with self._database.reading() as connection:
            found = connection.execute(statement, which if run is None else {**which, "of_run": run})
            return [Row(*row) for row in found]

    @patient
    def curves(self, sweep_id: str, since: int = 0) -> list[CurvePoint]:
        """The losses logged after cursor `since`, in the order in which they came in.

        Of each trial, only the latest run that has logged any counts. A point whose run is higher than that of the
        points read before says that these are void. Read on from the cursor of the last point.
        """
        with self._database.reading() as connection:
            found = connection.execute(sql.CURVES, {"of_sweep": sweep_id, "since": since})
            points = [CurvePoint(*point) for point in found]
        latest = {point.trial: point.run for point in points}
        return [point for point in points if point.run == latest[point.trial]]

    @patient
    def priors(self, sweep_id: str) -> list[Trial]:
        """The trials of a sweep that ran elsewhere, before it began: its log begins with them."""
        with self._database.reading() as connection:
            found = connection.execute(sql.PRIORS, {"of_sweep": sweep_id})
            return [trial_of(trial) for trial in found.mappings()]

    # What people ask

    @patient
    def trials(self, sweep_id: str) -> list[TrialRecord]:
        """Every trial of a sweep as it stands, by number."""
        with self._database.reading() as connection:
            found = connection.execute(sql.ALL_TRIALS, {"of_sweep": sweep_id})
            return [record_of(trial) for trial in found.mappings()]

    @patient
    def trial(self, sweep_id: str, number: int) -> TrialRecord:
        """One trial as it stands. StoreError if it has not begun."""
        with self._database.reading() as connection:
            which = {"of_sweep": sweep_id, "of_trial": number}
            found = connection.execute(sql.ONE_TRIAL, which).mappings().one_or_none()
        if found is None:
            raise troubles.trial_not_found(number, self.sweep(sweep_id))
        return record_of(found)

    @patient
    def runs(self, sweep_id: str, trial: int | None = None) -> list[Run]:
        """Every run of a sweep, or of one of its trials, by trial and run number."""
        which = {"of_sweep": sweep_id, "of_trial": trial}
        statement = sql.RUNS_OF_SWEEP if trial is None else sql.RUNS_OF_TRIAL
        with self._database.reading() as connection:
            return [Run(**found) for found in connection.execute(statement, which).mappings()]

    @patient
    def counts(self, sweep_id: str) -> dict[str, int]:
        """How many trials are in each state, as `TrialRecord.state` has it; 0 where there are none. Without priors."""
        with self._database.reading() as connection:
            found = connection.execute(sql.COUNTS, {"of_sweep": sweep_id}).mappings().all()
        return dict.fromkeys(_TRIAL_STATES, 0) | {count["state"]: count["trials"] for count in found}

    # Steps

    @patient
    def _create(self, new_id: str, sweep: NewSweep, priors: Sequence[Prior]) -> Sweep:
        which = {"of_sweep": new_id}
        with self._database.settling() as connection:
            # It is there already if the answer to an earlier attempt got lost.
            if connection.execute(sql.STATE, which).scalar() is None:
                lengths = {"began": len(priors), "length": 2 * len(priors)}
                connection.execute(sql.NEW_SWEEP, {**which, **_given(sweep), **lengths})
                first = Search(0, sweep.backend, sweep.method, sweep.options, sweep.provenance)
                connection.execute(sql.NEW_SEARCH, {**which, "of_search": first.number, **_of_search(first)})
                _join(connection, new_id, priors)
            return Sweep(**connection.execute(sql.ONE_SWEEP, which).mappings().one())

    @patient
    def _end_unless_done(self, claim: Claim, ending: Ending) -> Event | None:
        """End a run after an attempt of which nobody knows whether it was committed: no other can have ended it so."""
        if event := self._end(claim, ending):
            return event
        with self._database.reading() as connection:
            which = {**_which(claim), "to_state": ending.state}
            position = connection.execute(sql.HAS_ENDED, which).scalar()
        return None if position is None else Event(position, _ended(claim.trial, ending))

    @patient
    def _lose(self, which: Mapping[str, object]) -> bool:
        """Give up on a run, unless it was heard of in the last moment."""
        reason = f"not heard of for {which['silence_s']:g} seconds"
        with self._database.claiming() as connection:
            was_lost = _changes(connection, sql.LOSE_RUN, {**which, "why": reason})
            if was_lost:
                connection.execute(sql.PUT_BACK, which)
        return was_lost

    @patient
    def _ids(self) -> set[str]:
        with self._database.reading() as connection:
            return set(connection.execute(sql.SWEEP_IDS).scalars())

    def _oldest_waiting(self, sweep_id: str) -> RowMapping | None:
        with self._database.reading() as connection:
            return connection.execute(sql.OLDEST_WAITING, {"of_sweep": sweep_id}).mappings().one_or_none()

    def _not_found(self, sweep_id: str) -> SweepNotFound:
        return troubles.sweep_not_found(sweep_id, self.name, sorted(self._ids()))


def _new_id() -> str:
    """Unpredictable, so that two stores never share one; a letter first, so that no tool takes it for a number."""
    return secrets.choice(_FIRST) + "".join(secrets.choice(_OTHERS) for _ in range(7))


def _changes(connection: Connection, statement: UpdateBase, values: Mapping[str, object]) -> bool:
    """Whether a conditional UPDATE found its row as it was meant to be."""
    return connection.execute(statement, values).rowcount > 0


def _given(sweep: NewSweep) -> dict[str, object]:
    return {
        "config": dict(sweep.config),
        "seed": sweep.seed,
        "name": sweep.name,
        "entity": sweep.entity,
        "project": sweep.project,
    }


def _of_search(search: Search) -> dict[str, object]:
    return {
        "backend": search.backend,
        "method": search.method,
        "options": None if search.options is None else dict(search.options),
        "provenance": dict(search.provenance),
    }


def _join(connection: Connection, sweep_id: str, priors: Sequence[Prior]) -> None:
    """Let a new sweep's log begin with trials that have ended: each one's two events, one after the other."""
    if priors:
        trials = [{"of_sweep": sweep_id, "of_trial": number, **_known(prior)} for number, prior in enumerate(priors)]
        connection.execute(sql.NEW_PRIOR_TRIAL, trials)
        kinds = enumerate(("began", "ended") * len(priors))
        events = [{"of_sweep": sweep_id, "of_trial": at // 2, "at": at, "of_kind": kind} for at, kind in kinds]
        connection.execute(sql.NEW_EVENT, events)


def _known(prior: Prior) -> dict[str, object]:
    ending = prior.ending
    begun = {"seed": prior.seed, "params": dict(prior.params), "note": {}}
    return {**begun, "to_state": ending.state, "why": ending.reason, **_results(ending)}


def _which(claim: Claim) -> dict[str, object]:
    return {
        "of_sweep": claim.sweep_id,
        "of_trial": claim.trial.number,
        "of_run": claim.run,
        "of_agent": claim.agent,
    }


def _results(ending: Ending) -> dict[str, object]:
    return {
        "its_losses": None if ending.losses is None else list(ending.losses),
        "its_observations": list(ending.observations),
        "its_summary": dict(ending.summary),
    }


def _ended(trial: Trial, ending: Ending) -> Trial:
    return replace(
        trial,
        state=ending.state,
        losses=ending.losses,
        observations=ending.observations,
        reason=ending.reason,
    )


def _not_yet_there(connection: Connection, which: Mapping[str, object], rows: Sequence[Row]) -> list[Row]:
    if not rows:
        return []
    first = min(row.index for row in rows)
    known = set(connection.execute(sql.KNOWN_ROWS, {**which, "since": first}).scalars())
    return list({row.index: row for row in reversed(rows) if row.index not in known}.values())[::-1]


def _numbered(which: Mapping[str, object], rows: Sequence[Row]) -> list[dict[str, object]]:
    last = len(rows) - 1
    return [
        {**which, "at_index": row.index, "its_data": dict(row.data), "its_loss": row.loss, "from_the_end": last - place}
        for place, row in enumerate(rows)
    ]
