"""Reads of what was decided on batches, for whoever counts decisions. No upload's file is touched."""

from dataclasses import dataclass

from registry.storage.sql import KeptReader


@dataclass(frozen=True)
class StoredDecision:
    """A decided batch."""

    batch: bytes
    approved: bool
    decided_at: str
    content: str
    prefix: str
    received_on: str
    batch_findings: str
    overview: str
    legacy: bool
    row_count: int


class DecisionRows:
    """Reads of decisions."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def count(self) -> int:
        """How many batches were decided."""
        row = self._reader.one("SELECT count(*) FROM decision")
        return 0 if row is None else int(row[0])

    def batches(self) -> list[bytes]:
        """Every decided batch."""
        return [bytes(row[0]) for row in self._reader.rows("SELECT batch FROM decision ORDER BY batch")]

    def decision(self, batch: bytes) -> StoredDecision | None:
        """One of them, None if it is not decided."""
        row = self._reader.one(
            "SELECT decision.approved, decision.decided_at, decision.content, batch.prefix, "
            "batch.received_on, batch.findings, batch.overview, batch.legacy, batch.row_count "
            "FROM decision JOIN batch ON batch.id = decision.batch WHERE decision.batch = ?",
            batch,
        )
        if row is None:
            return None
        return StoredDecision(
            batch=batch,
            approved=bool(row[0]),
            decided_at=str(row[1]),
            content=str(row[2]),
            prefix=str(row[3]),
            received_on=str(row[4]),
            batch_findings=str(row[5]),
            overview=str(row[6]),
            legacy=row[7] != "",
            row_count=int(row[8]),
        )

    def received_on(self, batch: bytes) -> str:
        """The civil day on which a batch came, "" if it is not there."""
        row = self._reader.one("SELECT received_on FROM batch WHERE id = ?", batch)
        return "" if row is None else str(row[0])
