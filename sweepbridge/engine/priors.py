"""Trials that ran before, in another sweep or anywhere else, as the beginning of a new sweep's log.

The searcher is told of them like of any other trial: one that learns from results learns from theirs, and a grid skips
their points. A trial joins if it has a value of this space for everything that is searched. Its losses are made anew
from what it logged, because this sweep may have another metric, or another goal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sweepbridge.engine.counting import Counting, uncounted
from sweepbridge.engine.endings import Result, ending_of
from sweepbridge.engine.losses import Tally, value_of
from sweepbridge.engine.plan import Plan
from sweepbridge.errors import UsageError
from sweepbridge.space import Domain, Json, Space, dotted, meant
from sweepbridge.spec import Objective
from sweepbridge.store import Ending, Prior, Store, TrialRecord
from sweepbridge.trials import seed_of


@dataclass(frozen=True, slots=True)
class Earlier:
    """A trial that has ended, wherever it ran."""

    origin: str
    """Where that was, for people: `trial 3 of abcd1234`, or `line 4 of runs.csv`."""
    values: Mapping[str, Json]
    """Its parameters by path. One that comes from a table may be the text of a number, or of any other value."""
    result: Result
    rows: Sequence[Mapping[str, Json]] = ()
    """What it logged, in order, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The earlier trials that join a sweep, and a word on those that don't."""

    priors: tuple[Prior, ...]
    left_out: tuple[str, ...]
    """For each that does not join: where it ran, and why it does not."""

    @property
    def notice(self) -> str:
        """What the user should know, in one sentence."""
        joining = f"{len(self.priors)} prior trial{'s join' if len(self.priors) != 1 else ' joins'} the sweep"
        if not self.left_out:
            return joining
        others = f", and {len(self.left_out) - 1} more" if len(self.left_out) > 1 else ""
        return f"{joining}; left out: {self.left_out[0]}{others}"


def join(plan: Plan, earlier: Iterable[Earlier], *, seed: int, counted: Counting = uncounted) -> Joined:
    """Which of some earlier trials join a sweep with this seed, each once. UsageError if none of them can."""
    priors: list[Prior] = []
    left_out: list[str] = []
    worst: list[float] | None = None
    each_once = list({one.origin: one for one in earlier}.values())
    with counted(each_once, "joining prior trials") as trials:
        for one in trials:
            try:
                params = _fitted(plan.problem.space, one.values)
            except ValueError as error:
                left_out.append(f"{one.origin}: {error}")
                continue
            ending = _ending(plan, one, worst)
            if ending.losses is not None and ending.state != "failed":
                worst = [max(pair) for pair in zip(worst or ending.losses, ending.losses, strict=True)]
            priors.append(Prior(params, seed_of(seed, len(priors)), ending))
    if not priors:
        raise _nothing_joins(left_out)
    return Joined(tuple(priors), tuple(left_out))


def earlier_of(
    store: Store,
    sweep_id: str,
    objectives: Sequence[Objective],
    number: int | None = None,
    *,
    counted: Counting = uncounted,
) -> list[Earlier]:
    """The trials of a sweep that have ended, or the one of this number; `objectives` are those of that sweep.

    UsageError if that one has not ended.
    """
    records = store.trials(sweep_id) if number is None else [store.trial(sweep_id, number)]
    if number is not None and records[0].trial.is_running:
        raise UsageError(
            f"trial {number} of sweep {sweep_id} has not ended",
            found=records[0].state,
            expected="a trial that has ended",
            fix=f"sweepbridge status {sweep_id}",
        )
    ended = [record for record in records if not record.trial.is_running]
    with counted(ended, f"reading the trials of {sweep_id}") as each:
        return [_earlier(store, sweep_id, record, objectives) for record in each]


def _earlier(store: Store, sweep_id: str, record: TrialRecord, objectives: Sequence[Objective]) -> Earlier:
    trial = record.trial
    assert trial.state != "running", "it has ended"
    rows = (
        [row.data for row in store.rows(sweep_id, trial.number)] if record.runs else _rows_of_prior(record, objectives)
    )
    result = Result(trial.state, record.summary, reason=trial.reason if trial.state != "finished" else None)
    return Earlier(f"trial {trial.number} of {sweep_id}", trial.params, result, rows)


def _rows_of_prior(record: TrialRecord, objectives: Sequence[Objective]) -> list[Mapping[str, Json]]:
    """What is known of the rows of a trial that was a prior itself: the values of its metrics."""
    trial = record.trial
    seen = [{objective.name: value_of(objective, loss)} for objective in objectives[:1] for loss in trial.observations]
    losses = trial.losses if trial.losses and trial.state != "failed" else ()
    reached = {one.name: value_of(one, loss) for one, loss in zip(objectives, losses, strict=False)}
    return [*seen, reached]


def _fitted(space: Space, values: Mapping[str, Json]) -> dict[str, Json]:
    """The values that a trial had, as this space has them. ValueError says which one it does not have.

    What has one value here is not searched, so any will do: it is what it was then, if that is known.
    """
    if missing := [dotted(path) for path in space.axes if path not in values]:
        raise ValueError(f"no value for {missing[0]}")
    searched = {path: _meant(path, space[path], values[path]) for path in space.axes}
    if outside := space.outside(searched):
        raise ValueError(outside[0])
    fixed = {path: _as_it_was(space[path], values.get(path, value)) for path, value in space.at({}).items()}
    return {path: searched[path] if path in searched else fixed[path] for path in space}


def _as_it_was(domain: Domain, value: Json) -> Json:
    try:
        return meant(domain, value)
    except ValueError:
        return value


def _meant(path: str, domain: Domain, value: Json) -> Json:
    try:
        return meant(domain, value)
    except ValueError as error:
        raise ValueError(f"{dotted(path)} = {error}") from None


def _ending(plan: Plan, earlier: Earlier, worst: Sequence[float] | None) -> Ending:
    tally = Tally(plan.config.objectives)
    for row in earlier.rows:
        tally.add(row)
    ending = ending_of(plan.config, tally, earlier.result, lambda: worst)
    return replace(ending, reason=": ".join(filter(None, (earlier.origin, ending.reason))))


def _nothing_joins(left_out: Sequence[str]) -> UsageError:
    return UsageError(
        "no prior trial can join this sweep",
        found=left_out[0] if left_out else "no trial that has ended",
        expected="a trial that has ended, with a value of this space for every parameter that is searched",
        fix="widen the parameters to take in what was tried, or leave the prior runs out",
    )
