"""A reviewer's drafts: the word on each row of a batch, and what the inspection of its sample found.

Whoever changes a draft says which revision the page showed. A word on one row counts if nobody else changed
that row since, so two people can share a batch; a word on a group counts only if nothing changed at all.
Saying the same again changes nothing.

Source: 湘人社规〔2025〕14号 art. 17(5), (7).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.engine import Engine

from registry.review.errors import DraftsChanged, ReviewNotReady, RowNotFlagged, RowRefused, RowUnknown
from registry.review.reasons import AcceptReason, InspectionNote, RejectReason
from registry.review.sample import DrawnFor, InspectionResult
from registry.storage.draft_changes import DraftChange, changing
from signing.encoding import rfc3339


class Word(StrEnum):
    """What a reviewer said of a row. NONE takes an earlier word back."""

    NONE = ""
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Ruling:
    """A word with its reason."""

    word: Word = Word.NONE
    reason: str = ""

    @classmethod
    def accept(cls, reason: AcceptReason) -> "Ruling":
        """The flagged row may enter."""
        return cls(Word.ACCEPTED, reason.value)

    @classmethod
    def reject(cls, reason: RejectReason) -> "Ruling":
        """The row may not enter."""
        return cls(Word.REJECTED, reason.value)


@dataclass(frozen=True)
class Inspected:
    """What an inspection of a row found; a discrepancy has a note. None takes it back."""

    result: InspectionResult | None = None
    note: InspectionNote | None = None

    @property
    def stored(self) -> tuple[str, str]:
        """Both codes, "" for none."""
        return self.result or "", self.note or ""


@dataclass(frozen=True)
class Change:
    """Who changes which batch's drafts, when, and which revision the page showed. `by` is an account's id."""

    batch: bytes
    seen: int
    by: str
    at: datetime


@dataclass(frozen=True)
class Changed:
    """The drafts after a change: their revision, and how many rows it concerned."""

    revision: int
    rows: int


def decide_row(desk: Engine, change: Change, row: int, ruling: Ruling) -> Changed:
    """The word on one row.

    Raises: ReviewNotReady, RowUnknown, RowRefused, RowNotFlagged, DraftsChanged.
    """
    with _changing(desk, change) as drafts:
        found = drafts.row(row)
        if found is None:
            raise RowUnknown([row])
        if found.refused:
            raise RowRefused([row])
        if ruling.word is Word.ACCEPTED and not found.flagged:
            raise RowNotFlagged([row])
        if (found.word, found.reason) == (ruling.word, ruling.reason):
            return Changed(drafts.revision, 0)
        if found.revision > change.seen:
            raise DraftsChanged(found.by, found.at)
        drafts.set_row(row, ruling.word, ruling.reason, change.by, rfc3339(change.at))
        return Changed(drafts.revision, 1)


def decide_group(desk: Engine, change: Change, flags: str, ruling: Ruling) -> Changed:
    """One word on every flagged row with exactly these findings that has none yet, or all of them taken back.

    Rows that were decided by themselves keep their word. Raises: ReviewNotReady, DraftsChanged.
    """
    with _changing(desk, change) as drafts:
        taken_back = ruling.word is Word.NONE
        rows = drafts.decided_in_group(flags) if taken_back else drafts.undecided_in_group(flags)
        if not rows:
            return Changed(drafts.revision, 0)
        if drafts.revision != change.seen:
            raise DraftsChanged(drafts.by, drafts.at)
        drafts.set_group(flags, ruling.word, ruling.reason, change.by, rfc3339(change.at))
        return Changed(drafts.revision, rows)


def inspect_row(desk: Engine, change: Change, drawn_for: DrawnFor, row: int, found: Inspected) -> Changed:
    """What the inspection of a drawn row found. Raises: ReviewNotReady, RowUnknown, DraftsChanged."""
    with _changing(desk, change) as drafts:
        known = drafts.inspection(drawn_for, row)
        if known is None:
            raise RowUnknown([row])
        if (known.result, known.note) == found.stored:
            return Changed(drafts.revision, 0)
        if known.revision > change.seen:
            raise DraftsChanged(known.by, known.at)
        drafts.set_inspection(drawn_for, row, *found.stored, change.by, rfc3339(change.at))
        return Changed(drafts.revision, 1)


def inspect_rest(desk: Engine, change: Change, drawn_for: DrawnFor, rows: Sequence[int]) -> Changed:
    """Those of the rows that were drawn and that nobody inspected yet agree with the papers: all or none.

    Raises: ReviewNotReady, DraftsChanged.
    """
    with _changing(desk, change) as drafts:
        found, count = Inspected(InspectionResult.OK).stored, 0
        for row in rows:
            known = drafts.inspection(drawn_for, row)
            if known is not None and not known.result:
                if known.revision > change.seen:
                    raise DraftsChanged(known.by, known.at)
                drafts.set_inspection(drawn_for, row, *found, change.by, rfc3339(change.at))
                count += 1
        return Changed(drafts.revision, count)


@contextmanager
def _changing(desk: Engine, change: Change) -> Iterator[DraftChange]:
    with changing(desk, change.batch) as drafts:
        if drafts is None:
            raise ReviewNotReady
        yield drafts
