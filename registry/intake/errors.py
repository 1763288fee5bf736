"""Errors of the intake room. None carries what a cell holds.

IntakeError
├── NotAWorkbook        neither .xlsx, .xls nor CSV, or one that cannot be read
├── EncryptedWorkbook   a password protects it
├── WorkbookTooLarge    too many bytes, packed or unpacked, or too much work to read it
├── TooManyRows         more rows than a batch may have
├── CellTooLong         a cell no form has room for
├── EmptyWorkbook       no row to read
├── WrongHeader         the columns are not those of the form, in its order
├── SeveralForms        more than one sheet holds rows of the form
├── EarlierReviewUnfit  what names the earlier review of a legacy batch is nothing for a public log
├── InstitutionUnknown  no filing has the number prefix that a file is uploaded for
├── EarlierVersionUnknown  the batch whose place an upload is to take is not there, or another institution's
├── MalformedDate       a text that is no day
├── KeyReused           a system gave the name of an earlier request to another upload
└── WorkbookReaderUnavailable  the reader could not be started: says nothing about the file
"""

from enum import StrEnum
from typing import ClassVar

from registry.errors import RegistryError


class IntakeError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "intake_error"


class WorkbookFault(StrEnum):
    """Why a file is no workbook."""

    UNKNOWN_FORMAT = "unknown_format"
    WEB_PAGE = "web_page"
    ENCODING = "encoding"
    QUOTES = "quotes"
    DAMAGED = "damaged"


class NotAWorkbook(IntakeError):
    """The bytes are no workbook that can be read."""

    code = "not_a_workbook"

    def __init__(self, kind: WorkbookFault) -> None:
        super().__init__(kind)
        self.kind = kind


class EncryptedWorkbook(IntakeError):
    """The workbook is protected with a password."""

    code = "encrypted_workbook"


class Excess(StrEnum):
    """What there is too much of."""

    BYTES = "bytes"
    UNPACKED = "unpacked"
    RATIO = "ratio"
    MEMORY = "memory"
    TIME = "time"


class WorkbookTooLarge(IntakeError):
    """The file is larger than a workbook of this register can be, or pretends not to be."""

    code = "workbook_too_large"

    def __init__(self, kind: Excess) -> None:
        super().__init__(kind)
        self.kind = kind


class TooManyRows(IntakeError):
    """The workbook has more rows than one upload may have."""

    code = "too_many_rows"

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class CellTooLong(IntakeError):
    """A cell holds a text that is too long for any cell of the forms."""

    code = "cell_too_long"

    def __init__(self, row: int, limit: int) -> None:
        super().__init__(row, limit)
        self.row = row
        self.limit = limit


class EmptyWorkbook(IntakeError):
    """There is no row to read."""

    code = "empty_workbook"


class WrongHeader(IntakeError):
    """No row is the header of the form; says what the nearest one lacks, has too much, or misplaces.

    `row` is None if nothing looks like a header. Column names are those of the form, except `unexpected`,
    which are the file's own.
    """

    code = "wrong_header"

    def __init__(
        self,
        *,
        row: int | None,
        missing: tuple[str, ...],
        unexpected: tuple[str, ...] = (),
        misplaced: tuple[str, ...] = (),
    ) -> None:
        super().__init__(row, missing, unexpected, misplaced)
        self.row = row
        self.missing = missing
        self.unexpected = unexpected
        self.misplaced = misplaced


class SeveralForms(IntakeError):
    """More than one sheet holds rows of the form, so it is not clear which is meant."""

    code = "several_forms"

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class WorkbookReaderUnavailable(IntakeError):
    """The process that reads workbooks could not be started. The file may be perfectly good."""

    code = "workbook_reader_unavailable"


class MalformedDate(IntakeError):
    """A text names no day, or could mean several."""

    code = "malformed_date"


class EarlierReviewUnfit(IntakeError):
    """What names the earlier review stands in the public log: an office and a paper, and no person."""

    code = "earlier_review_unfit"


class InstitutionUnknown(IntakeError):
    """No filing has this number prefix."""

    code = "institution_unknown"

    def __init__(self, prefix: str) -> None:
        super().__init__(prefix)
        self.prefix = prefix


class EarlierVersionUnknown(IntakeError):
    """There is no such batch of this institution whose place an upload could take."""

    code = "earlier_version_unknown"


class KeyReused(IntakeError):
    """An earlier request under this name brought something else."""

    code = "idempotency_key_reused"
