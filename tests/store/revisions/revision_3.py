"""A change that a later sweepbridge might make: trials get a priority, and runs get back the word for silence.

It makes a table anew that others refer to, which is what SQLite needs for most changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade():
    with op.batch_alter_table("trials") as trials:
        trials.add_column(sa.Column("priority", sa.Integer, nullable=False, server_default="7"))
        trials.alter_column("agent", existing_type=sa.Text(), nullable=True)
    op.execute("UPDATE runs SET state = 'silent' WHERE state = 'lost'")
