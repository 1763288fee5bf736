"""The queue to the national network, as the log itself."""

from collections.abc import Callable, Sequence

from registry.ledger.chain import ChainState
from registry.lookup import LookUp
from registry.national.institution_rows import InstitutionRows
from registry.national.rows import CertificateRow, Held, Reference, Row, RowAct, RowState
from registry.versions import RegisteredVersion, versions_after
from signing.commitment import Commitment

_STATES = {
    ChainState.VALID: RowState.VALID,
    ChainState.SUPERSEDED: RowState.SUPERSEDED,
    ChainState.ANNULLED: RowState.ANNULLED,
    ChainState.ERASED: RowState.ERASED,
}


class LogOutbox:
    """Implements `national.queue.Outbox`. `look_up` gives the calling thread its own."""

    def __init__(self, look_up: Callable[[], LookUp]) -> None:
        self._look_up = look_up
        self._institutions = InstitutionRows()

    def after(self, seq: int, limit: int) -> Sequence[Row]:
        """See `Outbox`: a position is the index of the log entry."""
        look_up = self._look_up()
        size, _ = look_up.ledger.published()
        rows: list[Row] = [_row(each, look_up) for each in versions_after(look_up, seq, limit)]
        self._institutions.advance(look_up.ledger.log, size)
        rows += self._institutions.after(seq, limit, size)
        return sorted(rows, key=lambda row: row.entry)[:limit]

    def at(self, seqs: Sequence[int]) -> Sequence[Row]:
        """See `Outbox`."""
        return [row for seq in sorted(set(seqs)) for row in self.after(seq - 1, 1) if row.entry == seq]

    def held_after(self, seq: int, limit: int, size: int) -> Sequence[tuple[int, Held]]:
        """See `Outbox`."""
        return [(row.entry, row.held) for row in self.after(seq, limit) if row.entry < size]

    def published(self) -> tuple[int, bytes]:
        """See `Outbox`."""
        return self._look_up().ledger.published()


def _row(version: RegisteredVersion, look_up: LookUp) -> CertificateRow:
    certificate = version.chain.first.index
    erasure = look_up.ledger.erasures.of_certificate(certificate)
    if erasure is None:
        assert version.record is not None
        number_mac = look_up.vault.erased_number(version.record.number)
    else:
        number_mac = erasure.number_mac
    return CertificateRow(
        ref=Reference(look_up.vault.network_reference(number_mac)),
        version=version.step,
        state=_STATES[version.link.state],
        act=RowAct(version.link.act.value) if version.link.act else RowAct.ISSUED,
        record=None if version.link.state is ChainState.ERASED else version.record,
        commitment=Commitment(version.commitment),
        entry=version.index,
    )
