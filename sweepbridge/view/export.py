"""All trials of a sweep as rows, and as CSV, JSON or JSON lines. Needs no plugin: what is stored is enough."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

import yaml

from sweepbridge.engine import name_of, value_of
from sweepbridge.plugin import Json
from sweepbridge.space import dotted
from sweepbridge.spec import Objective, SweepConfig, in_their_words
from sweepbridge.store import TrialRecord

Row = dict[str, Json]


def named_rows(trials: Iterable[TrialRecord], config: SweepConfig) -> list[Row]:
    """The rows of a sweep, each with its trial's name behind the number."""
    return [_named(record, row, config) for record, row in ((one, _row(one, config.objectives)) for one in trials)]


def rows(trials: Iterable[TrialRecord], objectives: Sequence[Objective]) -> list[Row]:
    """One row for each trial: number, state, reason, the objectives' values, parameters, summary, whose it is, times.

    Columns of parameters start with `params.`, those of the summary with `summary.`. A failed trial has no
    objective values: what `metric.impute` gave it is for the searcher alone.
    """
    return [_row(record, objectives) for record in trials]


def as_json(table: Sequence[Row]) -> str:
    """The rows as a JSON list, a line for each. NaN and infinities, which JSON has not, become null."""
    return "[\n" + ",\n".join(json.dumps(_finite(row), ensure_ascii=False) for row in table) + "\n]\n"


def as_jsonl(table: Sequence[Row]) -> str:
    """The rows as JSON, an object a line. NaN and infinities become null."""
    return "".join(json.dumps(_finite(row), ensure_ascii=False) + "\n" for row in table)


def as_csv(table: Sequence[Row]) -> str:
    """The rows as CSV with a header: strings as they are, all else as JSON."""
    columns = list(dict.fromkeys(name for row in table for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in table)
    return text.getvalue()


def as_wandb_yaml(config: SweepConfig) -> str:
    """The config as a file for `wandb sweep`. What W&B has not is in comments at the top."""
    given, left_out = in_their_words(config)
    head = "".join(f"# left out, because W&B has it not: {one}\n" for one in left_out)
    return head + yaml.safe_dump(given, sort_keys=False, allow_unicode=True)


def _named(record: TrialRecord, row: Row, config: SweepConfig) -> Row:
    return {"number": row["number"], "name": name_of(config, record.trial), **row}


def _row(record: TrialRecord, objectives: Sequence[Objective]) -> Row:
    trial = record.trial
    losses = trial.losses if trial.losses and trial.state != "failed" else ()
    return {
        "number": trial.number,
        "state": record.state,
        "reason": trial.reason,
        **{f"objective.{o.name}": value_of(o, loss) for o, loss in zip(objectives, losses, strict=False)},
        **{f"params.{dotted(path)}": value for path, value in trial.params.items()},
        **{f"summary.{name}": value for name, value in record.summary.items()},
        "search": trial.search,
        "backend": record.backend,
        "method": record.method,
        "runs": record.runs,
        "agent": record.agent,
        "began_at": record.began_at,
        "ended_at": record.ended_at,
    }


def _cell(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _finite(value: Json) -> Json:
    match value:
        case float() if value != value or value in (float("inf"), float("-inf")):
            return None
        case dict():
            return {key: _finite(item) for key, item in value.items()}
        case list():
            return [_finite(item) for item in value]
        case _:
            return value
