"""A trial remembers which search suggested it, and a sweep may have several, one after the other or at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Its sweep's one search has suggested every trial so far that nobody has put back, and that did not run before."""
    op.create_table(
        "searches",
        sa.Column("sweep_id", sa.String(8), sa.ForeignKey("sweeps.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("backend", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("options", sa.Text),
        sa.Column("provenance", sa.Text, nullable=False),
    )
    op.execute(
        "INSERT INTO searches (sweep_id, number, backend, method, provenance)"
        " SELECT id, 0, backend, method, provenance FROM sweeps"
    )
    _sweeps()
    _trials()


def _sweeps() -> None:
    with op.batch_alter_table("sweeps") as sweeps:
        sweeps.add_column(sa.Column("search", sa.Integer, nullable=False, server_default="0"))
        sweeps.add_column(sa.Column("searches", sa.Integer, nullable=False, server_default="1"))
        sweeps.drop_column("backend")
        sweeps.drop_column("method")
        sweeps.drop_column("provenance")
    with op.batch_alter_table("sweeps") as sweeps:
        sweeps.alter_column("search", server_default=None)
        sweeps.alter_column("searches", server_default=None)


def _trials() -> None:
    with op.batch_alter_table("trials") as trials:
        trials.add_column(sa.Column("search", sa.Integer))
        trials.create_foreign_key("suggested_by", "searches", ["sweep_id", "search"], ["sweep_id", "number"])
    # A trial that was put back has the seed of the one that it is again, which no two others share. A prior one has
    # never had a run.
    op.execute(
        "UPDATE trials SET search = 0 WHERE run > 0 AND (sweep_id, number) IN"
        " (SELECT sweep_id, MIN(number) FROM trials GROUP BY sweep_id, seed)"
    )
