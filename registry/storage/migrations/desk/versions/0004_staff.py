"""Accounts, sessions, tokens, attempts to log in, and the trail, which is appended only."""

import sqlalchemy as sa
from alembic import op

from registry.storage.append_only import sqlite_only_where, sqlite_triggers

revision = "desk_0004"
down_revision = "desk_0003"

_CUT = "SELECT 1 FROM trail_cut WHERE OLD.at < before_at"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "staff_account",
        sa.Column("id", sa.String(), primary_key=True),
        *_texts("login", "name", "role", "office"),
        _flag("active"),
        *_texts("password"),
        _flag("password_due"),
        *_bytes("totp", "totp_place"),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        *_texts("created_at", "seen_at"),
    )
    op.create_index("ix_staff_account_login", "staff_account", ["login"], unique=True)
    op.create_table(
        "staff_recovery",
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
        *_texts("account"),
    )
    op.create_index("ix_staff_recovery_account", "staff_recovery", ["account"])
    op.create_table(
        "staff_session",
        sa.Column("id", sa.String(), primary_key=True),
        *_texts("account", "stage"),
        *_bytes("current", "previous"),
        *_texts("previous_until"),
        _flag("confirmed"),
        *_texts("csrf", "browser", "network", "opened_at", "rotated_at", "seen_at", "expires_at"),
    )
    op.create_index("ix_staff_session_current", "staff_session", ["current"], unique=True)
    op.create_index("ix_staff_session_previous", "staff_session", ["previous"])
    op.create_index("ix_staff_session_account", "staff_session", ["account"])
    op.create_table(
        "staff_token",
        sa.Column("id", sa.String(), primary_key=True),
        *_bytes("digest"),
        *_texts("account", "name", "scopes", "created_at", "ends_at", "ended_at", "seen_at"),
    )
    op.create_index("ix_staff_token_digest", "staff_token", ["digest"], unique=True)
    op.create_index("ix_staff_token_account", "staff_token", ["account"])
    op.create_table(
        "staff_attempt",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        *_texts("last_at", "until_at"),
    )
    _create_trail()


def _create_trail() -> None:
    op.create_table(
        "trail",
        sa.Column("id", sa.String(), primary_key=True),
        *_texts("at", "account", "role", "act", "subject", "outcome", "address", "details"),
        sqlite_with_rowid=False,
    )
    for column in ("account", "subject", "act"):
        op.create_index(f"ix_trail_{column}", "trail", [column, "id"])
    op.create_table(
        "trail_cut",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        *_texts("before_at"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in (*sqlite_triggers("trail", [["id"]]), *sqlite_only_where("trail", _CUT)):
            op.execute(statement)
        return
    # The desk's schema stands alone: it does not lean on functions of the register's.
    op.execute(
        "CREATE FUNCTION skillcert_trail_stays() RETURNS trigger LANGUAGE plpgsql "
        "SET search_path = public, pg_temp AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN IF EXISTS ({_CUT}) THEN RETURN OLD; END IF; END IF; "
        "RAISE EXCEPTION 'append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER trail_stays BEFORE UPDATE OR DELETE ON trail "
        "FOR EACH ROW EXECUTE FUNCTION skillcert_trail_stays()"
    )
    op.execute(
        "CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON trail "
        "FOR EACH STATEMENT EXECUTE FUNCTION skillcert_trail_stays()"
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _bytes(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(name, sa.LargeBinary(), nullable=False) for name in names]


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)
