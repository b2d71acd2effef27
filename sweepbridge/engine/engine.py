"""The engine: it gives an agent its next trial, takes in what the trial's run reports, and ends it.

Nothing is locked while a searcher thinks. A new trial is written only if the log still stands where the searcher read
it; otherwise the searcher reads on and is asked again. So trial n is always suggested with full knowledge of
trials 0 … n-1, and no two agents hold the same one.
"""

from __future__ import annotations

import contextlib
import threading
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from sweepbridge.engine.counting import Counting, uncounted
from sweepbridge.engine.endings import Result, ending_of, outcome
from sweepbridge.engine.ends import End, end_of
from sweepbridge.engine.judging import Judging
from sweepbridge.engine.losses import Tally
from sweepbridge.engine.names import name_of
from sweepbridge.engine.namesakes import Namesakes
from sweepbridge.engine.plan import Plan
from sweepbridge.engine.retrying import MOST_LOST, Again, Left, again, has_failed_elsewhere, hopeless, put_back
from sweepbridge.engine.searching import Searches, plan_of, search_of
from sweepbridge.engine.tried import Asked
from sweepbridge.engine.warm import Warm
from sweepbridge.errors import UsageError
from sweepbridge.plugin import Goal, Joins, Json, ObservedSweep, Observer, Trial, Verdict
from sweepbridge.registry import Registry
from sweepbridge.space import paths
from sweepbridge.spec import SweepConfig
from sweepbridge.store import Claim, NewSweep, Presence, Prior, Row, Run, Store, Sweep, Unended
from sweepbridge.trials import seed_of

LOST_AFTER_S = 60.0
"""How long a run may be silent before its trial is given to another agent. Agents report every 2 seconds.

One whose agent has died on this machine is not waited for.
"""

EXPIRE_EVERY_S = 1.0
"""How often an agent that asks for trials looks for runs that are silent."""

WAIT_S = 0.5
"""How long an agent waits before it asks again."""

COMPLETE = End("the search is complete: nothing is left to suggest")


Searching: TypeAlias = Callable[[str], AbstractContextManager[object]]
"""What is around a searcher while it thinks; it is told who thinks."""


@dataclass(frozen=True, slots=True)
class Wait:
    """There is nothing to run now, and there may be later."""

    why: str
    seconds: float = WAIT_S


@dataclass(frozen=True, slots=True)
class Over:
    """There will be nothing to run any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the engine answers to a report."""

    stop: Verdict | None = None
    """Set if the run should end now, with the reason."""
    is_given_up: bool = False
    """The run was taken for lost, and another may have its trial: end it, its result will not count."""


def create(store: Store, plan: Plan, *, seed: int, priors: Sequence[Prior] = ()) -> Sweep:
    """Write a new sweep into the store. Its log begins with `priors`."""
    config = plan.config
    return store.create(
        NewSweep(
            config=config.to_dict(),
            seed=seed,
            backend=plan.chosen.backend.name,
            method=plan.chosen.method,
            name=config.name,
            entity=config.entity,
            project=config.project,
            provenance=plan.provenance,
            options=plan.options,
        ),
        priors,
    )


