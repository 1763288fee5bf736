"""Where positions of the national queue stand, read on the hot path."""

from collections.abc import Mapping, Sequence
from datetime import date

from registry.national.queue import PENDING, NationalState, SendingState
from registry.storage.sql import KeptReader


class NationalReads:
    """As `NationalStore.state_of`, on a kept connection."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def state_of(self, seqs: Sequence[int]) -> Mapping[int, NationalState]:
        """The state of each of these few positions. Raises: DatabaseUnavailable."""
        return {seq: self._one(seq) for seq in seqs}

    def _one(self, seq: int) -> NationalState:
        row = self._reader.one("SELECT state, on_date, reason FROM national_progress WHERE seq = ?", seq)
        return NationalState(SendingState(row[0]), date.fromisoformat(row[1]), row[2]) if row else PENDING
