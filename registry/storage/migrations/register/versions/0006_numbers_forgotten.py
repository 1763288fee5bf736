"""An erased number is forgotten with the rest: nothing waits any more until the network has confirmed."""

from alembic import op

revision = "register_0006"
down_revision = "register_0005"


def upgrade() -> None:
    """Drops the table of sealed numbers; a keyed hash of each stays in `erasure`."""
    op.drop_table("removal")
