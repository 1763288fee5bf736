"""Log-ins through an outside identity provider that are under way."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0010"
down_revision = "desk_0009"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "oidc_attempt",
        sa.Column("state", sa.LargeBinary(), primary_key=True),
        sa.Column("browser", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("until_at", sa.String(), nullable=False),
    )
    op.create_index("ix_oidc_attempt_until", "oidc_attempt", ["until_at"])
