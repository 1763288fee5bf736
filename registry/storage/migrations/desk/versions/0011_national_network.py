"""The national network: batches side by side, rejections as work items, health, and reconciliations.

What an earlier protocol noted says nothing about this one: everything is pending again.
"""

import sqlalchemy as sa
from alembic import op

revision = "desk_0011"
down_revision = "desk_0010"


def upgrade() -> None:
    """Creates the tables anew."""
    op.drop_table("national_progress")
    op.drop_table("national_batch")
    op.create_table(
        "national_progress",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        *(_text(name) for name in ("state", "on_date", "reason", "batch")),
    )
    op.create_index("ix_national_progress_batch", "national_progress", ["batch"])
    op.create_index("ix_national_progress_state", "national_progress", ["state", "seq"])
    op.create_table(
        "national_batch",
        sa.Column("batch", sa.String(), primary_key=True),
        _text("previous"),
        _position("first"),
        _position("last"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        _text("state"),
        _position("sequence"),
        *(_text(name) for name in ("sent_at", "answered_at", "answer_fields")),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_national_batch_state", "national_batch", ["state", "sequence"])
    op.create_table(
        "national_rejection",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_text(name) for name in ("institution", "reason", "words", "rejected_at", "settled_at")),
        _position("settled_by"),
    )
    op.create_index("ix_national_rejection_open", "national_rejection", ["settled_at", "institution"])
    op.create_index("ix_national_rejection_ref", "national_rejection", ["ref"])
    op.create_table(
        "national_health",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        *(_text(name) for name in ("last_answer_at", "failing_since", "fault", "next_at")),
    )
    op.create_table(
        "national_reconciliation",
        sa.Column("id", sa.String(), primary_key=True),
        _text("at"),
        _position("size"),
        _text("outcome"),
        sa.Column("report", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_national_reconciliation_at", "national_reconciliation", ["at"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _position(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
