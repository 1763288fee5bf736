"""The desk's memory of sending: what a lease allows, and what each step leaves behind."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.national.errors import LeaseLost
from registry.national.memory import InFlight, KeptAnswer
from registry.national.objects import BatchId
from registry.national.protocol import make_batch
from registry.national.queue import PENDING, NationalState, SendingState
from registry.national.receipts import Accepted, Receipt, Rejected
from registry.national.rows import Row, RowAct, RowState, row_bytes
from registry.national.store import TABLES, NationalStore
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import open_engine, reading, sqlite_url
from signing.encoding import b64url_encode
from tests.registry.national.builders import desk_store
from tests.registry.national.row_builders import NOON, PREFIX, a_row, an_institution

ONE, OTHER = "worker-1", "worker-2"
LASTS = timedelta(seconds=60)
TODAY = date(2026, 3, 2)
ANSWER = KeptAnswer(b"{}", {"signature": "sig=:AA==:"})
ONLINE = NationalState(SendingState.ONLINE, TODAY)
SENT = NationalState(SendingState.SENT, TODAY)
TAKEN = Accepted(TODAY)
NO_EMPLOYER = Rejected("employer_missing", "缺少所在单位")
REJECTED = NationalState(SendingState.REJECTED, TODAY, "employer_missing")


def carrying(number: int, rows: Sequence[Row], previous: str = "") -> InFlight:
    lines = [row_bytes(row) for row in rows]
    batch = BatchId(b64url_encode(bytes([number]) * 16))
    made = make_batch(batch, BatchId(previous), rows[0].entry, rows[-1].entry, lines)
    return InFlight(made.manifest, tuple(row.entry for row in rows))


FIRST = [a_row(1), a_row(3)]
FLIGHT = carrying(1, FIRST)
BATCH = FLIGHT.manifest.batch


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[tuple[NationalStore, sa.Engine]]:
    """A desk on each of the databases that the register supports."""
    made, engine = desk_store(database or sqlite_url(tmp_path / "desk.sqlite"))
    assert made.take_lease(ONE, NOON, LASTS)
    yield made, engine
    engine.dispose()


@pytest.fixture
def store(desk: tuple[NationalStore, sa.Engine]) -> NationalStore:
    return desk[0]


def answered(
    store: NationalStore,
    flight: InFlight,
    rows: Sequence[Row],
    results: Sequence[Accepted | Rejected],
    *,
    sequence: int = 1,
    holder: str = ONE,
) -> bool:
    """The batch's receipt is recorded."""
    manifest = flight.manifest
    receipt = Receipt(manifest.batch, manifest.count, manifest.root, sequence, NOON, tuple(results))
    return store.record_receipt(rows, receipt, ANSWER, holder=holder, now=NOON)


def sent(store: NationalStore, number: int, rows: Sequence[Row], *results: Accepted | Rejected) -> bool:
    """A batch with that sequence goes out and is answered."""
    flight = carrying(number, rows)
    store.record_sent(flight, ONE, NOON)
    return answered(store, flight, rows, results or [TAKEN] * len(rows), sequence=number)


def work_items(engine: sa.Engine) -> list[tuple[object, ...]]:
    """(position, version, institution, reason, words, settled by) of every work item."""
    columns = "seq, version, institution, reason, words, settled_by"
    with reading(engine) as connection:
        rows = connection.execute(sa.text(f"SELECT {columns} FROM national_rejection ORDER BY seq"))
        return [tuple(row) for row in rows]


def health(engine: sa.Engine) -> tuple[object, ...]:
    with reading(engine) as connection:
        columns = "last_answer_at, failing_since, fault, next_at"
        return tuple(connection.execute(sa.text(f"SELECT {columns} FROM national_health")).one())


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
    assert (store.frontier(), store.in_flight(), store.answered(1), store.waiting(9)) == (0, (), [], [])


