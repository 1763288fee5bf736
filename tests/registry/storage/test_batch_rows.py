"""A batch is kept whole or not at all, and decided once."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.national.queue import SendingState
from registry.storage.batch_reads import BatchReads, NationalCounts
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


def test_versions_stand_in_one_line_and_a_place_is_taken_once(engine: Engine) -> None:
    second = replace(BATCH, id=b"c" * 16, previous=BATCH.id, received_at="2026-01-06T01:00:00Z")
    third = replace(BATCH, id=b"d" * 16, previous=second.id, received_at="2026-01-07T01:00:00Z")
    for batch in (BATCH, second, third):
        insert_batch(engine, batch, rows(1))
    with pytest.raises(sa.exc.IntegrityError):
        insert_batch(engine, replace(third, id=b"e" * 16), rows(1))
    with closing(KeptReader(engine)) as reader:
        reads = BatchReads(reader)
        for identity in (BATCH.id, second.id, third.id):
            assert [head.id for head in reads.versions(identity)] == [BATCH.id, second.id, third.id]
        middle = reads.head(second.id)
        assert middle is not None
        assert (middle.previous, middle.next, middle.waits) == (BATCH.id, third.id, False)
        assert reads.head(b"x" * 16) is None
        assert [head.id for head in reads.newest_of([BATCH.prefix], 9, 0)] == [third.id]
        assert reads.newest_of([BATCH.prefix], 9, 1) == reads.newest_of([], 9, 0) == []
        assert (reads.count_newest_of([BATCH.prefix]), reads.count_newest_of([])) == (1, 0)
        assert BatchRows(reader).undecided() == [(third.id, BATCH.prefix, BATCH.received_on)]


def test_an_upload_is_known_again_until_it_is_decided_or_replaced(engine: Engine) -> None:
    first = replace(BATCH, upload_mac=b"same")
    insert_batch(engine, first, rows(1))
    with closing(KeptReader(engine)) as reader:
        reads = BatchReads(reader)
        assert reads.waiting_with(b"same") == first.id
        assert reads.waiting_with(b"other") is None
        insert_return(engine, first.id, "2026-01-07T01:00:00Z", "{}")
        assert reads.waiting_with(b"same") is None
        insert_batch(engine, replace(first, id=b"c" * 16), rows(1))
        assert reads.waiting_with(b"same") == b"c" * 16
        insert_batch(engine, replace(first, id=b"d" * 16, previous=b"c" * 16, upload_mac=b"new"), rows(1))
        assert reads.waiting_with(b"same") is None


def test_a_page_reads_the_rows_that_it_shows(engine: Engine) -> None:
    found = StoredBatchRow(5, True, False, '[{"code":"R03"}]', b"sealed", b"mac")
    stored = [each for each in rows(9) if each.row != found.row] + [found]
    insert_batch(engine, replace(BATCH, row_index=b"packed"), stored)
    with closing(KeptReader(engine)) as reader:
        reads = BatchReads(reader)
        assert reads.rows(BATCH.id, [5, 3, 99]) == [rows(1)[0], found]
        assert reads.rows(BATCH.id, []) == []
        assert reads.findings(BATCH.id) == [(5, found.findings)]
        assert (reads.row_index(BATCH.id), reads.row_index(b"x" * 16)) == (b"packed", b"")
        assert reads.entered(BATCH.id) is None
        assert reads.decision_content(BATCH.id) == ""


def test_what_the_network_has_is_counted_by_state(engine: Engine) -> None:
    migrate(engine, Schema.DESK)
    with engine.begin() as connection:
        for seq, state in ((4, "online"), (5, "sent"), (6, "online"), (9, "rejected")):
            connection.exec_driver_sql(
                "INSERT INTO national_progress (seq, state, on_date, reason, batch) "
                f"VALUES ({seq}, '{state}', '2026-01-05', '', '')"
            )
    with closing(KeptReader(engine)) as reader:
        counts = NationalCounts(reader)
        assert counts.of(4, 5, {}) == {
            SendingState.PENDING: 2,
            SendingState.SENT: 1,
            SendingState.ONLINE: 2,
            SendingState.REJECTED: 0,
        }
        assert counts.states([4, 7])[7].state is SendingState.PENDING
        # Of a certificate that was acted on, its newest entry counts.
        assert counts.of(4, 2, {5: 9}) == dict.fromkeys(SendingState, 0) | {
            SendingState.ONLINE: 1,
            SendingState.REJECTED: 1,
        }
