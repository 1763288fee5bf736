"""The private rows behind the log: every version has its record, and the record opens its commitment.

Without the vault only what stands in clear is looked at; with it every record is unsealed, committed to
anew, and compared with its own number and with the blind indexes that find its holder.

Source: the product's own format `skillcert/record/v1`; 个人信息保护法 art. 51.
"""

from datetime import date
from typing import NoReturn

from registry.ledger.audit_projections import compare
from registry.ledger.audit_replay import LogReplay, Version
from registry.ledger.audit_report import Check, FindingCode, first_difference, found
from registry.rules.errors import RulesError
from registry.rules.identity_documents import check_identity, parse_identity_type
from registry.storage.audit_rows import AuditRows
from registry.storage.errors import Erased, SealBroken
from registry.storage.sql import Row
from registry.storage.vault import Vault
from signing.commitment import Record, Seed, commitment

_CLEAR = ("idx", "certificate", "version", "commitment")
_NUMBERED = (*_CLEAR, "number")
_COLUMNS = (*_NUMBERED, "sealed", "person", "named_person")


class RecordAudit:
    """Checks records in the order of the log. `absent` are versions without one: erased, or lost."""

    def __init__(self, rows: AuditRows, vault: Vault | None) -> None:
        self.checked = 0
        self.opened = 0
        self._rows = rows
        self._vault = vault
        self.absent: list[Version] = []

    def check(self, replay: LogReplay, versions: list[Version], start: int, end: int) -> None:
        """The records of one stretch of the log."""
        columns = _NUMBERED if self._vault is None else _COLUMNS
        stored = self._rows.in_range("record", columns, start, end)
        if len(stored) < len(versions):
            held = {row[0] for row in stored}
            self.absent += [version for version in versions if version.idx not in held]
            versions = [version for version in versions if version.idx in held]
        compare("record", _CLEAR, [row[:4] for row in stored], versions, Check.RECORDS)
        for version, row in zip(versions, stored, strict=True):
            if self._vault is not None:
                self._open(self._vault, version, row)
                self.opened += 1
            covering = replay.covering(version.certificate)
            self._check_number(version, row, covering.institution if covering else "")
        self.checked += len(stored)

    def finish(self, replay: LogReplay) -> None:
        """No erased certificate has a record left, and no number belongs to two certificates."""
        for certificate in replay.erased:
            if self._rows.number_of(certificate) is not None:
                found(FindingCode.ROW_SURPLUS, Check.RECORDS, "record", certificate)
        if (index := self._rows.repeated_number()) is not None:
            found(FindingCode.NUMBER_REPEATED, Check.RECORDS, "record", index, "number")

    def _check_number(self, version: Version, row: Row, institution: str) -> None:
        number = row[4]
        if not isinstance(number, str) or not number.startswith(institution):
            _differs(version, "number")
        if version.idx != version.certificate and number != self._rows.number_of(version.certificate):
            _differs(version, "number")

    def _open(self, vault: Vault, version: Version, row: Row) -> None:
        number, sealed, person, named_person = row[4:]
        try:
            record, seed = vault.open_record("record", version.commitment, sealed)
        except (Erased, SealBroken, TypeError):
            found(FindingCode.SEAL_BROKEN, Check.RECORDS, "record", version.idx, "sealed")
        _require_commitment(version, record, seed)
        if number != record.number:
            _differs(version, "number", _text_offset(number, record.number))
        try:
            type_ = parse_identity_type(record.id_type)
            canonical = check_identity(type_, record.id_number, date.max).canonical
        except RulesError:
            _differs(version, "sealed")
        wanted = vault.person(record.id_type, canonical)
        if person != wanted:
            _differs(version, "person", _bytes_offset(person, wanted))
        wanted = vault.named_person(record.id_type, canonical, record.name)
        if named_person != wanted:
            _differs(version, "named_person", _bytes_offset(named_person, wanted))


def _require_commitment(version: Version, record: Record, seed: Seed) -> None:
    if commitment(record, seed) != version.commitment:
        found(FindingCode.COMMITMENT_DIFFERS, Check.RECORDS, "record", version.idx, "sealed")


def _differs(version: Version, column: str, offset: int | None = None) -> NoReturn:
    found(FindingCode.RECORD_DIFFERS, Check.RECORDS, "record", version.idx, column, offset=offset)


def _text_offset(stored: str, wanted: str) -> int:
    return first_difference(stored.encode("utf-8", "surrogateescape"), wanted.encode())


def _bytes_offset(stored: object, wanted: bytes) -> int | None:
    return first_difference(stored, wanted) if isinstance(stored, bytes) else None
