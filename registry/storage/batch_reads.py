"""What pages read of batches: never a file, and no more rows than are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.national.queue import NationalState, SendingState
from registry.storage.batch_rows import StoredBatchRow
from registry.storage.national_reads import NationalReads
from registry.storage.sql import KeptReader, Row

_HEAD = (
    "batch.id, batch.prefix, batch.received_on, batch.received_at, batch.form5_name, batch.form4_name, "
    "batch.legacy, batch.plan, batch.findings, batch.overview, batch.previous, newer.id, decision.approved, "
    "decision.decided_at"
)
_JOINED = (
    "FROM batch LEFT JOIN batch AS newer ON newer.previous = batch.id "
    "LEFT JOIN decision ON decision.batch = batch.id"
)
_LONGEST_CHAIN = 100


@dataclass(frozen=True)
class BatchHead:
    """A batch without its files. `approved` is None before the decision; `next` took its place."""

    id: bytes
    prefix: str
    received_on: str
    received_at: str
    form5_name: str
    form4_name: str
    legacy: str
    plan: str
    findings: str
    overview: str
    previous: bytes | None
    next: bytes | None
    approved: bool | None
    decided_at: str

    @property
    def waits(self) -> bool:
        """Whether it can still be decided on."""
        return self.approved is None and self.next is None


class BatchReads:
    """Reads for pages, each bounded."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def head(self, identity: bytes) -> BatchHead | None:
        """One batch without its files."""
        row = self._reader.one(f"SELECT {_HEAD} {_JOINED} WHERE batch.id = ?", identity)
        return None if row is None else _head(row)

    def newest_of(self, prefixes: Sequence[str], limit: int, offset: int) -> list[BatchHead]:
        """The newest versions of these institutions' batches, the last received first."""
        if not prefixes:
            return []
        rows = self._reader.rows(
            f"SELECT {_HEAD} {_JOINED} WHERE {_among(prefixes)} AND newer.id IS NULL "
            "ORDER BY batch.received_at DESC, batch.id LIMIT ? OFFSET ?",
            *prefixes,
            limit,
            offset,
        )
        return [_head(row) for row in rows]

    def count_newest_of(self, prefixes: Sequence[str]) -> int:
        """How many newest versions there are."""
        if not prefixes:
            return 0
        row = self._reader.one(
            f"SELECT count(*) FROM batch WHERE {_among(prefixes)} "
            "AND NOT EXISTS (SELECT 1 FROM batch AS newer WHERE newer.previous = batch.id)",
            *prefixes,
        )
        return 0 if row is None else int(row[0])

    def versions(self, identity: bytes) -> list[BatchHead]:
        """Every version of a batch, the first one first."""
        found: list[BatchHead] = []
        at: bytes | None = identity
        while at is not None and len(found) < _LONGEST_CHAIN:
            head = self.head(at)
            if head is None:
                break
            found.insert(0, head)
            at = head.previous
        at = found[-1].next if found else None
        while at is not None and len(found) < 2 * _LONGEST_CHAIN:
            head = self.head(at)
            if head is None:
                break
            found.append(head)
            at = head.next
        return found

    def waiting_with(self, upload_mac: bytes) -> bytes | None:
        """The batch that waits for its decision and came with exactly this upload."""
        row = self._reader.one(
            f"SELECT batch.id {_JOINED} WHERE batch.upload_mac = ? AND newer.id IS NULL "
            "AND decision.batch IS NULL",
            upload_mac,
        )
        return None if row is None else bytes(row[0])

    def row_index(self, identity: bytes) -> bytes:
        """Where what was found; packed, see `registry.intake.row_index`."""
        row = self._reader.one("SELECT row_index FROM batch WHERE id = ?", identity)
        return b"" if row is None else bytes(row[0])

    def rows(self, identity: bytes, numbers: Sequence[int]) -> list[StoredBatchRow]:
        """These few rows of a batch, in their order. One that was erased is missing."""
        if not numbers:
            return []
        places = ", ".join("?" for _ in numbers)
        found = self._reader.rows(
            'SELECT "row", refused, flagged, findings, sealed, mac FROM batch_row '
            f'WHERE batch = ? AND "row" IN ({places}) ORDER BY "row"',
            identity,
            *numbers,
        )
        return [
            StoredBatchRow(int(row), bool(refused), bool(flagged), str(findings), bytes(sealed), bytes(mac))
            for row, refused, flagged, findings, sealed, mac in found
        ]

    def findings(self, identity: bytes) -> list[tuple[int, str]]:
        """(row, findings) of every row in which anything was found."""
        found = self._reader.rows(
            'SELECT "row", findings FROM batch_row WHERE batch = ? AND findings <> ? ORDER BY "row"',
            identity,
            "[]",
        )
        return [(int(row), str(findings)) for row, findings in found]

    def decision_content(self, identity: bytes) -> str:
        """What the bureau signed, as JSON; "" before the decision."""
        row = self._reader.one("SELECT content FROM decision WHERE batch = ?", identity)
        return "" if row is None else str(row[0])

    def entered(self, identity: bytes) -> tuple[int, int] | None:
        """(index of the first certificate, how many) of what entered the log with a batch."""
        row = self._reader.one("SELECT idx, count FROM approval WHERE batch = ?", identity)
        return None if row is None else (int(row[0]) + 1, int(row[1]))

    def numbers_entered(self, first: int, count: int) -> list[tuple[int, str]]:
        """(index, number) of the certificates at these places of the log; an erased one is missing."""
        rows = self._reader.rows(
            "SELECT idx, number FROM record WHERE idx >= ? AND idx < ? ORDER BY idx", first, first + count
        )
        return [(int(index), str(number)) for index, number in rows]

    def heads(self, first: int, count: int) -> Mapping[int, int]:
        """The newest entry of each certificate at these places of the log that was ever acted on."""
        rows = self._reader.rows(
            "SELECT certificate, max(idx) FROM act WHERE certificate >= ? AND certificate < ? "
            "GROUP BY certificate",
            first,
            first + count,
        )
        return {int(certificate): int(head) for certificate, head in rows}


