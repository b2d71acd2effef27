"""An agent: it takes trials from one sweep, runs them one after the other, and ends when there are no more."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from sweepbridge.agents.brake import Brake
from sweepbridge.agents.failures import Failures
from sweepbridge.agents.folders import make_run_directory
from sweepbridge.agents.reports import Report
from sweepbridge.agents.runner import Runner, Say, Unfinished, cut_off
from sweepbridge.agents.searching import searching
from sweepbridge.agents.terms import USUAL, Terms
from sweepbridge.engine import Again, Counting, Engine, Left, Over, Result, Wait, uncounted, value_of
from sweepbridge.space import dotted
from sweepbridge.store import Claim
from sweepbridge.store.taking_in import telling
from sweepbridge.trials import Trial

Item = TypeVar("Item")

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 60.0
"""How long an agent rests after a preempted run, if it goes on itself: twice as long after each one in a row."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What an agent has done, and why it ended."""

    ended: Literal["over", "count", "failing", "interrupted"]
    """`over`: the sweep has no more trials; `failing`: too many of this agent's runs have failed."""
    reason: str
    """One sentence, for people."""
    runs: int
    """How many runs have ended; one that was interrupted or preempted has not."""
    failed: int
    """How many of them have failed."""


def work(
    engine: Engine,
    runner: Runner,
    *,
    name: str,
    runs: Path,
    count: int | None = None,
    terms: Terms = USUAL,
    say: Say = lambda _: None,
    warn: Say = lambda _: None,
    counted: Counting = uncounted,
    environ: Mapping[str, str] = os.environ,
) -> Worked:
    """Run trials until the sweep is over, `count` runs have ended, too many have failed, or the agent is asked to end.

    `say` hears what goes on, and `warn` what even a person who has asked for silence should know; `counted` shows how
    far a long log is taken in, which others on this machine are told too. Each run gets a folder under `runs`.
    UsageError if no run could begin, before any trial is taken. Whatever else is raised, the trial at hand goes back to
    waiting first.
    """
    failures = Failures.from_environment(environ, now=time.monotonic(), in_a_row=terms.max_consecutive_failed_runs)
    brake = Brake(forwards=terms.forward_signals)
    agent = _Agent(engine, runner, name=name, runs=runs, say=say, warn=warn, failures=failures, brake=brake)
    engine.counted = partial(_taken_in, engine.store.folder, engine.sweep.id, name, counted)
    runner.start()
    try:
        with agent.brake.on_signals():
            return agent.work(count)
    finally:
        runner.close()


@contextmanager
def _taken_in(
    folder: Path, sweep_id: str, name: str, counted: Counting, items: Sequence[Item], what: str
) -> Iterator[Iterable[Item]]:
    with counted(items, what) as each, telling(folder, sweep_id, name, len(items)) as teller:
        yield teller.through(each)


