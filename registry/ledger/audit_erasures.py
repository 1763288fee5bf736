"""Erasures: each has its act and each act its erasure, what was to go is gone, and nobody can open it again.

The vault's owner alone can tell the last: a key that still opens what was erased is an erasure that nobody
finished. Without the vault, what is stored is held against the log.

Source: 个人信息保护法 art. 47.
"""

from collections.abc import Iterable

from registry.ledger.audit_replay import LogReplay, Version
from registry.ledger.audit_report import Check, FindingCode, found
from registry.rules.legal_grounds import LegalGround
from registry.storage.audit_rows import AuditRows
from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE
from registry.storage.erasure_rows import ERASURE_COLUMNS, RECORD_TABLE
from registry.storage.erasure_seal import BOUND_COLUMNS, altered_erasure, place_values
from registry.storage.vault import Place, Vault

_BATCH_ID_BYTES = 16


class ErasureAudit:
    """What was erased. `places` is where, and what a missing row or file may point to."""

    def __init__(self, rows: AuditRows, vault: Vault | None) -> None:
        self._rows = rows
        self._vault = vault
        self.places: frozenset[Place] = frozenset()
        self.checked = 0

    def check(self, replay: LogReplay, absent: Iterable[Version], size: int) -> None:
        """All erasures of the register.

        Steps:
        1. the erasures are exactly the acts, and what was written down of each is what was written then
        2. the versions without a record are exactly those that the erasures took away
        3. no row and no file of an upload stands where one was erased
        4. no key opens any of it
        """
        wanted = dict(replay.erased)
        by_index: dict[object, list[Place]] = {}
        for index, table, row, column in self._rows.in_range(
            "erased_place", ("idx", "place_table", "place_row", "place_column"), 0, size
        ):
            if not (isinstance(table, str) and isinstance(row, bytes) and isinstance(column, str)):
                found(FindingCode.ROW_DIFFERS, Check.ERASURES, "erased_place", index)
            by_index.setdefault(index, []).append(Place(table, row, column))
        places = {place for listed in by_index.values() for place in listed}
        # 1
        for index, certificate, *values, mac in self._rows.in_range("erasure", ERASURE_COLUMNS, 0, size):
            if wanted.pop(certificate, None) != index:
                found(FindingCode.ROW_SURPLUS, Check.ERASURES, "erasure", index)
            self._check_bound(index, certificate, values, by_index.pop(index, []), mac)
            self.checked += 1
        for index in wanted.values():
            found(FindingCode.ROW_MISSING, Check.ERASURES, "erasure", index)
        for index in by_index:
            found(FindingCode.ROW_SURPLUS, Check.ERASURES, "erased_place", index)
        # 2
        self._check_versions(replay, absent, places)
        # 3
        for place in places:
            self._check_gone(place)
        # 4
        if self._vault is not None:
            self._check_forgotten(self._vault, places)
        self.places = frozenset(places)

    def _check_bound(
        self, index: int, certificate: int, values: list[object], places: list[Place], mac: object
    ) -> None:
        if values[1] not in list(LegalGround):
            found(FindingCode.ROW_DIFFERS, Check.ERASURES, "erasure", index, "ground")
        if self._vault is None:
            return
        column = altered_erasure(self._vault, certificate, (*values, place_values(places)), mac)
        if column == BOUND_COLUMNS[-1]:
            found(FindingCode.ROW_DIFFERS, Check.ERASURES, "erased_place", index)
        if column is not None:
            found(FindingCode.ROW_DIFFERS, Check.ERASURES, "erasure", index, column)

    def _check_versions(self, replay: LogReplay, absent: Iterable[Version], places: set[Place]) -> None:
        of_records = {place.row for place in places if place.table == RECORD_TABLE}
        for version in absent:
            if version.certificate not in replay.erased:
                found(FindingCode.ROW_MISSING, Check.RECORDS, "record", version.idx)
            if version.commitment not in of_records:
                found(FindingCode.ROW_MISSING, Check.ERASURES, "erased_place", version.idx)

    def _check_gone(self, place: Place) -> None:
        if place.table == BATCH_TABLE:
            batch, row = place.row[:_BATCH_ID_BYTES], int.from_bytes(place.row[_BATCH_ID_BYTES:], "big")
            if self._rows.has_batch_row(batch, row):
                found(FindingCode.ROW_SURPLUS, Check.ERASURES, "batch_row", f"{batch.hex()}/{row}")
        elif place.table == FORMS_TABLE and self._rows.form5_bytes(place.row):
            found(FindingCode.ROW_SURPLUS, Check.ERASURES, "batch", place.row.hex(), "form5")

    def _check_forgotten(self, vault: Vault, places: Iterable[Place]) -> None:
        for place in places:
            if not vault.has_forgotten(place):
                key = f"{place.table}/{place.row.hex()}"
                found(FindingCode.ERASURE_UNFINISHED, Check.ERASURES, "erased_place", key)
