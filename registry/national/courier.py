"""In which order the queue goes out: batches side by side, and no version overtakes another.

No thread, clock or network is in here: somebody else carries the parcels and comes back with what became of
them. What has to go again goes first, then what was never sent, both ascending, and nothing is passed over:
a batch ends before the first row that must wait for one in flight. A row waits while

- an earlier version of the same certificate or institution is in flight,
- the filing of its institution is in flight, or, for a filing, certificates of its institution are.

Every step is on the desk before it is true outside, so a sender that dies is continued by the next one.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from registry.national.errors import UnsendableRow
from registry.national.memory import InFlight, KeptAnswer
from registry.national.objects import BATCH_ID_BYTES, BatchId
from registry.national.protocol import MAX_BATCH_BYTES, MAX_ROWS, Batch, make_batch
from registry.national.queue import Outbox
from registry.national.reasons import RowReason
from registry.national.receipts import MAX_KNOWN, Receipt
from registry.national.rows import InstitutionRow, Row, row_bytes
from registry.national.store import NationalStore
from signing.encoding import b64url_encode

# The manifest's line and what gzip adds to text that does not shrink.
_ROWS_BYTES = MAX_BATCH_BYTES - 50_000


@dataclass(frozen=True)
class Parcel:
    """A batch in flight and the rows that it carries."""

    batch: Batch
    rows: tuple[Row, ...]

    @property
    def id(self) -> BatchId:
        """The batch's id."""
        return self.batch.manifest.batch

    @property
    def seqs(self) -> tuple[int, ...]:
        """The positions that it settles."""
        return tuple(row.entry for row in self.rows)

    @cached_property
    def writes(self) -> frozenset[bytes | str]:
        """The certificates and institutions that it speaks of."""
        return frozenset(map(_key, self.rows))

    @cached_property
    def relies_on(self) -> frozenset[str]:
        """The institutions that the network must have for it."""
        return frozenset(map(_needed, self.rows)) - {""}


def new_batch_id() -> BatchId:
    """A fresh random batch id."""
    return BatchId(b64url_encode(secrets.token_bytes(BATCH_ID_BYTES)))


