"""Errors of the review room.

ReviewError
├── BatchUnknown          there is no such batch
├── BatchDecided          the batch was approved or returned before
├── BatchRefused          a finding on the whole batch forbids approval
├── RowRefused            the decision accepts rows that no one may approve
├── FlagsUndecided        flagged rows on which the reviewer has not said a word
├── NothingToApprove      no row is left to approve
├── CertificateUnknown    no certificate has that number
└── CorrectionOutOfReach  a correction that would change number, year or level: it needs a new number
"""

from collections.abc import Sequence
from typing import ClassVar

from registry.errors import RegistryError


class ReviewError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "review_error"


class BatchUnknown(ReviewError):
    """There is no batch of that id."""

    code = "batch_unknown"


class BatchDecided(ReviewError):
    """One batch, one decision."""

    code = "batch_decided"


class BatchRefused(ReviewError):
    """A finding on the whole batch (Form 4 does not match Form 5) forbids approval."""

    code = "batch_refused"


class _RowsError(ReviewError):
    """An error about certain rows of the workbook."""

    code = "rows_error"

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__(len(rows))
        self.rows = tuple(rows)


class RowRefused(_RowsError):
    """Rows with a refusing finding can't be approved, whoever says so."""

    code = "row_refused"


class FlagsUndecided(_RowsError):
    """Flagged rows need the reviewer's explicit word: accepted or rejected."""

    code = "flags_undecided"


class RowUnknown(_RowsError):
    """The decision names rows that the batch does not have."""

    code = "row_unknown"


class NothingToApprove(ReviewError):
    """Every row is refused or rejected: the batch can only be returned."""

    code = "nothing_to_approve"


class CertificateUnknown(ReviewError):
    """No certificate has that number."""

    code = "certificate_unknown"


class CorrectionOutOfReach(ReviewError):
    """Number, year and level are part of the number: a change of theirs needs a new certificate."""

    code = "correction_out_of_reach"
