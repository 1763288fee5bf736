"""The queue to the national network, as the log itself."""

from collections.abc import Callable, Iterator, Sequence

from registry.ledger.chain import ChainState
from registry.lookup import LookUp
from registry.national.protocol import Row, RowAct, RowState
from registry.national.queue import OutboxRow
from registry.storage.erasure_rows import removal_place
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

    def after(self, seq: int, limit: int) -> Sequence[OutboxRow]:
        """See `Outbox`: a position is the index of the log entry."""
        look_up = self._look_up()
        while versions := versions_after(look_up, seq, limit):
            rows = [
                OutboxRow(each.index, _row(each, number)) for each, number in _numbered(look_up, versions)
            ]
            if rows:
                return rows
            seq = versions[-1].index
        return []


def _numbered(
    look_up: LookUp, versions: Sequence[RegisteredVersion]
) -> Iterator[tuple[RegisteredVersion, str]]:
    """Each version with its number; what the network was told to remove, and removed, has none any more."""
    for each in versions:
        if each.record is not None:
            yield each, each.record.number
            continue
        certificate = each.chain.first.index
        sealed = look_up.ledger.erasures.removal_of(certificate)
        if sealed is not None:
            yield each, look_up.vault.open(*removal_place(certificate), sealed).decode()


def _row(version: RegisteredVersion, number: str) -> Row:
    return Row(
        number=number,
        version=version.step,
        state=_STATES[version.link.state],
        act=RowAct(version.link.act.value) if version.link.act else RowAct.ISSUED,
        record=None if version.link.state is ChainState.ERASED else version.record,
        commitment=Commitment(version.commitment),
        entry=version.index,
    )
