"""The desk: cursors of followers, and the queue to the national network."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "cursor",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "national_progress",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        *(_text(name) for name in ("state", "on_date", "reason", "batch")),
    )
    op.create_index("ix_national_progress_batch", "national_progress", ["batch"])
    op.create_index("ix_national_progress_state", "national_progress", ["state"])
    op.create_table(
        "national_batch",
        sa.Column("batch", sa.String(), primary_key=True),
        _text("previous"),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        *(_text(name) for name in ("state", "sent_at", "answered_at", "answer_fields")),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_national_batch_state", "national_batch", ["state", "last"])
    op.create_table(
        "national_lease",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        *(_text(name) for name in ("holder", "until_at")),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)
