"""Batches that wait for a decision, as the queue of a bureau lists them: never a file, never a row."""

from dataclasses import dataclass

from registry.storage.sql import KeptReader


@dataclass(frozen=True)
class WaitingBatch:
    """A batch that nobody decided on and no newer version replaced."""

    id: bytes
    prefix: str
    received_on: str
    received_at: str
    form5_name: str
    legacy: str
    findings: str
    overview: str


class WaitingBatches:
    """Reads for the queue."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def all(self) -> list[WaitingBatch]:
        """Every batch that waits, the first received first."""
        columns = ", ".join(WaitingBatch.__dataclass_fields__)
        rows = self._reader.rows(
            f"SELECT {columns} FROM batch "
            "WHERE NOT EXISTS (SELECT 1 FROM decision WHERE decision.batch = batch.id) "
            "AND NOT EXISTS (SELECT 1 FROM batch AS newer WHERE newer.previous = batch.id) "
            "ORDER BY received_at, id"
        )
        return [WaitingBatch(bytes(identity), *map(str, texts)) for identity, *texts in rows]

    def form5_mac(self, batch: bytes) -> bytes:
        """The keyed hash of Form 5 that an approval names; empty for a batch that is not there."""
        row = self._reader.one("SELECT form5_mac FROM batch WHERE id = ?", batch)
        return b"" if row is None else bytes(row[0])
