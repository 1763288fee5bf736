"""In which order the queue goes out: nothing overtakes what it builds on, and nothing is passed over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest

from registry.national.courier import Courier, Parcel
from registry.national.memory import KeptAnswer
from registry.national.objects import BatchId
from registry.national.protocol import MAX_ROWS
from registry.national.receipts import Accepted, Receipt
from registry.national.rows import CertificateRow, Row, RowAct, RowState
from registry.national.store import NationalStore
from registry.national.sync import LEASE
from registry.storage.sql import sqlite_url
from tests.builders.records import a_record
from tests.registry.national.builders import desk_store
from tests.registry.national.network_builders import batch_id
from tests.registry.national.row_builders import (
    NOON,
    ListOutbox,
    a_row,
    an_institution,
    institution_facts,
    without_record,
)

OTHER = "S000043990002"


@dataclass
class Desk:
    """A courier and what it works on; its network takes everything, and counts."""

    courier: Courier
    store: NationalStore
    outbox: ListOutbox
    taken: int = 0

    def out(self) -> tuple[int, ...]:
        """The positions of the next batch, () if none may go."""
        parcel = self.courier.next()
        return parcel.seqs if parcel else ()

    def settle(self, parcel: Parcel, sequence: int = 0) -> bool:
        manifest = parcel.batch.manifest
        self.taken = sequence or self.taken + 1
        results = tuple(Accepted(NOON.date()) for _ in parcel.rows)
        receipt = Receipt(manifest.batch, manifest.count, manifest.root, self.taken, NOON, results)
        return self.courier.settle(parcel, receipt, KeptAnswer(b"{}", {}))

    def again(self) -> Courier:
        """Another sender's, after this one died."""
        numbers = count(100)
        return Courier(
            self.outbox, self.store, holder="w", now=lambda: NOON, batch_id=lambda: batch_id(next(numbers))
        )


Start = Callable[[Sequence[Row]], Desk]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    store, engine = desk_store(sqlite_url(tmp_path / "desk.sqlite"))
    assert store.take_lease("w", NOON, LEASE)
    numbers = count(1)

    def begin(rows: Sequence[Row]) -> Desk:
        outbox = ListOutbox(list(rows))
        courier = Courier(
            outbox, store, holder="w", now=lambda: NOON, batch_id=lambda: batch_id(next(numbers))
        )
        return Desk(courier, store, outbox)

    yield begin
    engine.dispose()


def next_of(desk: Desk) -> Parcel:
    parcel = desk.courier.next()
    assert parcel is not None
    return parcel


def of_another(serial: int) -> CertificateRow:
    """A certificate of the other institution."""
    number = f"{OTHER}25{3000000 + serial:07d}"
    return a_row(serial, record=a_record(number=number, institution=OTHER))


def test_batches_go_side_by_side(start: Start) -> None:
    desk = start([a_row(serial) for serial in range(1, 2 * MAX_ROWS + 11)])
    assert [len(desk.out()) for _ in range(4)] == [MAX_ROWS, MAX_ROWS, 10, 0]
    assert [len(each.seqs) for each in desk.store.in_flight()] == [MAX_ROWS, MAX_ROWS, 10]


def test_a_later_version_waits_for_the_earlier_one(start: Start) -> None:
    desk = start([a_row(1), a_row(2)])
    first = next_of(desk)
    desk.outbox.rows += [a_row(3), a_row(1, 2, act=RowAct.CORRECTED), a_row(4)]
    assert desk.out() == (3,)
    assert desk.out() == ()
    desk.settle(first)
    assert desk.out() == (4, 5)


def test_certificates_wait_for_the_filing_of_their_institution(start: Start) -> None:
    desk = start([an_institution()])
    filing = next_of(desk)
    desk.outbox.rows += [of_another(11), a_row(1), of_another(12)]
    assert desk.out() == (2,)
    assert desk.out() == ()
    desk.settle(filing)
    assert desk.out() == (3, 4)


def test_a_filing_waits_for_certificates_that_were_issued_before_it(start: Start) -> None:
    desk = start([a_row(1)])
    certificate = next_of(desk)
    other = an_institution(facts=institution_facts(OTHER))
    desk.outbox.rows += [other, an_institution(2)]
    assert desk.out() == (2,)
    assert desk.out() == ()
    desk.settle(certificate)
    assert desk.out() == (3,)