def test_a_batch_is_known_before_it_is_answered(store: NationalStore) -> None:
    store.record_sent(FLIGHT, ONE, NOON)
    assert store.in_flight() == (FLIGHT,)
    assert store.state_of([1, 2, 3]) == {1: SENT, 2: PENDING, 3: SENT}
    assert (store.frontier(), store.answered(1), store.stands(BATCH)) == (3, [], False)
    assert store.answer(BATCH) is None


def test_batches_are_in_flight_side_by_side(store: NationalStore) -> None:
    second = carrying(2, [a_row(4), a_row(5)])
    store.record_sent(second, ONE, NOON)
    store.record_sent(FLIGHT, ONE, NOON)
    assert store.in_flight() == (FLIGHT, second)


def test_a_receipt_settles_its_rows_and_is_kept(
    store: NationalStore, desk: tuple[NationalStore, sa.Engine]
) -> None:
    store.record_sent(FLIGHT, ONE, NOON)
    assert answered(store, FLIGHT, FIRST, [TAKEN, NO_EMPLOYER])
    assert store.state_of([1, 3]) == {1: ONLINE, 3: REJECTED}
    assert (store.in_flight(), store.answered(9), store.stands(BATCH)) == ((), [BATCH], True)
    assert store.answer(BATCH) == ANSWER
    assert store.counts() == {
        SendingState.PENDING: 0,
        SendingState.SENT: 0,
        SendingState.ONLINE: 1,
        SendingState.REJECTED: 1,
    }
    assert work_items(desk[1]) == [(3, 1, PREFIX, "employer_missing", "缺少所在单位", 0)]


def test_the_newest_batch_is_the_one_that_the_network_counted_last(store: NationalStore) -> None:
    flights = [carrying(number, [a_row(number)]) for number in (1, 2, 3)]
    for flight in flights:
        store.record_sent(flight, ONE, NOON)
    for flight, sequence in zip(flights, (2, 3, 1), strict=True):
        assert answered(store, flight, [a_row(flight.seqs[0])], [TAKEN], sequence=sequence)
    assert store.answered(2) == [flights[1].manifest.batch, flights[0].manifest.batch]
    assert not store.counted_back()


def test_a_sequence_that_comes_twice_is_noticed(store: NationalStore) -> None:
    """The network was restored in between, and counts on from where it was."""
    store.record_sent(FLIGHT, ONE, NOON)
    assert answered(store, FLIGHT, FIRST, [TAKEN, TAKEN], sequence=7)
    second = carrying(2, [a_row(4)])
    store.record_sent(second, ONE, NOON)
    assert not answered(store, second, [a_row(4)], [TAKEN], sequence=7)
    assert store.counted_back()


def test_a_batch_that_is_counted_no_higher_than_the_one_it_follows_is_noticed(store: NationalStore) -> None:
    """An old copy of that one arrived late at the restored network: it is known there, and others are not."""
    store.record_sent(FLIGHT, ONE, NOON)
    assert answered(store, FLIGHT, FIRST, [TAKEN, TAKEN], sequence=7)
    second = carrying(2, [a_row(4)], previous=BATCH)
    store.record_sent(second, ONE, NOON)
    assert not answered(store, second, [a_row(4)], [TAKEN], sequence=6)
    assert store.counted_back()


def test_a_withdrawn_batch_leaves_its_rows_pending(store: NationalStore) -> None:
    store.record_sent(FLIGHT, ONE, NOON)
    store.withdraw(BATCH, ONE, NOON)
    assert store.state_of([1, 3]) == {1: PENDING, 3: PENDING}
    assert (store.in_flight(), store.waiting(9), store.frontier()) == ((), [1, 3], 3)


def test_rows_of_two_groups_never_wait_together(store: NationalStore) -> None:
    store.record_sent(carrying(1, [a_row(1), a_row(2), a_row(3)]), ONE, NOON)
    store.withdraw(BATCH, ONE, NOON, {1: "one", 2: "one", 3: "two"})
    assert store.waiting(9) == [1, 2]
    store.record_sent(carrying(2, [a_row(1), a_row(2)]), ONE, NOON)
    assert store.waiting(9) == [3]


