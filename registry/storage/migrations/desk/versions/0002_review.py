"""A bureau's review: its word on each row, its samples, and what it is asked to sign."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0002"
down_revision = "desk_0001"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "review",
        sa.Column("batch", sa.LargeBinary(), primary_key=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        *(_text(name) for name in ("changed_by", "changed_at")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("percent", "least")),
    )
    op.create_table(
        "review_row",
        sa.Column("batch", sa.LargeBinary(), primary_key=True),
        sa.Column("row", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("refused", "flagged")),
        sa.Column("level", sa.Integer(), nullable=False),
        *(_text(name) for name in ("flags", "word", "reason", "decided_by", "decided_at")),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inspection",
        sa.Column("batch", sa.LargeBinary(), primary_key=True),
        sa.Column("drawn_for", sa.String(), primary_key=True),
        sa.Column("row", sa.Integer(), primary_key=True, autoincrement=False),
        *(_text(name) for name in ("result", "note", "inspected_by", "inspected_at")),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "proposal",
        sa.Column("batch", sa.LargeBinary(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        *(_text(name) for name in ("kind", "bureau", "body", "state")),
        *(_text(name) for name in ("prepared_by", "prepared_at", "confirmed_by", "confirmed_at")),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)
