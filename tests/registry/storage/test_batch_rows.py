"""A batch is kept whole or not at all, and decided once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.storage.batch_rows import (
    BatchRows,
    StoredBatch,
    StoredBatchRow,
    insert_batch,
    insert_return,
)
from registry.storage.errors import DatabaseUnavailable
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import KeptReader, open_engine, sqlite_url

BATCH = StoredBatch(
    id=b"b" * 16,
    prefix="S000043990001",
    received_on="2026-01-05",
    received_at="2026-01-05T01:00:00Z",
    form5_name="表5.xlsx",
    form4_name="表4.xlsx",
    form5=b"\x00five",
    form4=b"\x00four",
    salt=b"s" * 32,
    form5_mac=b"m" * 32,
    form4_mac=b"n" * 32,
    findings="[]",
    legacy="",
    row_count=5,
    mac=b"mac",
)


def rows(count: int) -> list[StoredBatchRow]:
    return [
        StoredBatchRow(row, row % 3 == 0, row % 2 == 0, "[]", b"sealed", b"mac")
        for row in range(3, 3 + count)
    ]


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(database or sqlite_url(tmp_path / "register.sqlite"))
    migrate(opened, Schema.REGISTER)
    yield opened
    opened.dispose()


@pytest.fixture
def batches(engine: Engine) -> Iterator[BatchRows]:
    reader = KeptReader(engine)
    yield BatchRows(reader)
    reader.close()


def test_a_batch_comes_back_as_it_was_kept(engine: Engine, batches: BatchRows) -> None:
    insert_batch(engine, BATCH, rows(5))
    assert batches.batch(BATCH.id) == BATCH
    assert list(batches.rows(BATCH.id)) == rows(5)
    assert batches.batch(b"x" * 16) is None
    assert list(batches.rows(b"x" * 16)) == []


def test_many_rows_come_in_the_order_of_the_file(engine: Engine, batches: BatchRows) -> None:
    insert_batch(engine, BATCH, rows(4_001)[::-1])
    assert [each.row for each in batches.rows(BATCH.id)] == list(range(3, 4_004))


def test_a_batch_is_kept_whole_or_not_at_all(engine: Engine, batches: BatchRows) -> None:
    twice = [*rows(3), rows(1)[0]]
    with pytest.raises((DatabaseUnavailable, sa.exc.IntegrityError)):
        insert_batch(engine, BATCH, twice)
    assert batches.batch(BATCH.id) is None
    assert list(batches.rows(BATCH.id)) == []


def test_a_batch_is_decided_once(engine: Engine, batches: BatchRows) -> None:
    insert_batch(engine, BATCH, rows(1))
    later = replace(BATCH, id=b"c" * 16, received_at="2026-01-06T01:00:00Z", received_on="2026-01-06")
    insert_batch(engine, later, rows(1))
    assert [each[0] for each in batches.undecided()] == [BATCH.id, later.id]
    assert batches.decision(BATCH.id) is None
    insert_return(engine, BATCH.id, "2026-01-07T01:00:00Z", "{}")
    assert batches.decision(BATCH.id) == (False, "{}")
    assert batches.undecided() == [(later.id, "S000043990001", "2026-01-06")]
    with pytest.raises(sa.exc.IntegrityError):
        insert_return(engine, BATCH.id, "2026-01-08T01:00:00Z", "other")
    assert batches.decision(BATCH.id) == (False, "{}")
