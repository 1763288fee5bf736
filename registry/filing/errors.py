"""Errors of the filing room.

FilingError
├── InconsistentFiling     facts that cannot be the facts of one filing
├── MalformedFilingEntry   a log entry that does not describe a change of a filing
├── FilingEntryTooLarge    one fact alone is longer than a log entry may be
└── FilingImportFault      an institutions file with faults; carries every one of them
"""

from enum import StrEnum
from typing import ClassVar

from registry.errors import RegistryError
from registry.filing.import_faults import ImportFault


class FilingError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "filing_error"


class Inconsistency(StrEnum):
    """Which facts of a filing contradict each other, or are missing."""

    PREFIX = "prefix"
    CATEGORY = "category"
    VALIDITY = "validity"
    NAMES = "names"
    BUREAUS = "bureaus"
    STATES = "states"
    LEVELS = "levels"
    SCOPE_INTERVAL = "scope_interval"
    SUCCESSOR = "successor"


class InconsistentFiling(FilingError):
    """The facts cannot be those of one filing."""

    code = "inconsistent_filing"

    def __init__(self, reason: Inconsistency) -> None:
        super().__init__(reason)
        self.reason = reason


class MalformedFilingEntry(FilingError):
    """An entry of the log that is no change of a filing; `field` is where it stopped making sense."""

    code = "malformed_filing_entry"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class FilingEntryTooLarge(FilingError):
    """A fact that no entry can hold, such as a name of sixty thousand bytes."""

    code = "filing_entry_too_large"


class FilingImportFault(FilingError):
    """An institutions file with faults: all of them, in the order of the rows."""

    code = "filing_import_fault"

    def __init__(self, faults: tuple[ImportFault, ...]) -> None:
        super().__init__(len(faults))
        self.faults = faults
