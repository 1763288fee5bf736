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
        if row is None:
            return PENDING
        state, on, reason = row
        # What waits to go again has no day.
        return NationalState(SendingState(state), date.fromisoformat(on) if on else None, reason)
