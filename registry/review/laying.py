"""A batch is laid on the desk: its rows listed with what was found in them, its samples drawn.

Done once: at the end of its upload, or when a reviewer opens it first where it came another way, or the desk
was lost. Nothing is opened or read again for it, because where each finding is was kept at receipt. The rule
of the sample is kept beside it: a setting that changes later draws no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Engine

from registry.intake.row_index import FLAGGED, REFUSED, RowIndex
from registry.review.sample import PROVINCE_LEVELS, DrawnFor, SampleRule, draw, sample_seed
from registry.storage.batch_reads import BatchReads
from registry.storage.draft_changes import NewReview, OutlinedRow, insert_review
from registry.storage.sql import KeptReader
from registry.storage.waiting_batches import WaitingBatches


@dataclass(frozen=True)
class BatchOutline:
    """What the desk needs to know of a batch: its two public values, and where each finding is."""

    id: bytes
    form5_mac: bytes
    index: RowIndex


def outline_of(reader: KeptReader, batch: bytes) -> BatchOutline:
    """A stored batch in outline."""
    index = RowIndex.decoded(BatchReads(reader).row_index(batch))
    return BatchOutline(batch, WaitingBatches(reader).form5_mac(batch), index)


def lay_on_desk(desk: Engine, batch: BatchOutline, rule: SampleRule) -> bool:
    """Lists the batch's rows and draws its samples; False if it lies there already."""
    drawn = [(whose.value, row) for whose in DrawnFor for row in drawn_rows(batch, whose, rule)]
    review = NewReview(batch.id, rule.percent, rule.least)
    return insert_review(desk, review, list(_outlined(batch.index)), drawn)


def drawn_rows(batch: BatchOutline, drawn_for: DrawnFor, rule: SampleRule) -> tuple[int, ...]:
    """The rows of a sample: among those that may enter, and for the province of levels 1 and 2 only."""
    population = frozenset(batch.index.every_row()) - frozenset(batch.index.of(REFUSED))
    if drawn_for is DrawnFor.PROVINCE:
        population &= frozenset(row for level in PROVINCE_LEVELS for row in batch.index.of(f"level.{level}"))
    return draw(sample_seed(drawn_for, batch.id, batch.form5_mac), population, rule)


def _outlined(index: RowIndex) -> Iterable[OutlinedRow]:
    refused, flagged = frozenset(index.of(REFUSED)), frozenset(index.of(FLAGGED))
    kinds: dict[int, list[str]] = {}
    levels: dict[int, int] = {}
    for name in sorted(index.ranges):
        code, _, kind = name.partition(".")
        if code == "level":
            levels.update(dict.fromkeys(index.of(name), int(kind)))
        elif kind:
            for row in index.of(name):
                kinds.setdefault(row, []).append(name)
    for row in index.every_row():
        flags = f" {' '.join(kinds[row])} " if row in kinds else ""
        yield OutlinedRow(row, row in refused, row in flagged, levels.get(row, 0), flags)