def test_what_the_network_lost_waits_again_and_its_receipt_stays(store: NationalStore) -> None:
    sent(store, 1, FIRST, TAKEN, NO_EMPLOYER)
    sent(store, 2, [a_row(4)])
    assert store.lose([BATCH], ONE) == 2
    assert store.waiting(9) == [1, 3]
    assert store.state_of([1, 3, 4]) == {1: PENDING, 3: PENDING, 4: ONLINE}
    assert (store.answered(9), store.stands(BATCH)) == ([carrying(2, [a_row(4)]).manifest.batch], False)
    assert store.answer(BATCH) == ANSWER


def test_a_lost_batch_takes_nothing_away_that_went_again_since(store: NationalStore) -> None:
    sent(store, 1, FIRST)
    store.reopen([1])
    sent(store, 2, [a_row(1)])
    assert store.lose([BATCH], ONE) == 1
    assert store.waiting(9) == [3]


def test_only_settled_positions_are_reopened(store: NationalStore) -> None:
    sent(store, 1, FIRST, TAKEN, NO_EMPLOYER)
    store.record_sent(carrying(2, [a_row(4)]), ONE, NOON)
    store.reopen([1, 3, 4, 5])
    assert store.waiting(9) == [1, 3]
    assert store.state_of([4]) == {4: SENT}
    assert store.frontier() == 4


def test_a_receipt_is_recorded_once(store: NationalStore) -> None:
    """A sender that slept through its lease must not overwrite what the next one settled."""
    store.record_sent(FLIGHT, ONE, NOON)
    answered(store, FLIGHT, FIRST, [TAKEN, TAKEN])
    with pytest.raises(LeaseLost):
        answered(store, FLIGHT, FIRST, [NO_EMPLOYER, NO_EMPLOYER])
    assert store.state_of([1, 3]) == {1: ONLINE, 3: ONLINE}


def test_a_row_that_cannot_be_sent_is_set_aside(desk: tuple[NationalStore, sa.Engine]) -> None:
    store, engine = desk
    store.set_aside(a_row(5), "row_too_long", ONE, NOON)
    assert store.state_of([5])[5] == NationalState(SendingState.REJECTED, TODAY, "row_too_long")
    assert work_items(engine) == [(5, 1, PREFIX, "row_too_long", "", 0)]


def test_a_later_version_settles_a_work_item(desk: tuple[NationalStore, sa.Engine]) -> None:
    store, engine = desk
    sent(store, 1, [a_row(1)], NO_EMPLOYER)
    sent(store, 2, [a_row(2, entry=2)])
    assert work_items(engine)[0][-1] == 0
    sent(store, 3, [a_row(1, 2, entry=7, act=RowAct.CORRECTED)])
    assert work_items(engine)[0][-1] == 7


def test_an_earlier_version_settles_nothing(desk: tuple[NationalStore, sa.Engine]) -> None:
    store, engine = desk
    sent(store, 1, [a_row(1, 2, entry=7, act=RowAct.CORRECTED)], NO_EMPLOYER)
    sent(store, 2, [a_row(1)])
    assert work_items(engine)[0][-1] == 0


def test_an_erasure_settles_a_work_item(desk: tuple[NationalStore, sa.Engine]) -> None:
    store, engine = desk
    sent(store, 1, [a_row(1)], NO_EMPLOYER)
    sent(store, 2, [a_row(1, 2, RowState.ERASED, RowAct.ERASED, entry=7)])
    assert work_items(engine)[0][-1] == 7


def test_an_erasure_takes_the_network_s_words_with_it(desk: tuple[NationalStore, sa.Engine]) -> None:
    store, engine = desk
    naming = Rejected("identity_number_wrong", "示例甲的证件号码不对")
    sent(store, 1, [a_row(1), a_row(2)], naming, naming)
    sent(store, 2, [a_row(1, 2, act=RowAct.CORRECTED, entry=3)])
    sent(store, 3, [a_row(1, 3, RowState.ERASED, RowAct.ERASED, entry=7)])
    assert [item[4] for item in work_items(engine)] == ["", naming.words]


