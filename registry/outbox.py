"""The queue to the national network, as the log itself."""

from collections.abc import Callable, Sequence
from operator import attrgetter, itemgetter

from registry.ledger.chain import ChainState
from registry.lookup import LookUp
from registry.national.institution_rows import InstitutionRows
from registry.national.rows import CertificateRow, Held, Reference, Row, RowAct, RowState
from registry.storage.vault import Vault
from registry.versions import (
    RegisteredVersion,
    positions_after,
    positions_among,
    record_of,
    versions_at,
)

_STATES = {
    ChainState.VALID: RowState.VALID,
    ChainState.SUPERSEDED: RowState.SUPERSEDED,
    ChainState.ANNULLED: RowState.ANNULLED,
    ChainState.ERASED: RowState.ERASED,
}


class LogOutbox:
    """Implements `national.queue.Outbox`: a position is the index of a log entry.

    `look_up` gives the calling thread its own.
    """

    def __init__(self, look_up: Callable[[], LookUp]) -> None:
        self._look_up = look_up
        self._institutions = InstitutionRows()

    def after(self, seq: int, limit: int) -> Sequence[Row]:
        """See `Outbox`."""
        look_up = self._look_up()
        size, _ = look_up.ledger.published()
        versions, institutions = self._page(look_up, seq, limit, size)
        rows: list[Row] = [_row(look_up, each) for each in versions]
        return _in_order(rows, [self._institutions.row(each) for each in institutions])

    def at(self, seqs: Sequence[int]) -> Sequence[Row]:
        """See `Outbox`."""
        look_up = self._look_up()
        size, _ = look_up.ledger.published()
        self._institutions.advance(look_up.ledger.log, size)
        versions = versions_at(look_up, positions_among(look_up, seqs, size), size)
        rows: list[Row] = [_row(look_up, each) for each in versions]
        return _in_order(rows, [self._institutions.row(each) for each in self._institutions.among(seqs)])

    def held_after(self, seq: int, limit: int, size: int) -> Sequence[tuple[int, Held]]:
        """See `Outbox`."""
        look_up = self._look_up()
        versions, institutions = self._page(look_up, seq, limit, size)
        found = [(each.entry, _held(look_up.vault, each)) for each in versions]
        found += [(each, self._institutions.held(each)) for each in institutions]
        return sorted(found, key=itemgetter(0)) if institutions else found

    def published(self) -> tuple[int, bytes]:
        """See `Outbox`."""
        return self._look_up().ledger.published()

    def _page(
        self, look_up: LookUp, seq: int, limit: int, size: int
    ) -> tuple[list[RegisteredVersion], list[int]]:
        """The versions and the institutions' positions that together are the next `limit` positions."""
        self._institutions.advance(look_up.ledger.log, size)
        positions = positions_after(look_up, seq, limit, size)
        institutions = self._institutions.after(seq, limit, size)
        if institutions:
            last = sorted([*institutions, *(each for each, _ in positions)])[:limit][-1]
            positions = [each for each in positions if each[0] <= last]
            institutions = [each for each in institutions if each <= last]
        return versions_at(look_up, positions, size), institutions


def _in_order(rows: list[Row], others: Sequence[Row]) -> list[Row]:
    return sorted([*rows, *others], key=attrgetter("entry")) if others else rows


def _row(look_up: LookUp, version: RegisteredVersion) -> CertificateRow:
    return CertificateRow(
        ref=_reference(look_up.vault, version),
        version=version.step,
        state=_STATES[version.state],
        act=RowAct(version.act.value) if version.act else RowAct.ISSUED,
        entry=version.entry,
        commitment=version.commitment,
        record=record_of(look_up, version),
    )


def _held(vault: Vault, version: RegisteredVersion) -> Held:
    return Held(_reference(vault, version), version.step, version.commitment, _STATES[version.state])


def _reference(vault: Vault, version: RegisteredVersion) -> Reference:
    number_mac = version.number_mac or vault.erased_number(version.kept.number if version.kept else "")
    return Reference(vault.network_reference(number_mac))
