"""Any sweep as a study of Optuna's. Importing this does not import Optuna."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sweepbridge.plugin import ExportedSweep, Issue


class OptunaExporter:
    """Makes `optuna.Study`, in memory or in a file."""

    name = "optuna"

    def check(self, sweep: ExportedSweep) -> Iterator[Issue]:
        """A study optimizes something."""
        if not sweep.goals:
            yield Issue(
                found=f"sweep {sweep.id}, whose config has no metric",
                expected="a sweep with a metric: a study of Optuna's optimizes something",
                fix="--format csv, or to_pandas()",
            )

    def make(self, sweep: ExportedSweep) -> object:
        """A study in memory."""
        from sweepbridge_optuna.studies import in_memory

        return in_memory(sweep)

    def write(self, sweep: ExportedSweep, file: Path) -> None:
        """A study in a file: SQLite if it ends in `.db`, `.sqlite` or `.sqlite3`, else a journal."""
        from sweepbridge_optuna.studies import into_file

        into_file(sweep, file)
