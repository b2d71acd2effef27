"""All trials of a sweep as a Parquet file. Needs pyarrow, which only those install who ask for it.

A column has one type. One whose values are of several is text, each value in it as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sweepbridge.errors import UsageError
from sweepbridge.plugin import Json
from sweepbridge.view.export import Row

_LARGEST = 2**63


def write_parquet(table: Sequence[Row], file: Path) -> None:
    """Write the rows, a column for whatever any of them has. UsageError without pyarrow."""
    try:
        import pyarrow  # not a dependency: only those who call this need it
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError(
            "Parquet needs a library that is not here",
            found=f"{type(error).__name__}: {error}",
            expected="pyarrow",
            fix="pip install 'sweepbridge[parquet]', or --format csv",
        ) from error
    names = list(dict.fromkeys(name for row in table for name in row))
    parquet.write_table(pyarrow.table({name: _column([row.get(name) for row in table]) for name in names}), file)


def _column(values: Sequence[Json]) -> list[Json]:
    """The values, all of one type that a column can have, or None."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and not any(isinstance(one, int) and abs(one) >= _LARGEST for one in values):
        return [float(one) if isinstance(one, int) and float in kinds else one for one in values]
    if kinds in ({bool}, {str}):
        return list(values)
    return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