def test_a_row_that_is_taken_after_all_settles_its_own_work_item(
    desk: tuple[NationalStore, sa.Engine],
) -> None:
    store, engine = desk
    sent(store, 1, [a_row(1)], NO_EMPLOYER)
    store.reopen([1])
    assert work_items(engine)[0][-1] == 0
    sent(store, 2, [a_row(1)])
    assert work_items(engine)[0][-1] == 1
    store.reopen([1])
    sent(store, 3, [a_row(1)], Rejected("number_taken", "编号已被占用"))
    assert work_items(engine) == [(1, 1, PREFIX, "number_taken", "编号已被占用", 0)]


def test_the_certificates_of_an_institution_go_again_once_it_is_taken(store: NationalStore) -> None:
    unknown = Rejected("institution_unknown", "机构未上网")
    sent(store, 1, [an_institution(), a_row(2), a_row(3)], NO_EMPLOYER, unknown, NO_EMPLOYER)
    assert store.waiting(9) == []
    sent(store, 2, [an_institution(2, entry=4)])
    assert store.waiting(9) == [2]


def test_the_network_s_health_is_noted(desk: tuple[NationalStore, sa.Engine]) -> None:
    store, engine = desk
    later = NOON + timedelta(minutes=1)
    store.note_failing("http_503", NOON)
    store.note_failing("timeout", later)
    store.note_next(later)
    assert health(engine) == ("", "2026-03-02T04:00:00Z", "timeout", "2026-03-02T04:01:00Z")
    sent(store, 1, FIRST)
    assert health(engine) == ("2026-03-02T04:00:00Z", "", "", "")


def test_one_sender_at_a_time(store: NationalStore) -> None:
    assert store.take_lease(ONE, NOON, LASTS)
    assert not store.take_lease(OTHER, NOON + timedelta(seconds=59), LASTS)
    assert store.take_lease(OTHER, NOON + timedelta(seconds=60), LASTS)
    assert not store.take_lease(ONE, NOON + timedelta(seconds=61), LASTS)


def test_a_clock_that_was_set_back_shuts_no_sender_out(store: NationalStore) -> None:
    """A lease taken while the clock ran ahead would last until then; its holder may even be dead."""
    store.record_sent(FLIGHT, ONE, NOON)
    ahead = NOON + timedelta(days=400)
    assert store.take_lease(ONE, ahead, LASTS)
    assert store.take_lease(OTHER, NOON + timedelta(seconds=1), LASTS)
    with pytest.raises(LeaseLost):
        answered(store, FLIGHT, FIRST, [TAKEN, TAKEN])
    assert store.in_flight() == (FLIGHT,)


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
    store.record_sent(FLIGHT, ONE, NOON)
    sent(store, 2, [a_row(8)])
    assert store.take_lease(OTHER, NOON + LASTS, LASTS)
    done = carrying(2, [a_row(8)]).manifest.batch
    for writing in (
        lambda: answered(store, FLIGHT, FIRST, [TAKEN, TAKEN]),
        lambda: store.withdraw(BATCH, ONE, NOON),
        lambda: store.record_sent(carrying(3, [a_row(4)]), ONE, NOON),
        lambda: store.set_aside(a_row(9), "row_too_long", ONE, NOON),
        lambda: store.lose([done], ONE),
    ):
        with pytest.raises(LeaseLost):
            writing()
    assert store.in_flight() == (FLIGHT,)
    assert store.state_of([4, 8, 9]) == {4: PENDING, 8: ONLINE, 9: PENDING}


def test_many_positions_are_asked_for_at_once(store: NationalStore) -> None:
    rows = [a_row(seq) for seq in range(1, 1201)]
    store.record_sent(carrying(1, rows), ONE, NOON)
    states = store.state_of(range(1, 1202))
    assert sum(state.state is SendingState.SENT for state in states.values()) == 1200
    assert states[1201] == PENDING
