"""A batch may take the place of an earlier one, and says in clear what was found without a row being read."""

import sqlalchemy as sa
from alembic import op

revision = "register_0004"
down_revision = "register_0003"

_SMALL_FIRST = ("id", "prefix", "received_on", "received_at", "form5_name", "form4_name", "salt", "form5_mac",
                "form4_mac", "findings", "legacy", "row_count", "mac", "previous", "upload_mac", "plan",
                "overview", "row_index", "form5", "form4")  # fmt: skip


def upgrade() -> None:
    """Adds the columns; on SQLite behind which the files are moved.

    There a column behind a file is reached by walking all of the file's pages.
    """
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    order: list[tuple[str, ...]] = [_SMALL_FIRST] if on_sqlite else []
    with op.batch_alter_table(
        "batch", recreate="always" if on_sqlite else "never", partial_reordering=order
    ) as batch:
        batch.add_column(sa.Column("previous", sa.LargeBinary(), nullable=True))
        for name in ("upload_mac", "row_index"):
            batch.add_column(sa.Column(name, sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
        for name in ("plan", "overview"):
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_index("ix_batch_prefix", "batch", ["prefix", "received_at"])
    op.create_index("ix_batch_previous", "batch", ["previous"], unique=True)
    op.create_index("ix_batch_upload_mac", "batch", ["upload_mac"])
