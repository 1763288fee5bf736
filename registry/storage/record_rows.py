"""Reads of certificates: the versions of a number, the acts on one, the approval that covers one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from registry.storage.errors import DatabaseUnavailable
from registry.storage.sql import KeptReader, Row


@dataclass(frozen=True)
class StoredVersion:
    """One version of a certificate's content, still sealed, and the entry that commits to it."""

    index: int
    certificate: int
    version: int
    number: str
    commitment: bytes
    sealed: bytes
    entry: bytes


class KeptRecord(NamedTuple):
    """As `StoredVersion`, as little as a page of a thousand needs: `entry` is only its index."""

    entry: int
    certificate: int
    number: str
    commitment: bytes
    sealed: bytes


@dataclass(frozen=True)
class NamedVersion:
    """Which certificate a version belongs to and, as keyed hashes, whom it names.

    `stands`: its certificate says so today; an earlier version may name somebody whom a correction took out.
    """

    index: int
    certificate: int
    number: str
    person: bytes
    named: bytes
    stands: bool


@dataclass(frozen=True)
class StoredApproval:
    """The approval that covers a certificate.

    An ordinal counts the commitments of the log, certificates and corrections alike; it is the position in
    the status lists, and anyone can recount it.
    """

    index: int
    count: int
    first_ordinal: int
    body: bytes

    def ordinal(self, certificate: int) -> int:
        """The ordinal of a certificate behind this approval."""
        return self.first_ordinal + certificate - self.index - 1


_COLUMNS = (
    "SELECT record.idx, record.certificate, record.version, record.number, record.commitment, record.sealed, "
    "entry.body"
)
# A left join: a record whose entry is gone is a fault of the database, never a certificate that is not there.
_FROM = "FROM record LEFT JOIN entry ON entry.idx = record.idx"
_VERSION = f"{_COLUMNS} {_FROM}"