class Courier:
    """What goes next, and what follows from each outcome. Whoever drives it holds the lease.

    Raises, wherever it writes: LeaseLost, DatabaseUnavailable.
    """

    def __init__(
        self,
        outbox: Outbox,
        store: NationalStore,
        *,
        holder: str,
        now: Callable[[], datetime],
        batch_id: Callable[[], BatchId] = new_batch_id,
    ) -> None:
        self._outbox = outbox
        self._store = store
        self._holder = holder
        self._now = now
        self._batch_id = batch_id
        self._flying: dict[BatchId, Parcel] = {}
        self.set_aside = 0

    def resume(self) -> Sequence[Parcel]:
        """What an earlier sender left in flight, to be sent again as it was.

        A batch that cannot be rebuilt is withdrawn: a record in it was erased since. The network may have
        taken the old bytes; then it takes the erased row over them, and the others a second time as what
        they are, repeated.
        """
        for flight in self._store.in_flight():
            manifest, rows = flight.manifest, tuple(self._outbox.at(flight.seqs))
            lines = _lines(rows)
            batch = make_batch(manifest.batch, manifest.previous, manifest.first, manifest.last, lines)
            if batch.manifest == manifest:
                self._flying[manifest.batch] = Parcel(batch, rows)
            else:
                self._store.withdraw(manifest.batch, self._holder, self._now())
        return list(self._flying.values())

    def next(self) -> Parcel | None:
        """The next batch, noted as sent; None while there is none, or none that may go yet."""
        while True:
            waiting = self._store.waiting(MAX_ROWS)
            if waiting:
                rows = self._outbox.at(waiting)
            else:
                rows = self._outbox.after(self._store.frontier(), MAX_ROWS)
            chosen, lines, put_aside = self._gather(rows)
            if chosen:
                return self._sent(chosen, lines)
            if not put_aside:
                return None

    def settle(self, parcel: Parcel, receipt: Receipt, answer: KeptAnswer) -> bool:
        """Records a believed receipt. False: the network lost batches, which `lost` finds."""
        fits = self._store.record_receipt(parcel.rows, receipt, answer, holder=self._holder, now=self._now())
        del self._flying[parcel.id]
        return fits

    def narrow(self, parcel: Parcel) -> None:
        """Looks for the row over which the network fails, by halves; it is set aside once it stands alone.

        The batch may have been taken all the same. Its rows then go a second time, and are known there.
        """
        seqs = parcel.seqs
        middle = (len(seqs) + 1) // 2
        halves = {seq: f"{parcel.id}/{1 if place < middle else 2}" for place, seq in enumerate(seqs)}
        self._store.withdraw(parcel.id, self._holder, self._now(), halves)
        del self._flying[parcel.id]
        if len(seqs) == 1:
            self._put_aside(parcel.rows[0], RowReason.REMOTE_FAILED)

    def lost(self, known: Callable[[Sequence[BatchId]], Sequence[bool]]) -> int:
        """Asks which batches the network still knows, the newest first; what it lost goes again.

        A network that was restored holds everything up to some batch and nothing behind it, but may have
        taken others since: the asking ends with the first page of which it knows all. Returns how many rows.
        """
        again = 0
        while batches := self._store.answered(MAX_KNOWN):
            gone = [batch for batch, held in zip(batches, known(batches), strict=True) if not held]
            if not gone:
                break
            again += self._store.lose(gone, self._holder)
        return again

    def follows_one_that_stands(self, parcel: Parcel) -> bool:
        """Whether the batch before it is one that the network is still believed to hold."""
        return self._store.stands(parcel.batch.manifest.previous)

    def is_as_planned(self, parcel: Parcel) -> bool:
        """Whether its rows are still handed out as it carries them: no record in it was erased since."""
        return tuple(self._outbox.at(parcel.seqs)) == parcel.rows

    def take_back(self, parcel: Parcel) -> None:
        """Takes back what must not go as it is; its rows go again.

        What follows a lost batch may build on lost rows; and what was erased is not sent once more.
        """
        self._store.withdraw(parcel.id, self._holder, self._now())
        del self._flying[parcel.id]

    def _gather(self, rows: Iterable[Row]) -> tuple[list[Row], list[bytes], bool]:
        """As many of these rows as one batch may carry now; whether one that cannot be sent was put aside."""
        written = set[bytes | str]().union(*(each.writes for each in self._flying.values()))
        read = set[bytes | str]().union(*(each.relies_on for each in self._flying.values()))
        chosen, lines, length, put_aside = list[Row](), list[bytes](), 0, False
        for row in rows:
            held, needed = _key(row), _needed(row)
            if held in written or held in read or needed in written:
                break
            try:
                line = row_bytes(row)
            except UnsendableRow as fault:
                self._put_aside(row, fault.reason)
                put_aside = True
                continue
            length += len(line) + 1
            if length > _ROWS_BYTES:
                break
            chosen.append(row)
            lines.append(line)
        return chosen, lines, put_aside

    def _sent(self, rows: Sequence[Row], lines: Sequence[bytes]) -> Parcel:
        batch = make_batch(self._batch_id(), self._previous(), rows[0].entry, rows[-1].entry, lines)
        parcel = Parcel(batch, tuple(rows))
        self._store.record_sent(InFlight(batch.manifest, parcel.seqs), self._holder, self._now())
        self._flying[parcel.id] = parcel
        return parcel

    def _previous(self) -> BatchId:
        newest = self._store.answered(1)
        return newest[0] if newest else BatchId("")

    def _put_aside(self, row: Row, reason: str) -> None:
        self._store.set_aside(row, reason, self._holder, self._now())
        self.set_aside += 1


def _key(row: Row) -> bytes | str:
    """What the row speaks of: the certificate's reference, or the institution's prefix."""
    return row.institution if isinstance(row, InstitutionRow) else bytes(row.ref)


def _needed(row: Row) -> str:
    """The institution that the network must have beforehand; "" where none is named or needed."""
    return "" if isinstance(row, InstitutionRow) else row.institution


def _lines(rows: Sequence[Row]) -> list[bytes]:
    """The lines of these rows; none if one of them cannot be sent any more."""
    try:
        return [row_bytes(row) for row in rows]
    except UnsendableRow:
        return []
