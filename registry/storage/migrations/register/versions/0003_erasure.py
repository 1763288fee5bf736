"""Erasure: what was erased and why, and records that may go once that is written down."""

import sqlalchemy as sa
from alembic import op

from registry.storage.append_only import (
    postgresql_only_where,
    postgresql_triggers,
    sqlite_only_where,
    sqlite_triggers,
)
from registry.storage.columns import counting_key

revision = "register_0003"
down_revision = "register_0002"

APPEND_ONLY = {
    "erasure": [["idx"], ["certificate"], ["number_mac"]],
    "erased_place": [["place_table", "place_row", "place_column"]],
}
_ERASED = "SELECT 1 FROM erasure WHERE erasure.certificate = OLD.certificate"


def upgrade() -> None:
    """Creates the tables, and lets a record go if its certificate has an erasure."""
    op.create_table(
        "erasure",
        sa.Column("idx", counting_key(), primary_key=True, autoincrement=False),
        sa.Column("certificate", sa.BigInteger(), nullable=False),
        sa.Column("number_mac", sa.LargeBinary(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("certificate"),
        sa.UniqueConstraint("number_mac"),
    )
    op.create_table(
        "erased_place",
        # The key first: SQLite 3.40 calls other columns damaged that stand before it.
        sa.Column("place_table", sa.String(), primary_key=True),
        sa.Column("place_row", sa.LargeBinary(), primary_key=True),
        sa.Column("place_column", sa.String(), primary_key=True),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_erased_place_idx", "erased_place", ["idx"])
    op.create_table(
        "removal",
        sa.Column("certificate", counting_key(), primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table, unique_keys in APPEND_ONLY.items():
            for statement in sqlite_triggers(table, unique_keys):
                op.execute(statement)
        statements = sqlite_only_where("record", _ERASED)
    else:
        for table in APPEND_ONLY:
            for statement in postgresql_triggers(table):
                op.execute(statement)
        statements = postgresql_only_where("record", _ERASED)
    for statement in statements:
        op.execute(statement)