class NationalCounts:
    """How far the certificates of a batch are on their way to the national network; on the desk."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def of(self, first: int, count: int, heads: Mapping[int, int]) -> Mapping[SendingState, int]:
        """How many of the certificates first..first+count-1 are in each state.

        `heads` are the newest entries of those that were acted on: what counts is the newest version.
        """
        rows = self._reader.rows(
            "SELECT state, count(*) FROM national_progress WHERE seq >= ? AND seq < ? GROUP BY state",
            first,
            first + count,
        )
        counts = dict.fromkeys(SendingState, 0) | {SendingState(state): int(number) for state, number in rows}
        # What the sender has not looked at yet has no row.
        counts[SendingState.PENDING] += count - sum(counts.values())
        states = self.states([*heads, *heads.values()])
        for certificate, head in heads.items():
            counts[states[certificate].state] -= 1
            counts[states[head].state] += 1
        return counts

    def states(self, indexes: Sequence[int]) -> Mapping[int, NationalState]:
        """Where each of these few entries stands."""
        return NationalReads(self._reader).state_of(indexes)


def _among(prefixes: Sequence[str]) -> str:
    return f"batch.prefix IN ({', '.join('?' for _ in prefixes)})"


def _head(row: Row) -> BatchHead:
    identity, prefix, on, at, form5, form4, legacy, plan, findings, overview = row[:10]
    previous, newer, approved, decided_at = row[10:]
    return BatchHead(
        bytes(identity),
        *(str(prefix), str(on), str(at), str(form5), str(form4)),
        *(str(legacy), str(plan), str(findings), str(overview)),
        None if previous is None else bytes(previous),
        None if newer is None else bytes(newer),
        None if approved is None else bool(approved),
        "" if decided_at is None else str(decided_at),
    )
