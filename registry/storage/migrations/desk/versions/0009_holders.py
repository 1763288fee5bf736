"""Holders with a management secret, and their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0009"
down_revision = "desk_0008"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "holder",
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("person", "named")),
        *_texts("secret", "secret_at", "voided_at", "opened_at"),
    )
    op.create_index("ix_holder_named", "holder", ["named"], unique=True)
    op.create_index("ix_holder_person", "holder", ["person"])
    op.create_table(
        "holder_session",
        sa.Column("id", sa.String(), primary_key=True),
        *_texts("holder"),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        *_texts("csrf", "way", "browser", "opened_at", "seen_at", "expires_at"),
    )
    op.create_index("ix_holder_session_token", "holder_session", ["token"], unique=True)
    op.create_index("ix_holder_session_holder", "holder_session", ["holder"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]
