"""Tile roots are read without their tiles, and what a batch keeps in clear is bound by a keyed hash."""

import sqlalchemy as sa
from alembic import op

revision = "register_0002"
down_revision = "register_0001"


def upgrade() -> None:
    """Adds an index and three columns.

    Only who holds the vault's keys can seal: a batch from before stays without, and the audit will say so.
    """
    # On SQLite the tile's row is its key's leaf: without this index, reading a root walks 16 KB of hashes.
    op.create_index("ix_tile_root", "tile", ["level", "number", "root"])
    op.add_column("batch", sa.Column("row_count", sa.Integer(), nullable=False, server_default="0"))
    for table in ("batch", "batch_row"):
        op.add_column(table, sa.Column("mac", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
