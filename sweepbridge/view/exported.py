"""A table of trials, read back: what `sweepbridge export` writes, and what the pages of W&B let people download.

CSV or JSON, a row a trial. A parameter stands in a column of its name, or, if any column of the table is marked so, of
its name behind `params.` or `config.`; a metric in one of its name, or of its name behind `objective.` or `summary.`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from sweepbridge.engine import Earlier, Result
from sweepbridge.errors import UsageError
from sweepbridge.space import Json, dotted
from sweepbridge.spec import SweepConfig

State = Literal["finished", "stopped", "failed"]

STATES: Mapping[str, State] = {
    "finished": "finished",
    "stopped": "stopped",
    "killed": "stopped",
    "failed": "failed",
    "crashed": "failed",
}
"""The states of trials that have ended, in our words and in W&B's. A row without a state counts as finished."""

_MARKS = ("params.", "config.")
"""What may stand before a parameter's name."""

Row = Mapping[str, Json]


def earlier_in(file: Path, config: SweepConfig) -> list[Earlier]:
    """The trials in a table that have ended, as far as a config asks for them. UsageError if it can't be read."""
    return [
        Earlier(f"{place} of {file}", _values(row, config), _result(row, state, config))
        for place, row in _rows(file)
        if (state := STATES.get(_text(row, ("state", "State")).lower() or "finished"))
    ]


def _values(row: Row, config: SweepConfig) -> dict[str, Json]:
    # A table that marks its parameters has other columns as well, such as the trial's own `name`.
    is_marked = any(column.startswith(_MARKS) for column in row)
    found = {path: _column(row, dotted(path), _MARKS if is_marked else ("",)) for path in config.space}
    return {path: row[column] for path, column in found.items() if column is not None}


def _result(row: Row, state: State, config: SweepConfig) -> Result:
    found = {one.name: _column(row, one.name, ("objective.", "summary.", "")) for one in config.objectives}
    summary = {name: _number(row[column]) for name, column in found.items() if column is not None and row[column] != ""}
    return Result(state, summary, reason=(_text(row, ("reason",)) or None) if state != "finished" else None)


def _column(row: Row, name: str, heads: Sequence[str]) -> str | None:
    """The column that a row has for a name."""
    return next((head + name for head in heads if row.get(head + name) is not None), None)


def _text(row: Row, columns: Sequence[str]) -> str:
    return str(next((row[column] for column in columns if row.get(column) is not None), ""))


def _number(value: Json) -> Json:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _rows(file: Path) -> list[tuple[str, Row]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        is_json = text.lstrip()[:1] in ("[", "{")
        return _of_json(text) if is_json else _of_csv(text)
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(
            f"can't read the trials in {file}",
            found=getattr(error, "strerror", None) or str(error),
            expected="a table as sweepbridge export writes it, CSV or JSON",
            fix=f"sweepbridge export SWEEP --output {file}",
        ) from error


def _of_csv(text: str) -> list[tuple[str, Row]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    return [(f"line {reader.line_num}", row) for row in reader]


def _of_json(text: str) -> list[tuple[str, Row]]:
    rows = json.loads(text)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("JSON that is no list of objects")
    return [(f"row {place}", row) for place, row in enumerate(rows, 1)]