class Engine:
    """One sweep, as one agent process sees it. `record` and `beat` may be called from a second thread.

    It searches as the sweep says, and takes up another search when somebody switches the sweep to one; or, if it is
    pinned, by its own plan, whatever the sweep says.
    """

    def __init__(self, store: Store, sweep: Sweep, plan: Plan, registry: Registry, *, is_pinned: bool = False) -> None:
        self.store = store
        self.sweep = sweep
        self.searching: Searching = nullcontext
        """What is around the searcher while it thinks. It may raise: nothing is written then."""
        self.counted: Counting = uncounted
        """Goes through the events that the searcher is told before it thinks: all of a long log, at first."""
        self._registry = registry
        self._is_pinned = is_pinned
        self._follows = sweep.search
        self._take_up(plan)
        self._lock = threading.RLock()
        self._tallies: dict[tuple[int, int], Tally] = {}
        self._expire_at = float("-inf")
        self._presence = Presence(store.folder, sweep.id)
        self._namesakes = Namesakes()
        self._observers = [offer.record for offers in registry.observers.values() for offer in offers]
        self._joined: set[str] = set()
        """The observers that have been told of the sweep."""
        self._said: set[str] = set()
        self._judging = self._judges()

    @property
    def config(self) -> SweepConfig:
        """The sweep's config."""
        return self.plan.config

    @property
    def who(self) -> str:
        """Who suggests the trials that this agent begins, for people: the method and the backend."""
        return self._searches.mine.who

    def next(self, agent: str) -> Claim | Wait | Over:
        """A trial for `agent` to run: its own unfinished one, else the oldest waiting, else a new one.

        A crash right after this call loses nothing: the trial waits again once the agent is not heard of any more.
        PluginError if the backend fails; what is stored stays as it is. UsageError if another agent of this name is
        alive and has a run.
        """
        with self._lock:
            self._expire(time.monotonic())  # first, so that one of this name that has died here is known to be dead
            self._presence.hold(agent)
            return self._next(agent)

    def next_elsewhere(self, agent: str) -> Claim | Wait | Over:
        """As `next`, for an agent whose runs go on in another process: that this one ends says nothing about them.

        Only its silence tells that such an agent is gone, also on this machine.
        """
        with self._lock:
            self._expire(time.monotonic())
            return self._next(agent)

    def held_by(self, agent: str) -> Claim | None:
        """The run that `agent` holds and has not ended: it goes on, and nothing about it changes.

        Its rows are to be recorded again from the first on. Those that are stored stay as they are.
        """
        with self._lock:
            self._catch_up()
            claim = self.store.own(self.sweep.id, agent)
            if claim is not None:
                self._tallies.pop((claim.trial.number, claim.run), None)
                self._namesakes.took(claim)
            return claim

    def record(self, claim: Claim, rows: Sequence[Mapping[str, Json]]) -> Heard:
        """Take in the rows that a run has logged since the last call, in order.

        StoreError if they could not be stored: they are not counted then, and may be given again.
        """
        with self._lock:
            tally = self._tally(claim)
            numbered = [Row(place, row, tally.loss(row)) for place, row in enumerate(rows, tally.rows)]
            if not self.store.record(claim, numbered):
                return Heard(is_given_up=True)
            for row in rows:
                tally.add(row)
            return Heard(stop=self._judge(claim))

    def beat(self, claim: Claim) -> Heard:
        """Say that a run is alive. Call it every 2 seconds or so."""
        with self._lock:
            state = self.store.beat(self.sweep.id, claim.agent)
            if state == "cancelled":
                return Heard(stop=Verdict(True, "the sweep was cancelled"))
            return Heard(stop=self._judge(claim))

    def end(self, claim: Claim, result: Result) -> Trial | Again | None:
        """End a run, and with it its trial, once; or let the trial wait for another run, if `retries` leaves one.

        None if the run was given up on: nothing is written then.
        """
        with self._lock:
            more = self._again(claim, result) if result.state == "failed" else None
            if more is None:
                return self._end(claim, result)
            was_held = self.give_back(claim, more.reason, state="failed", exit_code=result.exit_code)
            return more if was_held else None

    def leave(self, claim: Claim, result: Result, earlier: Sequence[int]) -> Trial | Left | None:
        """End a run that failed under an agent that takes no more work, and leave its trial to others.

        So are the `earlier` trials that have failed under it, which are put back as new ones. But a configuration that
        has failed under another agent, too, has failed for good. None if the run was given up on.
        """
        with self._lock:
            for number in earlier:  # before this run ends: until then the sweep is not over, and others wait for it
                self._put_back(number, claim.agent)
            if has_failed_elsewhere(self.store, self.sweep.id, claim.trial, claim.agent):
                return self._end(claim, result)
            left = Left(outcome(self.config, self._tally(claim), result)[1] or "failed")
            return left if self.give_back(claim, left.reason, state="failed", exit_code=result.exit_code) else None

    def has_failed(self, claim: Claim, result: Result) -> bool:
        """Whether a run that ended so has failed: because it says so, or because it has no usable result."""
        with self._lock:
            return outcome(self.config, self._tally(claim), result)[0] == "failed"

    def has_company(self) -> bool:
        """Whether other agents are at work on the sweep, while this one has a run."""
        return self.store.counts(self.sweep.id)["running"] > 1

    def give_back(
        self, claim: Claim, reason: str, *, state: Unended = "interrupted", exit_code: int | None = None
    ) -> bool:
        """Let a trial wait for another run: this one has ended without it. False if it was given up on before."""
        with self._lock:
            self._tallies.pop((claim.trial.number, claim.run), None)
            return self.store.give_back(claim, reason, state=state, exit_code=exit_code)

    def params(self, claim: Claim) -> dict[str, Json]:
        """A trial's parameters as training code gets them: nested."""
        return paths.nest(claim.trial.params)

    def _next(self, agent: str) -> Claim | Wait | Over:
        while True:
            self._catch_up()
            self._follow()
            found = self._unfinished(agent) or self._begin(agent)
            if isinstance(found, Claim):
                self._namesakes.took(found)
            if found is not None:
                return found

    def _unfinished(self, agent: str) -> Claim | Wait | None:
        """A trial that has begun and that nobody runs: this agent's own comes back to it, in a new run."""
        if not self._warm.running:
            return None
        left = self.store.own(self.sweep.id, agent)
        if left is not None:
            run = self.store.runs(self.sweep.id, left.trial.number)[left.run - 1]
            if self._namesakes.holder(run, time.monotonic()) == "unknown":
                return Wait(f'run {run.run} of trial {run.trial} is held under the name "{agent}": is that one alive?')
            self.store.give_back(left, "its agent came back without having ended it", state="lost")
        while (claim := self.store.take_waiting(self.sweep.id, agent)) is not None:
            why = hopeless(self._runs_before(claim)) if claim.run > MOST_LOST else None
            if why is None:
                return claim
            self._end(claim, Result("failed", {}, reason=why))
        return None

    def _begin(self, agent: str) -> Claim | Wait | Over | None:
        """A new trial, or why there is none; None if the log moved on while the searcher thought."""
        if self.sweep.is_over:
            return self._over_or_wait(self.sweep.reason or self.sweep.state)
        if self.sweep.state == "paused":
            return Wait(f"the sweep is paused: {self.sweep.reason or 'resume it to go on'}")
        ending = self._its_end()
        if ending is not None:
            return self._finish(ending)
        with self.searching(self.plan.searcher):
            asked = self._warm.ask(seed_of(self.sweep.seed, self._warm.began))
        return self._append(asked, agent) if asked is not None else self._without_a_suggestion()

    def _without_a_suggestion(self) -> Wait | Over | None:
        """Wait for what runs: with its results the search may go on. Without any running it is complete.

        An agent's own search may be, and the sweep's have more: then it is this agent that goes.
        """
        is_the_sweeps = self._is_the_sweeps()
        reason = "nothing to suggest now" if is_the_sweeps else f"{self.who} has nothing left to suggest"
        if self._warm.running:
            return Wait(f"{reason}; {len(self._warm.running)} still running")
        return self._finish(COMPLETE) if is_the_sweeps else Over(f"{reason}; the sweep goes on with its own search")

    def _append(self, asked: Asked, agent: str) -> Claim | None:
        where = {"at": self._warm.position, "search": self._searches.number}
        claim = self.store.begin(self.sweep.id, asked.suggestion, asked.seed, agent=agent, **where)
        if claim is not None:
            self._tell_observers(claim.trial)
        return claim

    def _its_end(self) -> End | None:
        age_s = self.store.age(self.sweep.id) if self.config.timeout is not None else 0.0
        return end_of(self.config, self._warm, age_s)

    def _finish(self, end: End) -> Wait | Over | None:
        """Over, once no trial is open any more: until then a run may be lost, and its trial needs an agent.

        What is open is counted where the searcher stands in the log, and the end is written only if the log still
        stands there. By the store's own count, a trial that ended while the searcher thought would make its "nothing
        now" the last word; and one that a person has put back in the meantime would never be run.
        """
        if self._warm.running:
            return Wait(f"{end.reason}; {len(self._warm.running)} still running")
        was_finished = self.store.finish(self.sweep.id, end.reason, at=self._warm.position, state=end.state)
        return Over(end.reason) if was_finished else None

    def _is_the_sweeps(self) -> bool:
        """Whether this agent searches as the sweep says, and not as it alone was told."""
        if not self._is_pinned:
            return True
        return self.store.searches(self.sweep.id)[self.sweep.search].is_like(self._searches.mine)

    def _finish_if_last(self) -> None:
        """Let the sweep be over as soon as its last trial has ended: its agents may all have left by then."""
        self._catch_up()
        if self.sweep.state != "running" or self._warm.running:
            return
        ending = self._its_end()
        is_complete = self.plan.points == self._warm.suggested + len(self._warm.spared)
        if ending is None and is_complete and not self._warm.strangers and self._is_the_sweeps():
            ending = COMPLETE
        if ending is not None:
            self._finish(ending)

    def _over_or_wait(self, reason: str) -> Wait | Over:
        """For a sweep that is over: those that run may end, unless it was cancelled."""
        running = self.store.counts(self.sweep.id)["running"]
        if running and self.sweep.state != "cancelled":
            return Wait(f"{reason}; {running} still running")
        return Over(reason)

    def _expire(self, now: float) -> None:
        """Give up on runs whose agents are gone, once in a while: it is a look that seldom finds anything."""
        if now >= self._expire_at:
            self._expire_at = now + EXPIRE_EVERY_S
            self._lose_the_dead()
            self.store.expire(self.sweep.id, LOST_AFTER_S)

    def _lose_the_dead(self) -> None:
        """Give up on the runs of agents that have died on this machine, without waiting for their silence."""
        for agent in self._presence.gone():
            left = self.store.own(self.sweep.id, agent)
            if left is None:
                self._presence.forget(agent)
            elif self._presence.is_gone(agent):  # asked again: one that came back since would hold a new run
                self.store.give_back(left, "its agent has died", state="lost")

    def _catch_up(self) -> None:
        self.sweep = self.store.sweep(self.sweep.id)
        if self.sweep.length > self._warm.position:
            events = self.store.events(self.sweep.id, since=self._warm.position)
            self._searches.learn(events)
            self._warm.catch_up(events)

    def _follow(self) -> None:
        """Take up the sweep's search, if somebody has switched it. As `plan`, if it can't be followed here."""
        if self._is_pinned or self.sweep.search == self._follows:
            return
        search = self.store.searches(self.sweep.id)[self.sweep.search]
        if not search.is_like(self._searches.mine):
            self._take_up(plan_of(search, self.config, self._registry))
            self._catch_up()
        self._follows = search.number

    def _take_up(self, plan: Plan) -> None:
        self.plan = plan
        self._searches = Searches(self.store, self.sweep.id, search_of(plan))
        self._warm = Warm(plan, self._searches.own, counted=lambda items, what: self.counted(items, what))

    def _tally(self, claim: Claim) -> Tally:
        return self._tallies.setdefault((claim.trial.number, claim.run), Tally(self.config.objectives))

    def _end(self, claim: Claim, result: Result) -> Trial | None:
        event = self.store.end(claim, ending_of(self.config, self._tally(claim), result, self._worst))
        self._tallies.pop((claim.trial.number, claim.run), None)
        if event is not None:
            self._tell_observers(event.trial)
            self._finish_if_last()
        return event.trial if event else None

    def _again(self, claim: Claim, result: Result) -> Again | None:
        retries = self.config.retries
        return again(result.reason or "failed", self._runs_before(claim), retries) if retries else None

    def _runs_before(self, claim: Claim) -> list[Run]:
        runs = self.store.runs(self.sweep.id, claim.trial.number)
        return [run for run in runs if run.run < claim.run]

    def _put_back(self, number: int, agent: str) -> None:
        trial = self.store.trial(self.sweep.id, number).trial
        if not has_failed_elsewhere(self.store, self.sweep.id, trial, agent):
            # A person may have put it back before, or have ended the sweep.
            with contextlib.suppress(UsageError):
                put_back(self.store, self.sweep.id, number)

    def _worst(self) -> list[float] | None:
        self._catch_up()
        return self._warm.worst

    def _judge(self, claim: Claim) -> Verdict | None:
        """The stopper's verdict on a run, if it is to stop."""
        if not self._tally(claim).observations:
            return None
        verdict = self.verdict(claim.trial.number)
        return verdict if verdict is not None and verdict.stop else None

    def verdict(self, number: int) -> Verdict | None:
        """What the stopper says of a trial at this moment; None without a stopper, or if it fails."""
        return self._judging.verdict(number) if self._judging is not None else None

    def _judges(self) -> Judging | None:
        """The stopper at work; None without one, and where there is no metric to compare trials by."""
        if self.plan.stopper is None or not self.config.objectives:
            return None
        stopper, options = self.plan.stopper, self.plan.stopper_options
        return Judging(self.store, self.sweep.id, self.config.objectives[0], stopper, options, self._say_once)

    def _tell_observers(self, trial: Trial) -> None:
        for observer in self._observers:
            try:
                self._tell(observer, trial)
            except Exception as error:  # noqa: PERF203  # the border to other people's code
                self._say_once(f"observer {observer.name} failed: {error!r}")

    def _tell(self, observer: Observer, trial: Trial) -> None:
        if isinstance(observer, Joins) and observer.name not in self._joined:
            self._joined.add(observer.name)  # one that fails is told no more than once
            observer.joined(self._observed)
        observer.heard(self.sweep.id, trial)

    @property
    def _observed(self) -> ObservedSweep:
        return ObservedSweep(
            id=self.sweep.id,
            name=self.sweep.name,
            project=self.sweep.project,
            config=self.sweep.config,
            goals=tuple(Goal(one.name, one.goal == "maximize") for one in self.config.objectives),
            name_of=partial(name_of, self.config),
        )

    def _say_once(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            warnings.warn(text, stacklevel=2)
