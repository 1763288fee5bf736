"""Requests for acts on certificates, and disputes."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0005"
down_revision = "desk_0004"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "act_request",
        sa.Column("id", sa.String(), primary_key=True),
        *(_text(name) for name in ("kind", "act", "reason", "authority")),
        sa.Column("certificate", sa.BigInteger(), nullable=False),
        *(_text(name) for name in ("prefix", "bureau", "asker", "office", "account", "asked_at", "state")),
        *(_text(name) for name in ("decided_by", "decided_office", "decided_at")),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=False)
            for name in ("wish", "document", "answer", "signed", "reference")
        ),
    )
    open_ones = sa.text("state IN ('asked', 'accepted')")
    op.create_index(
        "ix_act_request_open",
        "act_request",
        ["certificate", "kind", "act", "asker", "office"],
        unique=True,
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )
    op.create_index("ix_act_request_certificate", "act_request", ["certificate"])
    op.create_index("ix_act_request_state", "act_request", ["state", "asked_at"])
    op.create_index("ix_act_request_reference", "act_request", ["reference"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)
