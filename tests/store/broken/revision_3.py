"""A change that fails half-way."""

from alembic import op

revision = "3"
down_revision = "2"


def upgrade():
    op.execute("UPDATE trials SET state = 'half-way'")
    op.execute("UPDATE nowhere SET state = 'there'")
