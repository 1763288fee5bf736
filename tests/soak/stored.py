"""What the database holds, asked by SQL without the program: published or not."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from registry.storage.sql import open_engine, writing

_PAST = "2000-01-01T00:00:00Z"


class Stored:
    """A look into the databases; no connection outlives a question."""

    def __init__(self, register_url: str, desk_url: str) -> None:
        self._engine, self._desk = _unpooled(register_url), _unpooled(desk_url)

    def _rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        with self._engine.connect().execution_options(read_only=True) as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def batch(self, form5_name: str) -> tuple[bytes, int] | None:
        """The newest batch of that file: its id, and how many rows are there."""
        found = self._rows(
            "SELECT id, (SELECT count(*) FROM batch_row WHERE batch = batch.id) FROM batch "
            "WHERE form5_name = :name ORDER BY received_at DESC",
            name=form5_name,
        )
        if not found:
            return None
        identity, rows = found[0]
        return bytes(identity), int(rows)

    def decision(self, identity: bytes) -> bool | None:
        """Whether the batch was approved; None while nobody decided."""
        found = self._rows("SELECT approved FROM decision WHERE batch = :batch", batch=identity)
        return bool(found[0][0]) if found else None

    def last_entry_of(self, identity: bytes) -> int:
        """The index of an approved batch's last certificate."""
        ((index, count),) = self._rows("SELECT idx, count FROM approval WHERE batch = :batch", batch=identity)
        return int(index) + int(count)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self._rows(f"SELECT count(*) FROM {table}")[0][0])

    def checkpoints(self) -> set[bytes]:
        """Every note that was ever published."""
        return {bytes(row[0]) for row in self._rows("SELECT note FROM checkpoint")}

    def sizes(self) -> tuple[int, int]:
        """How many entries are stored, and how many published."""
        ((stored, published),) = self._rows(
            "SELECT (SELECT count(*) FROM entry), (SELECT coalesce(max(size), 0) FROM checkpoint)"
        )
        return int(stored), int(published)

    def let_lease_run_out(self) -> None:
        """The minutes pass that a killed sender's lease has left; nobody waits for them here."""
        with writing(self._desk) as connection:
            connection.execute(sa.text("UPDATE national_lease SET until_at = :past"), {"past": _PAST})


def _unpooled(url: str) -> sa.Engine:
    engine = open_engine(url)
    return engine if isinstance(engine.pool, NullPool) else sa.create_engine(engine.url, poolclass=NullPool)
