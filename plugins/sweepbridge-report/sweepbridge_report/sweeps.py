"""All that a report shows of one sweep, taken from its store: for the plots as plain JSON, and for the page as words.

Nothing is asked of the plugin that searched it: a sweep can be reported wherever its store can be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sweepbridge import OpenSweep, TrialRecord
from sweepbridge.plugin import Json
from sweepbridge_report import columns
from sweepbridge_report.curves import curves
from sweepbridge_report.failures import Failure, failures
from sweepbridge_report.fronts import front
from sweepbridge_report.importance import importance

SUMMARIES = 8
"""At most so many metrics beside the objectives have a column."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a report shows of one sweep."""

    id: str
    title: str
    trials: int
    facts: Mapping[str, str]
    """What it is and how far it is, by name."""
    provenance: Mapping[str, str]
    """What made it, by name: seed, backend and versions."""
    config: Mapping[str, Json]
    failures: Sequence[Failure]
    """The most telling ones, each with its traceback where there is one."""
    failed: int
    data: Mapping[str, Json]
    """For the plots and the table."""


def gathered(opened: OpenSweep) -> Gathered:
    """All of a sweep, as it stands."""
    sweep, records = opened.sweep, opened.trials
    failed = [record for record in records if record.trial.state == "failed"]
    return Gathered(
        id=sweep.id,
        title=sweep.name or sweep.id,
        trials=len(records),
        facts=_facts(opened, records),
        provenance=_provenance(opened),
        config=sweep.config,
        failures=failures(opened, failed),
        failed=len(failed),
        data=_data(opened, records),
    )


def values(opened: OpenSweep, records: Sequence[TrialRecord]) -> list[list[float | int | None]]:
    """For each objective, its value in each trial, in the metric's own sign; None where a trial has no result."""
    return [
        [_value(record, place, sign=-1 if objective.goal == "maximize" else 1) for record in records]
        for place, objective in enumerate(opened.objectives)
    ]


def _value(record: TrialRecord, place: int, *, sign: int) -> float | int | None:
    losses = record.trial.losses
    if losses is None or record.trial.state == "failed" or place >= len(losses):
        return None  # what `metric.impute` gave a failed trial is for the searcher alone
    return columns.number(sign * losses[place])


def _data(opened: OpenSweep, records: Sequence[TrialRecord]) -> dict[str, Json]:
    sweep, trials = opened.sweep, [record.trial for record in records]
    params = columns.parameters([trial.params for trial in trials], opened.config.space)
    found = values(opened, records)
    first = opened.objectives[0] if opened.objectives else None
    metrics: list[Json] = [
        {**columns.numbers(objective.name, one), "goal": objective.goal}
        for objective, one in zip(opened.objectives, found, strict=True)
    ]
    return {
        "id": sweep.id,
        "title": sweep.name or sweep.id,
        "created": round(sweep.created_at, 3),
        "number": [trial.number for trial in trials],
        "name": columns.categories("name", [opened.name_of(record) for record in records]),
        "state": columns.categories("state", ["prior" if r.trial.is_prior else r.state for r in records]),
        "agent": columns.categories("agent", [r.agent or ... for r in records]),
        "search": columns.categories("search", [f"{r.method} by {r.backend}" if r.backend else ... for r in records]),
        "seconds": columns.numbers("seconds", [r.ended_at - r.began_at if r.ended_at else None for r in records]),
        "reason": {str(trial.number): trial.reason[:300] for trial in trials if trial.reason},
        "metrics": metrics,
        "params": [*params],
        "summary": [*_summaries(opened, records)],
        "front": front(trials, len(opened.objectives)),
        "curves": curves(opened, records, goal=first.goal) if first is not None else None,
        "runs": _runs(opened),
        "importance": _importance(params, records) if first is not None else _NO_METRIC,
    }


_NO_METRIC: dict[str, Json] = {"word": "The sweep has no metric.", "bars": []}


def _importance(params: Sequence[columns.Column], records: Sequence[TrialRecord]) -> dict[str, Json]:
    return importance(params, [_value(record, 0, sign=1) for record in records])


def _summaries(opened: OpenSweep, records: Sequence[TrialRecord]) -> list[columns.Column]:
    """The metrics that most trials have in their summary, beside the objectives."""
    known = {objective.name for objective in opened.objectives}
    counts = Counter(
        name for record in records for name, value in record.summary.items() if columns.number(value) is not None
    )
    names = [name for name, _ in counts.most_common() if name not in known and not name.startswith("_")]
    return [columns.numbers(name, [record.summary.get(name) for record in records]) for name in names[:SUMMARIES]]


def _runs(opened: OpenSweep) -> dict[str, Json]:
    """Every run, with its times in seconds since the sweep was created; one that goes on is drawn to its last sign."""
    start, runs = opened.sweep.created_at, opened.runs()
    return {
        "trial": [run.trial for run in runs],
        "run": [run.run for run in runs],
        "agent": columns.categories("agent", [run.agent for run in runs]),
        "state": columns.categories("state", [run.state for run in runs]),
        "from": [round(run.started_at - start, 2) for run in runs],
        "to": [round((run.ended_at or run.heard_at) - start, 2) for run in runs],
    }


def _facts(opened: OpenSweep, records: Sequence[TrialRecord]) -> dict[str, str]:
    sweep, best = opened.sweep, opened.best
    counts = Counter("prior" if record.trial.is_prior else record.state for record in records)
    facts = {
        "state": f"{sweep.state}: {sweep.reason}" if sweep.reason else sweep.state,
        "search": f"{sweep.method} by {sweep.backend}",
        "objective": ", ".join(f"{one.goal} {one.name}" for one in opened.objectives) or "none",
        "trials": ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none yet",
    }
    if best is not None and best.trial.losses:
        signs = [-1 if objective.goal == "maximize" else 1 for objective in opened.objectives]
        pairs = zip(opened.objectives, signs, best.trial.losses, strict=False)
        facts["best"] = f"trial {best.trial.number} {opened.name_of(best)}  " + ", ".join(
            f"{o.name}={s * loss:.6g}" for o, s, loss in pairs
        )
    return facts


def _provenance(opened: OpenSweep) -> dict[str, str]:
    sweep = opened.sweep
    found = {"id": sweep.id, "seed": str(sweep.seed)}
    found |= {name: value for name, value in (("entity", sweep.entity), ("project", sweep.project)) if value}
    for search in opened.store.searches(sweep.id):
        versions = ", ".join(f"{name} {version}" for name, version in search.provenance.items())
        found[f"search {search.number}"] = f"{search.who} ({versions})" if versions else search.who
    return found
