"""The other side of an append: the same rows, put into a database of the same schema by plain SQL.

It neither hashes nor signs, keeps its connection and knows all rows beforehand: the least that a program
could do that stores what a register stores. On PostgreSQL it takes COPY, the fastest way in.
"""

import time
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.engine import Engine

from registry.storage.sql import KeptReader, Row

# The tables that an approval writes to and whose first column counts; tiles and decisions beside them.
_COUNTED: Final = {
    "entry": "idx",
    "landmark": "idx",
    "approval": "idx",
    "record": "idx",
    "checkpoint": "size",
}
_TABLES: Final = (*_COUNTED, "tile", "decision")


class Mirror:
    """A second database that takes over the new rows of the first after each append."""

    def __init__(self, source: Engine, own: Engine, *, guarded: bool = True) -> None:
        self.seconds: list[float] = []
        self.processor_seconds: list[float] = []
        self._source = KeptReader(source)
        self._own = own.connect()
        self._dialect = own.dialect.name
        if not guarded:
            self._drop_triggers()
        newest = {table: self._kept(f"SELECT max({key}) FROM {table}") for table, key in _COUNTED.items()}
        self._last = {table: -1 if row[0] is None else int(row[0]) for table, (row,) in newest.items()}
        tiles = self._kept("SELECT level, max(number) FROM tile GROUP BY level")
        self._tiles = {int(level): int(number) for level, number in tiles}

    def close(self) -> None:
        """Gives both connections back."""
        self._source.close()
        self._own.close()
        self._own.engine.dispose()

    def follow(self) -> None:
        """Inserts what is new, and notes how many seconds that took; reading it is not counted."""
        new = self._new_rows()
        started, spent = time.perf_counter(), time.process_time()
        with self._own.begin():
            for table, rows in new.items():
                self._insert(table, rows)
        self.seconds.append(time.perf_counter() - started)
        self.processor_seconds.append(time.process_time() - spent)

    def forget_times(self) -> None:
        """What was timed so far does not count."""
        self.seconds.clear()
        self.processor_seconds.clear()

    def holds_the_same(self) -> bool:
        """Whether both databases have as many rows in every table."""
        counting = [f"SELECT count(*) FROM {table}" for table in _TABLES]
        return [self._source.rows(each) for each in counting] == [self._kept(each) for each in counting]

    def _new_rows(self) -> dict[str, list[Row]]:
        new = {
            table: self._source.rows(
                f"SELECT * FROM {table} WHERE {key} > ? ORDER BY {key}", self._last[table]
            )
            for table, key in _COUNTED.items()
        }
        self._last |= {table: int(rows[-1][0]) for table, rows in new.items() if rows}
        batches = [batch for _, batch, *_ in new["approval"]]
        new["decision"] = [
            row
            for each in batches
            for row in self._source.rows("SELECT * FROM decision WHERE batch = ?", each)
        ]
        new["tile"] = self._new_tiles()
        return new

    def _new_tiles(self) -> list[Row]:
        """The new tiles, level by level up to the first that has none: above it there is none either."""
        new: list[Row] = []
        level = 0
        while rows := self._source.rows(
            "SELECT * FROM tile WHERE level = ? AND number > ? ORDER BY number",
            level,
            self._tiles.get(level, -1),
        ):
            self._tiles[level] = int(rows[-1][1])
            new += rows
            level += 1
        return new

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        if self._dialect == "postgresql":
            driver: Any = self._own.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join("?" for _ in rows[0])
            self._own.exec_driver_sql(f"INSERT INTO {table} VALUES ({places})", list(rows))

    def _kept(self, statement: str) -> list[Row]:
        with self._own.begin():
            return [tuple(row) for row in self._own.exec_driver_sql(statement)]

    def _drop_triggers(self) -> None:
        with self._own.begin():
            triggers = self._own.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in triggers.fetchall():
                self._own.exec_driver_sql(f"DROP TRIGGER {name}")
