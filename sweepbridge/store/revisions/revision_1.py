"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """From nothing. No store is made this way: it is what later revisions start from."""
    _sweeps()
    _trials()
    _events()
    _runs()
    _rows()


def _sweeps() -> None:
    op.create_table(
        "sweeps",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(8), nullable=False, unique=True),
        sa.Column("config", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("backend", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("entity", sa.Text),
        sa.Column("project", sa.Text),
        sa.Column("provenance", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("began", sa.Integer, nullable=False),
        sa.Column("logged", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
    )


def _trials() -> None:
    op.create_table(
        "trials",
        sa.Column("sweep_id", sa.String(8), sa.ForeignKey("sweeps.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("losses", sa.Text),
        sa.Column("observations", sa.Text),
        sa.Column("summary", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("began_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
    )
    op.create_index("trials_by_state", "trials", ["sweep_id", "state", "number"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("sweep_id", sa.String(8), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("trial", sa.Integer, nullable=False),
        sa.UniqueConstraint("sweep_id", "trial", "kind", name="a_trial_begins_and_ends_once"),
        sa.ForeignKeyConstraint(["sweep_id", "trial"], ["trials.sweep_id", "trials.number"]),
        sqlite_with_rowid=False,
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("sweep_id", sa.String(8), primary_key=True),
        sa.Column("trial", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("run", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", sa.Double, nullable=False),
        sa.Column("heard_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("exit_code", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.ForeignKeyConstraint(["sweep_id", "trial"], ["trials.sweep_id", "trials.number"]),
    )
    op.create_index("runs_by_state", "runs", ["sweep_id", "state", "agent"])


def _rows() -> None:
    op.create_table(
        "rows",
        sa.Column("sweep_id", sa.String(8), primary_key=True),
        sa.Column("trial", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("run", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("index", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cursor", sa.Integer, nullable=False),
        sa.Column("loss", sa.Double),
        sa.Column("data", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["sweep_id", "trial", "run"], ["runs.sweep_id", "runs.trial", "runs.run"]),
        sa.UniqueConstraint("sweep_id", "cursor", name="rows_by_cursor"),
    )
