"""Counting, and what institutions enter for the renewal of a filing."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0006"
down_revision = "desk_0005"

_CELL = ("prefix", "bureau", "month", "level", "occupation_code", "occupation", "job", "upload", "state")


def upgrade() -> None:
    """Creates the tables."""
    _tally()
    op.create_table(
        "renewal_assessed",
        *_key("prefix", "start_month", "end_month"),
        sa.Column("assessed", sa.Integer(), nullable=False),
        *_texts("account", "entered_at"),
    )
    op.create_table(
        "renewal_choice",
        *_key("prefix", "term", "occupation_code", "occupation", "job"),
        sa.Column("renew", sa.Boolean(), nullable=False),
        *_texts("account", "entered_at"),
    )


def _tally() -> None:
    op.create_table(
        "tally_cell",
        _index("id"),
        *_texts("prefix", "bureau", "month"),
        sa.Column("level", sa.Integer(), nullable=False),
        *_texts("occupation_code", "occupation", "job", "upload", "state"),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint(*_CELL),
    )
    op.create_table(
        "tally_certificate", _index("certificate"), sa.Column("cell", sa.BigInteger(), nullable=False)
    )
    op.create_index("ix_tally_certificate_cell", "tally_certificate", ["cell"])
    op.create_table(
        "tally_act",
        _index("idx"),
        sa.Column("certificate", sa.BigInteger(), nullable=False),
        *_texts("state"),
    )
    op.create_index("ix_tally_act_certificate", "tally_act", ["certificate"])
    op.create_table(
        "tally_batch",
        sa.Column("batch", sa.LargeBinary(), primary_key=True),
        *_texts("prefix", "bureau", "received_on", "decided_on"),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("legacy", sa.Boolean(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("approved_count", sa.Integer(), nullable=False),
    )
    op.create_index("ix_tally_batch_decided_on", "tally_batch", ["decided_on"])
    op.create_table(
        "tally_reason",
        sa.Column("batch", sa.LargeBinary(), primary_key=True),
        *_key("kind", "code"),
        sa.Column("count", sa.Integer(), nullable=False),
    )


def _index(name: str) -> sa.Column[int]:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, key, primary_key=True, autoincrement=False)


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), primary_key=True) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]
