"""The stand-in takes rows by rules of its own, in one order, and answers a batch once and for all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from registry.national.holdings import children
from registry.national.holdings_messages import MAX_LEAVES, Detail
from registry.national.protocol import Batch, make_batch
from registry.national.reasons import RowReason
from registry.national.receipts import Accepted, Receipt, Rejected, parse_receipt, receipt_bytes
from registry.national.rows import Row, RowAct, RowState, row_bytes
from registry.national.stand_in.answers import StoredAnswer
from registry.national.stand_in.checks import objection
from registry.national.stand_in.database import Database
from registry.national.stand_in.errors import MessageRefused, RefusalCode
from registry.national.stand_in.store import Position, StandInStore
from registry.national.stand_in.words import rejection_words
from tests.builders.records import a_number, a_record, an_id_number
from tests.registry.national.network_builders import DATABASE, batch_id, batch_of
from tests.registry.national.row_builders import (
    NOON,
    Holdings,
    a_reference,
    a_row,
    an_institution,
    institution_facts,
    without_record,
)

TODAY = date(2026, 3, 2)
TAKEN = Accepted(TODAY)
COMPANY = "Y000043990001"
Sent = Callable[..., tuple[Accepted | Rejected, ...]]


def signed(receipt: Receipt) -> StoredAnswer:
    return StoredAnswer(receipt_bytes(receipt), {"x": "y"})


def rejected(reason: RowReason) -> Rejected:
    return Rejected(reason.value, rejection_words()[reason.value])


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / DATABASE)


@pytest.fixture
def store(database: Database) -> StandInStore:
    """With the institution behind all certificates online, in the batch 1."""
    store = StandInStore(database)
    store.take(batch_of(1, 0, an_institution()), NOON, signed)
    return store


@pytest.fixture
def sent(store: StandInStore) -> Sent:
    """Sends rows as a batch of their own, and says what became of each."""
    numbers = count(2)

    def send(*rows: Row, days: int = 0) -> tuple[Accepted | Rejected, ...]:
        number = next(numbers)
        answer, sequence = store.take(
            batch_of(number, number - 1, *rows), NOON + timedelta(days=days), signed
        )
        receipt = parse_receipt(answer.body)
        assert receipt.sequence == sequence == number
        return receipt.results

    return send


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (a_record(), None),
        (a_record(number="S00004399000125300001"), RowReason.NUMBER_MALFORMED),
        (a_record(number="J000043990001253000001"), RowReason.NUMBER_MALFORMED),
        (a_record(level="4"), RowReason.NUMBER_DIFFERS),
        (a_record(issued_on="2024-09-01"), RowReason.NUMBER_DIFFERS),
        (a_record(institution="S000043990002"), RowReason.NUMBER_DIFFERS),
        (a_record(number=a_number(prefix=COMPANY), institution=COMPANY), RowReason.EMPLOYER_MISSING),
        (a_record(number=a_number(prefix=COMPANY), institution=COMPANY, employer="示例公司"), None),
        (a_record(id_type="299"), RowReason.IDENTITY_TYPE_NOT_TAKEN),
        (a_record(id_number="430102199003074514"), RowReason.IDENTITY_NUMBER_WRONG),
        (a_record(id_number="43010219900307451x"), RowReason.IDENTITY_NUMBER_WRONG),
        (a_record(id_type="208", id_number="X1234567"), None),
        (a_record(issued_on="2025-02-30"), RowReason.ROW_MALFORMED),
        (a_record(number=a_number(year=2026), issued_on="2026-03-03"), RowReason.ISSUED_IN_FUTURE),
        (a_record(number=a_number(year=2026), issued_on="2026-03-02"), None),
        (a_record(id_number=an_id_number(born_on=date(2009, 9, 2))), RowReason.HOLDER_UNDER_16),
        (a_record(id_number=an_id_number(born_on=date(2009, 9, 1))), None),
    ],
)
def test_the_network_judges_by_its_own_rules(record: object, reason: RowReason | None) -> None:
    row = a_row(record=record)  # type: ignore[arg-type]  # each case is a record
    assert objection(row, TODAY) is reason


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"credit_code": "91350100M000100Y43"}, None),
        ({"credit_code": "91350100M000100Y44"}, RowReason.CREDIT_CODE_WRONG),
        ({"credit_code": "91350100M000100Y4"}, RowReason.CREDIT_CODE_WRONG),
        ({"credit_code": "91350100M000100Y4I"}, RowReason.CREDIT_CODE_WRONG),
        ({"credit_code": "91350100M000100Y43", "scope": []}, RowReason.SCOPE_MISSING),
    ],
)
def test_institutions_are_judged_too(over: dict[str, object], reason: RowReason | None) -> None:
    assert objection(an_institution(facts=institution_facts(**over)), TODAY) is reason  # type: ignore[arg-type]  # plain JSON


def test_only_what_is_in_force_is_judged() -> None:
    wrong = a_record(id_type="299")
    assert objection(a_row(2, 2, RowState.ANNULLED, record=wrong), TODAY) is None
    assert objection(without_record(a_row()), TODAY) is None


def test_every_reason_has_words_that_name_nobody() -> None:
    ours = {RowReason.ROW_TOO_LONG, RowReason.REMOTE_FAILED}
    assert set(rejection_words()) == {reason.value for reason in RowReason if reason not in ours}
    assert all(0 < len(words) <= 300 and "{" not in words for words in rejection_words().values())


def test_a_batch_sent_twice_gets_its_first_receipt(store: StandInStore) -> None:
    batch = batch_of(2, 1, a_row())
    first, sequence = store.take(batch, NOON, signed)
    assert sequence == 2
    assert store.take(batch, NOON + timedelta(days=1), signed) == (first, 0)
    assert store.position() == Position(2, batch_id(2))


def test_a_batch_id_is_used_once(store: StandInStore) -> None:
    with pytest.raises(MessageRefused) as refused:
        store.take(batch_of(1, 0, a_row(2)), NOON, signed)
    assert refused.value.reason is RefusalCode.BATCH_ID_REUSED


def test_batches_may_come_in_any_order_but_not_after_one_that_was_lost(store: StandInStore) -> None:
    store.take(batch_of(7, 1, a_row(1)), NOON, signed)
    store.take(batch_of(6, 1, a_row(2)), NOON, signed)
    with pytest.raises(MessageRefused) as refused:
        store.take(batch_of(8, 9, a_row(3)), NOON, signed)
    assert refused.value.reason is RefusalCode.PREVIOUS_UNKNOWN
    assert store.position() == Position(3, batch_id(6))
    assert store.known([batch_id(6), batch_id(8), batch_id(1)])[0] == (True, False, True)


def test_a_later_version_stands_and_an_older_one_is_turned_back(sent: Sent, store: StandInStore) -> None:
    assert sent(a_row(1, 2)) == (TAKEN,)
    assert sent(a_row(1, 1), a_row(1, 3)) == (rejected(RowReason.OLDER_VERSION), TAKEN)
    assert a_row(1, 3).held in store.held()
    assert len(store.held()) == 2


def test_a_known_version_is_taken_again_but_never_changed(sent: Sent) -> None:
    row = a_row()
    assert sent(row) == (TAKEN,)
    assert sent(row, days=9) == (TAKEN,)
    other = a_row(record=a_record(number=a_number(1), name="示例乙"))
    assert sent(other) == (rejected(RowReason.VERSION_CONFLICT),)
    assert sent(replace(row, act=RowAct.REISSUED)) == (rejected(RowReason.VERSION_CONFLICT),)


def test_a_number_belongs_to_one_reference(sent: Sent) -> None:
    stranger = replace(a_row(), ref=a_reference("another"))
    assert sent(a_row(), stranger) == (TAKEN, rejected(RowReason.NUMBER_TAKEN))


def test_institutions_come_before_their_certificates(sent: Sent) -> None:
    company = a_record(number=a_number(prefix=COMPANY), institution=COMPANY, employer="示例公司")
    row = a_row(9, record=company)
    assert sent(row) == (rejected(RowReason.INSTITUTION_UNKNOWN),)
    institution = an_institution(facts=institution_facts(COMPANY), entry=8)
    assert sent(institution, row) == (TAKEN, TAKEN)


def test_an_institution_that_was_turned_back_is_not_known(tmp_path: Path) -> None:
    store = StandInStore(Database(tmp_path / DATABASE))
    wrong = an_institution(facts=institution_facts(scope=[]))
    answer, _ = store.take(batch_of(1, 0, wrong, a_row(entry=2)), NOON, signed)
    assert parse_receipt(answer.body).results == (
        rejected(RowReason.SCOPE_MISSING),
        rejected(RowReason.INSTITUTION_UNKNOWN),
    )
    assert store.held() == ()


def shown(store: StandInStore, serial: int = 1) -> bool:
    record = a_row(serial).record
    assert record is not None
    return store.look_up(name=record.name, id_number=record.id_number, number=record.number) is not None


def kept_of_certificates(directory: Path) -> list[tuple[str | None, str | None]]:
    with Database(directory / DATABASE).reading() as connection:
        return connection.execute("SELECT number, record FROM certificate").fetchall()


def test_a_known_version_loses_its_record_when_it_was_erased(
    sent: Sent, store: StandInStore, tmp_path: Path
) -> None:
    assert sent(a_row()) == (TAKEN,)
    assert shown(store)
    assert sent(without_record(a_row())) == (TAKEN,)
    assert not shown(store)
    assert kept_of_certificates(tmp_path) == [(None, None)]
    # It came once more with the record: the same version, and what was erased stays erased.
    assert sent(a_row()) == (TAKEN,)
    assert not shown(store)


def test_what_came_without_its_record_first_never_gets_it(sent: Sent, store: StandInStore) -> None:
    assert sent(without_record(a_row())) == (TAKEN,)
    assert sent(a_row()) == (TAKEN,)
    assert sent(a_row(1, 2)) == (TAKEN,)
    assert not shown(store)


def test_an_erasure_leaves_a_mark_and_no_number(sent: Sent, store: StandInStore, tmp_path: Path) -> None:
    erased = a_row(1, 2, RowState.ERASED, RowAct.ERASED)
    assert sent(a_row()) == (TAKEN,)
    assert sent(erased) == (TAKEN,)
    assert not shown(store)
    assert erased.held in store.held()
    assert sent(a_row()) == (TAKEN,)
    assert not shown(store)
    assert kept_of_certificates(tmp_path) == [(None, None)]


def test_an_erasure_of_what_was_never_sent_leaves_a_mark_too(sent: Sent, store: StandInStore) -> None:
    erased = a_row(1, 3, RowState.ERASED, RowAct.ERASED)
    assert sent(erased) == (TAKEN,)
    assert sent(a_row()) == (rejected(RowReason.OLDER_VERSION),)
    assert erased.held in store.held()


def test_an_earlier_version_without_its_record_costs_the_later_one_nothing(
    sent: Sent, store: StandInStore
) -> None:
    assert sent(a_row(1, 1), a_row(1, 2)) == (TAKEN, TAKEN)
    assert sent(without_record(a_row(1, 1))) == (TAKEN,)
    assert shown(store)


def test_a_line_that_is_no_row_costs_itself_only(store: StandInStore) -> None:
    lines = [b"broken", row_bytes(a_row(entry=5))]
    answer, _ = store.take(make_batch(batch_id(2), batch_id(1), 4, 5, lines), NOON, signed)
    assert parse_receipt(answer.body).results == (rejected(RowReason.ROW_MALFORMED), TAKEN)


def test_a_failure_in_the_middle_takes_nothing(store: StandInStore) -> None:
    def failing(receipt: Receipt) -> StoredAnswer:
        raise KeyError("signing failed")

    with pytest.raises(KeyError):
        store.take(batch_of(2, 1, a_row()), NOON, failing)
    assert store.position() == Position(1, batch_id(1))
    assert store.held() == (an_institution().held,)


def test_ranges_are_measured_as_the_protocol_says(sent: Sent, store: StandInStore) -> None:
    sent(*(a_row(serial) for serial in range(1, 60)))
    held = Holdings(store.held())
    prefixes = ["", *children(""), children("a")[3], "0" * 32]
    ranges, position = store.ranges(prefixes, Detail.SUMMARY)
    assert [each.range for each in ranges] == [held.range(prefix) for prefix in prefixes]
    assert all(each.leaves is None for each in ranges)
    assert position == store.position()


def test_leaves_are_said_as_long_as_there_is_room(sent: Sent, store: StandInStore) -> None:
    first = 1
    for size in (1_000, 1_000):
        sent(*(without_record(a_row(serial)) for serial in range(first, first + size)))
        first += size
    ranges, _ = store.ranges(["", *children("")], Detail.LEAVES)
    assert ranges[0].range.count == MAX_LEAVES + 1
    assert ranges[0].leaves is None
    said = [each for each in ranges[1:] if each.leaves is not None]
    assert sum(len(each.leaves or ()) for each in said) <= MAX_LEAVES
    assert all(Holdings(each.leaves or ()).range(each.range.prefix) == each.range for each in said)


def test_a_restored_copy_is_a_prefix_of_what_was_taken(
    sent: Sent, store: StandInStore, database: Database
) -> None:
    sent(a_row(1))
    before = store.position(), store.held()
    database.back_up()
    sent(a_row(2), a_row(1, 2, RowState.ERASED, RowAct.ERASED))
    database.restore()
    assert (store.position(), store.held()) == before
    assert shown(store)
    with pytest.raises(MessageRefused) as refused:
        store.take(batch_of(4, 3, a_row(3)), NOON, signed)
    assert refused.value.reason is RefusalCode.PREVIOUS_UNKNOWN


def a_resent(batch: Batch, previous: int) -> Batch:
    return replace(batch, manifest=replace(batch.manifest, previous=batch_id(previous)))


def test_what_a_restored_copy_lost_is_taken_again(
    sent: Sent, store: StandInStore, database: Database
) -> None:
    database.back_up()
    batch = batch_of(2, 1, a_row(1))
    first, _ = store.take(batch, NOON, signed)
    database.restore()
    again, sequence = store.take(batch, NOON + timedelta(days=1), signed)
    assert sequence == 2
    assert again != first
    assert parse_receipt(again.body).results == (Accepted(date(2026, 3, 3)),)


def test_batches_that_come_at_once_are_counted_one_by_one(store: StandInStore, database: Database) -> None:
    def take(number: int) -> int:
        _, sequence = store.take(batch_of(number, 1, a_row(number, entry=number)), NOON, signed)
        # Whoever asks meanwhile gets one moment: as many things held as batches taken.
        (whole,), position = store.ranges([""], Detail.SUMMARY)
        assert whole.range.count == position.sequence
        if number % 7 == 0:
            database.back_up()
        return sequence

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(take, range(2, 42))) == list(range(2, 42))
    database.restore()
    assert len(store.held()) == store.position().sequence > 1