def new_name() -> str:
    """A name for an agent that nobody has named: host, process, and something that no other has."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:4]}"


@dataclass
class _Agent:
    engine: Engine
    runner: Runner
    name: str
    runs: Path
    say: Say
    warn: Say
    failures: Failures
    brake: Brake
    waiting_for: str = ""
    who: str = ""
    """Who has searched for the trial before; empty before the first."""
    preempted: int = 0
    """How many runs in a row have asked for another try."""
    failing: str | None = None
    """Why it takes no more work though there may be some."""

    def work(self, count: int | None) -> Worked:
        self.engine.searching = lambda who: searching(self.brake, who, self.warn)
        while (worked := self._end(count)) is None:
            self.brake.take_signals()
            match self._next():
                case None:
                    continue
                case Over(reason):
                    return self._worked("over", reason)
                case Wait(why, seconds):
                    self._wait(why, seconds)
                case claim:
                    self._take(claim)
        return worked

    def _next(self) -> Claim | Wait | Over | None:
        """What there is to do next; None if a person did not want to wait for a searcher that thinks."""
        try:
            return self.engine.next(self.name)
        except KeyboardInterrupt:
            if self.brake.level == 0:
                raise
            return None

    def _end(self, count: int | None) -> Worked | None:
        if self.brake.level:
            return self._worked("interrupted", "preempted" if self.brake.preempted_by else "interrupted")
        if count is not None and self.failures.runs >= count:
            return self._worked("count", f"{count} runs have ended, as many as this agent was to take")
        return self._worked("failing", self.failing) if self.failing else None

    def _worked(self, ended: Literal["over", "count", "failing", "interrupted"], reason: str) -> Worked:
        return Worked(ended, reason, self.failures.runs, self.failures.failed)

    def _wait(self, why: str, seconds: float) -> None:
        if why != self.waiting_for:
            self.say(f"waiting: {why}")
        self.waiting_for = why
        self.brake.pause(seconds)

    def _take(self, claim: Claim) -> None:
        self.waiting_for = ""
        try:
            self._run(claim)
        except BaseException as error:
            self.engine.give_back(claim, f"its agent ended: {type(error).__name__}")
            raise

    def _run(self, claim: Claim) -> None:
        if self.brake.level:  # pulled while the engine was looking for a trial
            self._give_back(claim, cut_off(self.brake))
            return
        if self.who not in ("", self.engine.who):
            self.say(f"searching with {self.engine.who} from now on")
        self.who = self.engine.who
        self.say(f"trial {claim.trial.number}{_which(claim)} begins: {_params(claim.trial)}")
        began = time.monotonic()
        ending = self.runner.run(self._report(claim), self.brake, self.say)
        if isinstance(ending, Unfinished):
            self._give_back(claim, ending)
            return
        self.preempted = 0
        has_failed = self.engine.has_failed(claim, ending)
        failures = self.failures.after(claim.trial.number, time.monotonic(), has_failed=has_failed)
        self.failing = failures.verdict(time.monotonic(), has_company=self.engine.has_company)
        ended = self._ended(claim, ending)
        if ended is None:
            self.failing = None
            self.say(f"trial {claim.trial.number} was taken for lost before it ended: its result does not count")
            return
        self.failures = failures
        self.say(f"{self._told(claim, ended)} ({time.monotonic() - began:.1f} s)")

    def _ended(self, claim: Claim, result: Result) -> Trial | Again | Left | None:
        """What has become of a run that has ended. None if it was given up on."""
        if self.failing is None:
            return self.engine.end(claim, result)
        return self.engine.leave(claim, result, [trial for trial, _ in self.failures.streak])

    def _give_back(self, claim: Claim, ending: Unfinished) -> None:
        self.engine.give_back(claim, ending.reason, state=ending.state, exit_code=ending.exit_code)
        self.say(f"trial {claim.trial.number} was {ending.state}, and waits for another run: {ending.reason}")
        if ending.state == "preempted":
            # A program that asks for another try, as for want of a license, is not to ask a hundred times a minute.
            self.brake.pause(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**self.preempted))
            self.preempted += 1

    def _report(self, claim: Claim) -> Report:
        return Report(self.engine, claim, make_run_directory(self.engine, claim, self.runs))

    def _told(self, claim: Claim, trial: Trial | Again | Left) -> str:
        """How a trial ended, with its value or with what was wrong; or how its run did, if there will be another."""
        head = f"trial {claim.trial.number} failed, and waits for another"
        match trial:
            case Again(reason, retry, retries):
                return f"{head} run (retry {retry} of {retries}): {reason}"
            case Left(reason):
                return f"{head} agent: {reason}"
        head = f"trial {trial.number} {trial.state}"
        if trial.state == "failed":
            return f"{head}: {trial.reason}"
        objectives = self.engine.config.objectives
        values = [
            f"{objective.name} = {value_of(objective, loss):.6g}"
            for objective, loss in zip(objectives, trial.losses or (), strict=False)
        ]
        return ": ".join([head, *filter(None, [", ".join(values), trial.reason])])


def _which(claim: Claim) -> str:
    return f" (run {claim.run})" if claim.run > 1 else ""


def _params(trial: Trial) -> str:
    return " ".join(f"{dotted(path)}={value}" for path, value in trial.params.items())
