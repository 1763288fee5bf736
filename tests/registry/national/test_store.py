"""The desk's memory of sending: what a lease allows, and what each step leaves behind."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.national.errors import LeaseLost
from registry.national.objects import BatchId
from registry.national.protocol import make_batch
from registry.national.queue import PENDING, NationalState, SendingState
from registry.national.rows import row_bytes
from registry.national.store import TABLES, InFlight, KeptAnswer, NationalStore, Position
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import open_engine, sqlite_url
from signing.encoding import b64url_encode
from tests.registry.national.builders import desk_store
from tests.registry.national.row_builders import NOON, a_row

ONE, OTHER = "worker-1", "worker-2"
LASTS = timedelta(seconds=60)
ANSWER = KeptAnswer(b"{}", {"signature": "sig=:AA==:"})
ONLINE = NationalState(SendingState.ONLINE, date(2026, 3, 2))
REJECTED = NationalState(SendingState.REJECTED, date(2026, 3, 2), "employer_missing")


def flight(number: int, first: int, seqs: tuple[int, ...], previous: str = "") -> InFlight:
    lines = [row_bytes(a_row(seq)) for seq in seqs]
    batch = BatchId(b64url_encode(bytes([number]) * 16))
    return InFlight(make_batch(batch, BatchId(previous), first, seqs[-1], lines).manifest, seqs)


FIRST = flight(1, 1, (1, 3))


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[NationalStore]:
    """A desk on each of the databases that the register supports."""
    made, engine = desk_store(database or sqlite_url(tmp_path / "desk.sqlite"))
    assert made.take_lease(ONE, NOON, LASTS)
    yield made
    engine.dispose()


def test_the_migrated_desk_has_these_tables(database: str, tmp_path: Path) -> None:
    engine = open_engine(database or sqlite_url(tmp_path / "desk.sqlite"))
    migrate(engine, Schema.DESK)
    found = sa.inspect(engine)
    for table in TABLES:
        columns = {each["name"]: each["nullable"] for each in found.get_columns(table.name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}
    engine.dispose()


def test_a_position_that_was_never_sent_is_pending(store: NationalStore) -> None:
    assert store.state_of([1, 2]) == {1: PENDING, 2: PENDING}
    assert store.state_of([]) == {}
    assert store.position() == Position(BatchId(""), 0)
    assert store.in_flight() is None


def test_a_batch_is_known_before_it_is_answered(store: NationalStore) -> None:
    store.record_sent(FIRST, ONE, NOON)
    assert store.in_flight() == FIRST
    sent = NationalState(SendingState.SENT, date(2026, 3, 2))
    assert store.state_of([1, 2, 3]) == {1: sent, 2: PENDING, 3: sent}
    assert store.position().last == 0
    assert store.answer(FIRST.manifest.batch) is None


def test_a_receipt_settles_its_rows_and_is_kept(store: NationalStore) -> None:
    store.record_sent(FIRST, ONE, NOON)
    batch = FIRST.manifest.batch
    store.record_receipt(batch, {1: ONLINE, 3: REJECTED}, ANSWER, holder=ONE, now=NOON)
    assert store.state_of([1, 3]) == {1: ONLINE, 3: REJECTED}
    assert store.in_flight() is None
    assert store.position() == Position(batch, 3)
    assert store.answer(batch) == ANSWER
    assert store.counts() == {SendingState.SENT: 0, SendingState.ONLINE: 1, SendingState.REJECTED: 1}


def test_the_chain_ends_with_the_last_answered_batch(store: NationalStore) -> None:
    second = flight(2, 4, (4,), FIRST.manifest.batch)
    store.record_sent(FIRST, ONE, NOON)
    store.record_receipt(FIRST.manifest.batch, {1: ONLINE, 3: ONLINE}, ANSWER, holder=ONE, now=NOON)
    store.record_sent(second, ONE, NOON)
    assert store.position() == Position(FIRST.manifest.batch, 3)
    store.record_receipt(second.manifest.batch, {4: ONLINE}, ANSWER, holder=ONE, now=NOON)
    assert store.position() == Position(second.manifest.batch, 4)


def test_a_withdrawn_batch_leaves_its_rows_pending(store: NationalStore) -> None:
    store.record_sent(FIRST, ONE, NOON)
    store.withdraw(FIRST.manifest.batch, ONE, NOON)
    assert store.state_of([1, 3]) == {1: PENDING, 3: PENDING}
    assert store.in_flight() is None
    assert store.position().last == 0


def test_a_receipt_is_recorded_once(store: NationalStore) -> None:
    """A sender that slept through its lease must not overwrite what the next one settled."""
    store.record_sent(FIRST, ONE, NOON)
    batch = FIRST.manifest.batch
    store.record_receipt(batch, {1: ONLINE, 3: ONLINE}, ANSWER, holder=ONE, now=NOON)
    with pytest.raises(LeaseLost):
        store.record_receipt(batch, {1: REJECTED, 3: REJECTED}, ANSWER, holder=ONE, now=NOON)
    assert store.state_of([1, 3]) == {1: ONLINE, 3: ONLINE}


def test_a_row_that_cannot_be_sent_is_set_aside(store: NationalStore) -> None:
    store.set_aside(5, "row_too_long", ONE, NOON)
    assert store.state_of([5])[5] == NationalState(SendingState.REJECTED, date(2026, 3, 2), "row_too_long")


def test_one_sender_at_a_time(store: NationalStore) -> None:
    assert store.take_lease(ONE, NOON, LASTS)
    assert not store.take_lease(OTHER, NOON + timedelta(seconds=59), LASTS)
    assert store.take_lease(OTHER, NOON + timedelta(seconds=60), LASTS)
    assert not store.take_lease(ONE, NOON + timedelta(seconds=61), LASTS)


def test_a_clock_that_was_set_back_shuts_no_sender_out(store: NationalStore) -> None:
    """A lease taken while the clock ran ahead would last until then; its holder may even be dead."""
    store.record_sent(FIRST, ONE, NOON)
    ahead = NOON + timedelta(days=400)
    assert store.take_lease(ONE, ahead, LASTS)
    assert store.take_lease(OTHER, NOON + timedelta(seconds=1), LASTS)
    with pytest.raises(LeaseLost):
        store.record_receipt(FIRST.manifest.batch, {1: ONLINE, 3: ONLINE}, ANSWER, holder=ONE, now=ahead)
    assert store.in_flight() == FIRST


def test_a_second_that_is_taken_back_changes_no_lease(store: NationalStore) -> None:
    assert not store.take_lease(OTHER, NOON - timedelta(seconds=1), LASTS)
    assert store.take_lease(ONE, NOON - timedelta(seconds=1), LASTS)
    assert not store.take_lease(OTHER, NOON + timedelta(seconds=1), LASTS)


def test_a_released_lease_is_free_at_once(store: NationalStore) -> None:
    store.release_lease(OTHER)
    assert not store.take_lease(OTHER, NOON, LASTS)
    store.release_lease(ONE)
    assert store.take_lease(OTHER, NOON, LASTS)


def test_who_lost_the_lease_writes_nothing(store: NationalStore) -> None:
    store.record_sent(FIRST, ONE, NOON)
    assert store.take_lease(OTHER, NOON + LASTS, LASTS)
    batch, second = FIRST.manifest.batch, flight(2, 4, (4,))
    with pytest.raises(LeaseLost):
        store.record_receipt(batch, {1: ONLINE, 3: ONLINE}, ANSWER, holder=ONE, now=NOON)
    with pytest.raises(LeaseLost):
        store.withdraw(batch, ONE, NOON)
    with pytest.raises(LeaseLost):
        store.record_sent(second, ONE, NOON)
    with pytest.raises(LeaseLost):
        store.set_aside(9, "row_too_long", ONE, NOON)
    assert store.in_flight() == FIRST
    assert store.state_of([4, 9]) == {4: PENDING, 9: PENDING}


def test_many_positions_are_asked_for_at_once(store: NationalStore) -> None:
    seqs = tuple(range(1, 1201))
    store.record_sent(flight(1, 1, seqs), ONE, NOON)
    states = store.state_of([*seqs, 1201])
    assert sum(state.state is SendingState.SENT for state in states.values()) == 1200
    assert states[1201] == PENDING