def test_an_erasure_waits_for_the_version_that_it_erases(start: Start) -> None:
    desk = start([a_row(1)])
    first = next_of(desk)
    desk.outbox.rows[0] = without_record(a_row(1))
    desk.outbox.rows.append(a_row(1, 2, RowState.ERASED, RowAct.ERASED))
    assert desk.out() == ()
    desk.settle(first)
    assert desk.out() == (2,)


def test_what_has_to_go_again_goes_before_what_is_new(start: Start) -> None:
    desk = start([a_row(serial) for serial in range(1, 6)])
    desk.settle(next_of(desk))
    desk.outbox.rows += [a_row(6), a_row(7)]
    desk.store.reopen([4, 2])
    assert [desk.out() for _ in range(3)] == [(2, 4), (6, 7), ()]


def test_a_batch_names_the_one_that_the_network_counted_last(start: Start) -> None:
    desk = start([])
    parcels = []
    for serial in (1, 2):
        desk.outbox.rows.append(a_row(serial))
        parcels.append(next_of(desk))
    assert [each.batch.manifest.previous for each in parcels] == ["", ""]
    desk.settle(parcels[1], sequence=1)
    desk.settle(parcels[0], sequence=2)
    desk.outbox.rows.append(a_row(3))
    assert next_of(desk).batch.manifest.previous == parcels[0].id


def test_what_was_in_flight_is_sent_as_it_was(start: Start) -> None:
    desk = start([a_row(1), a_row(2)])
    first = next_of(desk)
    desk.outbox.rows.append(a_row(3))
    second = next_of(desk)
    again = desk.again()
    assert list(again.resume()) == [first, second]
    assert again.next() is None


def test_what_was_erased_while_in_flight_is_not_sent_as_it_was(start: Start) -> None:
    desk = start([a_row(1), a_row(2)])
    next_of(desk)
    desk.outbox.rows[0] = without_record(a_row(1))
    again = desk.again()
    assert list(again.resume()) == []
    parcel = again.next()
    assert parcel is not None
    assert parcel.rows == (without_record(a_row(1)), replace(a_row(2), entry=2))


def test_a_row_over_which_the_network_fails_is_found_by_halves(start: Start) -> None:
    desk = start([a_row(serial) for serial in range(1, 6)])
    sizes, poisoned = [], 4
    while parcel := desk.courier.next():
        sizes.append(len(parcel.rows))
        if poisoned in parcel.seqs:
            desk.courier.narrow(parcel)
        else:
            desk.settle(parcel)
    assert sizes == [5, 3, 2, 1, 1]
    assert desk.courier.set_aside == 1
    assert desk.store.state_of([4])[4].reason == "remote_failed"


def test_the_halves_of_a_suspect_are_not_filled_up_again_by_the_next_sender(start: Start) -> None:
    desk = start([a_row(serial) for serial in range(1, 6)])
    desk.courier.narrow(next_of(desk))
    again = desk.again()
    again.resume()
    halves = [again.next(), again.next()]
    assert [each.seqs for each in halves if each] == [(1, 2, 3), (4, 5)]


def test_what_the_network_does_not_know_goes_again_and_no_more(start: Start) -> None:
    desk = start([])
    for serial in (1, 2, 3):
        desk.outbox.rows.append(a_row(serial))
        desk.settle(next_of(desk))
    held = {desk.store.answered(3)[-1]}
    assert desk.courier.lost(lambda batches: [batch in held for batch in batches]) == 2
    assert desk.out() == (2, 3)


def test_a_loss_is_looked_for_as_far_back_as_it_goes(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.national.courier.MAX_KNOWN", 2)
    desk = start([])
    for serial in range(1, 8):
        desk.outbox.rows.append(a_row(serial))
        desk.settle(next_of(desk))
    held = set(desk.store.answered(9)[5:])
    asked: list[int] = []

    def known(batches: Sequence[BatchId]) -> list[bool]:
        asked.append(len(batches))
        return [batch in held for batch in batches]

    assert desk.courier.lost(known) == 5
    assert asked == [2, 2, 2, 2]
    assert desk.out() == (3, 4, 5, 6, 7)
