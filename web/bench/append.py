"""Appending prepared certificates in approvals of a thousand, and inserting the same rows by plain SQL.

Ours is `append_approval` by the one writer: checks, hashes, tiles, guard and signed checkpoint. The other
side reads back what ours stored and puts the same rows into a database of the same schema and durability, in
one transaction of bare `sqlite3`. A third does so without the triggers that make the tables append-only: the
least that any program could do, and not what a register may do.
"""

import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from registry.ledger.append import PreparedCertificate, append_approval
from registry.ledger.entries import Entry
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import open_engine, sqlite_url
from web.bench.ground import Ground, a_ground
from web.bench.measurement import (
    Bound,
    Measurement,
    MeasurementFailed,
    Progress,
    Requirement,
    paired_ratio,
    side,
)

DEFAULT_SIZE = 40_000
_BATCH = 1_000
_RATE, _RATIO = 30_000, 0.5
# The tables that an approval writes to: the counting key of each, or how many columns its key has.
_COUNTED = {"entry": "idx", "landmark": "idx", "approval": "idx", "record": "idx", "checkpoint": "size"}
_KEYED = {"tile": 2, "decision": 1}


def measure(size: int, progress: Progress) -> Measurement:
    """Appends `size` certificates, rounded down to whole batches (at least two)."""
    rounds = max(2, size // _BATCH)
    ours: list[float] = []
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory, ExitStack() as stack:
        path = Path(directory)
        ground = stack.enter_context(a_ground(path))
        source = ground.register.places.register_file
        guarded = stack.enter_context(closing(_Mirror(source, path / "guarded.sqlite", guarded=True)))
        bare = stack.enter_context(closing(_Mirror(source, path / "bare.sqlite", guarded=False)))
        batches = _batches(ground, rounds + 1, progress)
        _append(ground, batches.pop())
        mirrors = (guarded, bare)
        for each in mirrors:
            each.follow()
            each.seconds.clear()
        for done, batch in enumerate(batches, start=1):
            ours.append(_append(ground, batch))
            for each in mirrors:
                each.follow()
            progress("入库", done, rounds)
        if not all(each.holds_the_same() for each in mirrors):
            raise MeasurementFailed("rows_differ")
    appended = side("append_approval", ours, _BATCH)
    return Measurement(
        sizes={"certificates": rounds * _BATCH, "batch": _BATCH},
        sides=(
            appended,
            side("plain SQL, same rows, same schema", guarded.seconds, _BATCH),
            side("plain SQL, tables without triggers", bare.seconds, _BATCH),
        ),
        requirements=(
            Requirement("每秒入库", appended.per_second, Bound.AT_LEAST, _RATE, "本/秒"),
            Requirement(
                "比纯 SQL 插入同样的行", paired_ratio(guarded.seconds, ours), Bound.AT_LEAST, _RATIO, "×"
            ),
        ),
        notes=(
            "纯 SQL 一侧不散列、不签名、不写卫兵，一个事务写入同样的行；三库行数相同。",
            f"若再去掉防改写触发器，比值为 {paired_ratio(bare.seconds, ours):.2f} ×。",
        ),
    )


@dataclass(frozen=True)
class _Batch:
    content: Entry
    certificates: Sequence[PreparedCertificate]


def _batches(ground: Ground, count: int, progress: Progress) -> list[_Batch]:
    made = []
    for done in range(count):
        office = ground.offices[done % len(ground.offices)]
        certificates = ground.prepared(ground.certificates(office, _BATCH))
        made.append(_Batch(ground.approval(office.filing, certificates), certificates))
        progress("准备", done + 1, count)
    return made


def _append(ground: Ground, batch: _Batch) -> float:
    started = time.perf_counter()
    append_approval(ground.writer, batch.content, batch.certificates)
    return time.perf_counter() - started


class _Mirror:
    """The other database: after each append it takes over the new rows."""

    def __init__(self, source: Path, own: Path, *, guarded: bool) -> None:
        self.seconds: list[float] = []
        self._source = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
        self._engine = open_engine(sqlite_url(own))
        migrate(self._engine, Schema.REGISTER)
        self._fairy = self._engine.raw_connection()
        self._own: sqlite3.Connection = self._fairy.driver_connection  # type: ignore[assignment]  # it is one
        triggers = self._own.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in () if guarded else triggers:
            self._own.execute(f"DROP TRIGGER {name}")
        self._last = dict.fromkeys(_COUNTED, -1)
        self._seen: dict[str, set[tuple[object, ...]]] = {table: set() for table in _KEYED}

    def close(self) -> None:
        """Gives both connections back."""
        self._source.close()
        self._fairy.invalidate()
        self._engine.dispose()

    def follow(self) -> None:
        """Inserts what is new, and notes how many seconds that took; reading it is not counted."""
        new = {table: self._new_rows(table) for table in (*_COUNTED, *_KEYED)}
        started = time.perf_counter()
        self._own.execute("BEGIN IMMEDIATE")
        for table, rows in new.items():
            if rows:
                places = ", ".join("?" for _ in rows[0])
                self._own.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        self._own.execute("COMMIT")
        self.seconds.append(time.perf_counter() - started)

    def holds_the_same(self) -> bool:
        """Whether both databases have as many rows in every table."""
        counts = [
            [each.execute(f"SELECT count(*) FROM {table}").fetchone() for table in (*_COUNTED, *_KEYED)]
            for each in (self._source, self._own)
        ]
        return counts[0] == counts[1]

    def _new_rows(self, table: str) -> list[tuple[object, ...]]:
        if table in _COUNTED:
            key = _COUNTED[table]
            found = self._source.execute(f"SELECT * FROM {table} WHERE {key} > ?", (self._last[table],))
            rows = found.fetchall()
            last = self._source.execute(f"SELECT max({key}) FROM {table}").fetchone()[0]
            self._last[table] = -1 if last is None else last
            return rows
        seen, columns = self._seen[table], _KEYED[table]
        rows = [row for row in self._source.execute(f"SELECT * FROM {table}") if row[:columns] not in seen]
        seen.update(row[:columns] for row in rows)
        return rows
