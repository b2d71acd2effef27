"""Learning curves: what each trial logged of the first objective, for as many trials as can be told apart."""

from __future__ import annotations

from collections.abc import Sequence

from sweepbridge import OpenSweep, TrialRecord
from sweepbridge.plugin import Json
from sweepbridge_report.columns import number

DRAWN = 200
"""At most so many curves are drawn: half of them the best, the others spread over the sweep."""
RUNNING = 20
"""Of trials that run, at most so many, the latest: their rows are read one trial after the other."""
POINTS = 200
"""At most so many points of a curve, first and last among them."""


def curves(opened: OpenSweep, records: Sequence[TrialRecord], *, goal: str) -> dict[str, Json]:
    """The curves that are drawn, and of how many trials."""
    running = [record for record in records if record.trial.state == "running" and record.runs][-RUNNING:]
    ended = [record for record in records if record.trial.observations]
    rows = {record.trial.number: _so_far(opened, record) for record in running}
    sign = -1 if goal == "maximize" else 1
    drawn = [_curve(record, record.trial.observations, sign) for record in chosen(ended, DRAWN)]
    drawn += [_curve(record, rows[record.trial.number], sign) for record in running if rows[record.trial.number]]
    return {"drawn": [*drawn], "of": len(ended) + sum(1 for losses in rows.values() if losses)}


def chosen(records: Sequence[TrialRecord], most: int) -> list[TrialRecord]:
    """At most so many trials, by number: half of them the best, the others spread evenly over the rest."""
    if len(records) <= most:
        return list(records)
    ranked = sorted(records, key=lambda record: (record.trial.loss is None, record.trial.loss, record.trial.number))
    best, rest = ranked[: most // 2], sorted(ranked[most // 2 :], key=lambda record: record.trial.number)
    return sorted([*best, *spread(rest, most - most // 2)], key=lambda record: record.trial.number)


def spread(items: Sequence[TrialRecord], most: int) -> list[TrialRecord]:
    """At most so many of the items, evenly spaced, first and last among them."""
    return [items[place] for place in places(len(items), most)]


def places(count: int, most: int) -> list[int]:
    """At most so many places of a sequence, evenly spaced, first and last among them."""
    if count <= most:
        return list(range(count))
    return [round(step * (count - 1) / (most - 1)) for step in range(most)]


def _so_far(opened: OpenSweep, record: TrialRecord) -> list[float]:
    rows = opened.store.rows(opened.id, record.trial.number)
    return [row.loss for row in rows if row.loss is not None]


def _curve(record: TrialRecord, losses: Sequence[float], sign: int) -> dict[str, Json]:
    kept = places(len(losses), POINTS)
    return {
        "trial": record.trial.number,
        "state": record.state,
        "x": [place + 1 for place in kept],
        "y": [number(sign * losses[place]) for place in kept],
    }
