"""The register: the log, the sealed records, batches and decisions."""

import sqlalchemy as sa
from alembic import op

from registry.storage.append_only import postgresql_function, postgresql_triggers, sqlite_triggers
from registry.storage.columns import counting_key

revision = "register_0001"
down_revision = None

# Each table with its unique keys: every one of them needs its own guard against INSERT OR REPLACE.
APPEND_ONLY = {
    "entry": [["idx"]],
    "landmark": [["idx"]],
    "tile": [["level", "number"]],
    "checkpoint": [["size"]],
    "approval": [["idx"], ["batch"]],
    "act": [["idx"]],
    "record": [["idx"], ["number", "version"]],
    "status_list": [["idx"]],
    "decision": [["batch"]],
}


def upgrade() -> None:
    """Creates the tables, then forbids changing those of the log."""
    _log()
    _records()
    _batches()
    _forbid_changes()


def _index() -> sa.Column[int]:
    return sa.Column("idx", counting_key(), primary_key=True, autoincrement=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _log() -> None:
    op.create_table("entry", _index(), _bytes("body"))
    op.create_table("landmark", _index(), _text("type"))
    op.create_index("ix_landmark_type", "landmark", ["type", "idx"])
    op.create_table(
        "tile",
        sa.Column("level", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        _bytes("root"),
        _bytes("hashes"),
        _bytes("above"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", counting_key(), primary_key=True, autoincrement=False),
        _bytes("note"),
    )
    op.create_table(
        "approval",
        _index(),
        _bytes("batch"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_ordinal", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("batch"),
    )
    op.create_table(
        "act",
        _index(),
        sa.Column("certificate", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_act_certificate", "act", ["certificate", "idx"])
    op.create_table("status_list", _index(), _text("name"), _bytes("body"))
    op.create_index("ix_status_list_name", "status_list", ["name", "idx"])


def _records() -> None:
    op.create_table(
        "record",
        _index(),
        sa.Column("certificate", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("number"),
        _bytes("commitment"),
        _bytes("sealed"),
        _bytes("person"),
        _bytes("named_person"),
        sa.UniqueConstraint("number", "version"),
    )
    op.create_index("ix_record_person", "record", ["person"])


def _batches() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.LargeBinary(), primary_key=True),
        *(_text(name) for name in ("prefix", "received_on", "received_at", "form5_name", "form4_name")),
        *(_bytes(name) for name in ("form5", "form4", "salt", "form5_mac", "form4_mac")),
        *(_text(name) for name in ("findings", "legacy")),
    )
    op.create_table(
        "batch_row",
        sa.Column("batch", sa.LargeBinary(), primary_key=True),
        sa.Column("row", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        _text("findings"),
        _bytes("sealed"),
    )
    op.create_table(
        "decision",
        sa.Column("batch", sa.LargeBinary(), primary_key=True),
        sa.Column("approved", sa.Boolean(), nullable=False),
        _text("decided_at"),
        _text("content"),
        sqlite_with_rowid=False,
    )


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, unique_keys in APPEND_ONLY.items():
            for statement in sqlite_triggers(table, unique_keys):
                op.execute(statement)
    else:
        op.execute(postgresql_function())
        for table in APPEND_ONLY:
            for statement in postgresql_triggers(table):
                op.execute(statement)
