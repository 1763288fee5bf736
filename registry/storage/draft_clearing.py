"""Removing the drafts of a batch from the desk."""

from sqlalchemy.engine import Engine

from registry.storage.sql import KeptReader, for_dialect, writing

_TABLES = ("proposal", "inspection", "review_row", "review")


def drafts_before(reader: KeptReader, before: str) -> list[bytes]:
    """The batches whose drafts nobody changed since that moment."""
    rows = reader.rows("SELECT batch FROM review WHERE changed_at < ? ORDER BY batch", before)
    return [bytes(row[0]) for row in rows]


def clear_drafts(engine: Engine, batch: bytes) -> None:
    """Removes everything that the desk holds of a batch, at once."""
    with writing(engine) as connection:
        for table in _TABLES:
            statement = for_dialect(f"DELETE FROM {table} WHERE batch = ?", engine.dialect.name)
            connection.exec_driver_sql(statement, (batch,))
