"""What holders share, and when it was used."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0008"
down_revision = "desk_0007"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "share",
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("code", "person")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("certificate", "entry")),
        *(_text(name) for name in ("choices", "made_at", "ends_at", "stopped_at")),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("link", "note")),
    )
    op.create_index("ix_share_code", "share", ["code"], unique=True)
    op.create_index("ix_share_person", "share", ["person"])
    op.create_index("ix_share_certificate", "share", ["certificate"])
    op.create_table(
        "share_use",
        sa.Column("id", sa.String(), primary_key=True),
        _text("share"),
        _text("at"),
    )
    op.create_index("ix_share_use_share", "share_use", ["share", "at"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)
