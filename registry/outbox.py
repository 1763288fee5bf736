"""The queue to the national network, as the log itself."""

from collections.abc import Callable, Sequence

from registry.ledger.chain import ChainState
from registry.lookup import LookUp
from registry.national.protocol import Row, RowAct, RowState
from registry.national.queue import OutboxRow
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
        return [OutboxRow(each.index, _row(each)) for each in versions_after(self._look_up(), seq, limit)]


def _row(version: RegisteredVersion) -> Row:
    erased = version.link.state is ChainState.ERASED
    return Row(
        number=version.record.number,
        version=version.step,
        state=_STATES[version.link.state],
        act=RowAct(version.link.act.value) if version.link.act else RowAct.ISSUED,
        record=None if erased else version.record,
        commitment=Commitment(version.commitment),
        entry=version.index,
    )