class RecordRows:
    """Reads of certificates by number, index or person."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def versions(self, number: str) -> list[StoredVersion]:
        """All versions that carry this number, oldest first."""
        return self._versions(f"{_VERSION} WHERE record.number = ? ORDER BY record.version", number)

    def version_at(self, index: int) -> StoredVersion | None:
        """The version whose commitment stands in that entry."""
        return next(iter(self._versions(f"{_VERSION} WHERE record.idx = ?", index)), None)

    def at(self, indexes: Sequence[int]) -> Iterator[StoredVersion]:
        """The versions whose commitments stand in these entries, as far as they are not erased."""
        for row in self._reader.among(_VERSION, "record.idx", indexes):
            yield _stored_version(row)

    def firsts_after(self, index: int, limit: int, size: int) -> list[int]:
        """The entries behind `index` that begin a certificate, within a tree of `size`; no erased ones."""
        rows = self._reader.rows(
            "SELECT idx FROM record WHERE idx > ? AND idx < ? AND idx = certificate ORDER BY idx LIMIT ?",
            index,
            size,
            limit,
        )
        return [int(row[0]) for row in rows]

    def kept(self, indexes: Sequence[int]) -> dict[int, KeptRecord]:
        """What is kept under each of these entries, as far as it is not erased."""
        return {
            row[0]: KeptRecord._make(row)
            for row in self._reader.among(
                "SELECT idx, certificate, number, commitment, sealed FROM record", "idx", indexes
            )
        }

    def acted(self, certificates: Sequence[int]) -> frozenset[int]:
        """Which of these certificates were ever acted on, published or not."""
        found = self._reader.among("SELECT DISTINCT certificate FROM act", "certificate", certificates)
        return frozenset(int(row[0]) for row in found)

    def of_person(self, person: bytes) -> list[StoredVersion]:
        """All versions of all certificates of one identity document."""
        return self._versions(f"{_VERSION} WHERE record.person = ? ORDER BY record.idx", person)

    def number_after(self, index: int, size: int) -> str | None:
        """The number of the next certificate that begins behind `index`, within a tree of `size`."""
        row = self._reader.one(
            "SELECT number FROM record WHERE idx > ? AND idx < ? AND idx = certificate ORDER BY idx LIMIT 1",
            index,
            size,
        )
        return None if row is None else str(row[0])

    def number_of(self, certificate: int) -> str | None:
        """The number of a certificate by the index of its first entry."""
        row = self._reader.one("SELECT number FROM record WHERE idx = ?", certificate)
        return None if row is None else str(row[0])

    def acts(self, certificate: int, size: int) -> list[tuple[int, bytes]]:
        """(index, body) of the acts on a certificate within a tree of `size`."""
        rows = self._reader.rows(
            "SELECT act.idx, entry.body FROM act JOIN entry ON entry.idx = act.idx "
            "WHERE act.certificate = ? AND act.idx < ? ORDER BY act.idx",
            certificate,
            size,
        )
        return [(int(index), bytes(body)) for index, body in rows]

    def acts_of(self, certificates: Sequence[int], size: int) -> dict[int, list[tuple[int, bytes]]]:
        """As `acts`, for many at once; a certificate without acts is not in it."""
        found: dict[int, list[tuple[int, bytes]]] = {}
        for certificate, index, body in self._reader.among(
            "SELECT act.certificate, act.idx, entry.body FROM act JOIN entry ON entry.idx = act.idx",
            "act.certificate",
            certificates,
        ):
            if index < size:
                found.setdefault(int(certificate), []).append((int(index), bytes(body)))
        return {each: sorted(acts) for each, acts in found.items()}

    def certificates_of_acts(self, indexes: Sequence[int]) -> list[tuple[int, int]]:
        """(index, certificate) of those of these entries that are acts."""
        rows = self._reader.among("SELECT idx, certificate FROM act", "idx", indexes)
        return [(int(at), int(certificate)) for at, certificate in rows]

    def bodies(self, indexes: Sequence[int]) -> dict[int, bytes]:
        """The entries at these places."""
        rows = self._reader.among("SELECT idx, body FROM entry", "idx", indexes)
        return {int(index): bytes(body) for index, body in rows}

    def acts_after(self, index: int, limit: int) -> list[tuple[int, int]]:
        """(index, certificate) of acts behind `index`, in order of the log."""
        rows = self._reader.rows(
            "SELECT idx, certificate FROM act WHERE idx > ? ORDER BY idx LIMIT ?", index, limit
        )
        return [(int(at), int(certificate)) for at, certificate in rows]

    def approval_of(self, certificate: int) -> StoredApproval | None:
        """The approval behind which a certificate entry stands."""
        row = self._reader.one(
            "SELECT approval.idx, approval.count, approval.first_ordinal, entry.body "
            "FROM approval JOIN entry ON entry.idx = approval.idx "
            "WHERE approval.idx < ? ORDER BY approval.idx DESC LIMIT 1",
            certificate,
        )
        return None if row is None else StoredApproval(int(row[0]), int(row[1]), int(row[2]), bytes(row[3]))

    def next_ordinal(self) -> int:
        """How many commitments the log holds: its certificates and their corrections."""
        last = "SELECT first_ordinal + count FROM approval ORDER BY idx DESC LIMIT 1"
        corrected = "SELECT ordinal + 1 FROM act WHERE ordinal IS NOT NULL ORDER BY idx DESC LIMIT 1"
        return max((int(row[0]) for each in (last, corrected) for row in self._reader.rows(each)), default=0)

    def act_ordinal(self, index: int) -> int | None:
        """The ordinal of the version that a correction made."""
        row = self._reader.one("SELECT ordinal FROM act WHERE idx = ?", index)
        return None if row is None or row[0] is None else int(row[0])

    def corrected_by(self, index: int) -> int | None:
        """The certificate that the correction in that entry corrects, None if it is no correction."""
        row = self._reader.one("SELECT certificate FROM act WHERE idx = ? AND ordinal IS NOT NULL", index)
        return None if row is None else int(row[0])

    def registered(self, numbers: Sequence[str]) -> frozenset[str]:
        """Which of these numbers a certificate already has."""
        return frozenset(
            str(row[0]) for row in self._reader.among("SELECT number FROM record", "number", numbers)
        )

    def of_persons(self, persons: Sequence[bytes]) -> Iterator[tuple[bytes, StoredVersion]]:
        """(person, version) of everything that any of these persons holds."""
        for row in self._reader.among(f"{_COLUMNS}, record.person {_FROM}", "record.person", persons):
            yield bytes(row[7]), _stored_version(row)

    def named(self, persons: Sequence[bytes]) -> list[NamedVersion]:
        """Every version of these persons' certificates in order of the log, without what it holds."""
        later = (
            "SELECT 1 FROM record later WHERE later.number = record.number AND later.version > record.version"
        )
        found = self._reader.among(
            f"SELECT idx, certificate, number, person, named_person, EXISTS ({later}) FROM record",
            "person",
            persons,
        )
        return [
            NamedVersion(
                int(row[0]), int(row[1]), str(row[2]), bytes(row[3]), bytes(row[4]), stands=not row[5]
            )
            for row in sorted(found)
        ]

    def _versions(self, statement: str, *parameters: object) -> list[StoredVersion]:
        return [_stored_version(row) for row in self._reader.rows(statement, *parameters)]


def _stored_version(row: Row) -> StoredVersion:
    index, certificate, version, number, commitment, sealed, entry = row[:7]
    if entry is None:
        raise DatabaseUnavailable("a record without its entry")
    return StoredVersion(index, certificate, version, number, bytes(commitment), bytes(sealed), bytes(entry))
