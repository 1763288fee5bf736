"""Bundles that wait to be taken."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0007"
down_revision = "desk_0006"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "bundle",
        sa.Column("subject", sa.String(), primary_key=True),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("batch", sa.LargeBinary(), nullable=False),
        sa.Column("until_at", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
