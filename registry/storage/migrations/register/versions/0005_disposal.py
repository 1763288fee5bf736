"""Uploads whose time is over: which ones are gone, since when, and after how long."""

import sqlalchemy as sa
from alembic import op

from registry.storage.append_only import postgresql_triggers, sqlite_triggers

revision = "register_0005"
down_revision = "register_0004"


def upgrade() -> None:
    """Creates the table, then forbids changing it."""
    op.create_table(
        "disposal",
        sa.Column("batch", sa.LargeBinary(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since_at", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("disposed_at", sa.String(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        statements = sqlite_triggers("disposal", [["batch"]])
    else:
        statements = postgresql_triggers("disposal")
    for statement in statements:
        op.execute(statement)
