"""Jobs: what people asked for, the files that came with it, and who does them."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0003"
down_revision = "desk_0002"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "job",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        *(_text(name) for name in ("kind", "subject", "account", "standing", "state")),
        sa.Column("progress", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        *(_text(name) for name in ("content", "result", "code")),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        *(_text(name) for name in ("asked_at", "begun_at", "ended_at", "again_at")),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("postponed", sa.Integer(), nullable=False),
    )
    is_open = sa.text("ended_at = ''")
    op.create_index(
        "ix_job_open", "job", ["kind", "subject"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_job_subject", "job", ["kind", "subject", "place"])
    op.create_index("ix_job_account", "job", ["account", "place"])
    op.create_index("ix_job_ended_at", "job", ["ended_at"])
    op.create_table(
        "job_file",
        sa.Column("job", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "job_lease",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        *(_text(name) for name in ("holder", "until_at")),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)
