"""Errors of the filing room.

FilingError
├── InconsistentFiling     facts that cannot be the facts of one filing
├── MalformedFilingEntry   a log entry that does not describe a change of a filing
├── FilingEntryTooLarge    one fact alone is longer than a log entry may be
├── ChangeRefused          a change that this filing cannot have on that day; `kind` says why
├── FilingMovedOn          somebody else changed the filing since the page was shown
├── FilingUnknown          no filing has that prefix
├── ScopeLinesFault        lines of a scope with faults; carries every one of them
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


class ChangeRefusal(StrEnum):
    """Why a filing cannot be changed so.

    Source: 2025-14 arts. 5, 12(4), 13, 15.
    """

    NOT_NOW = "not_now"
    INSTRUMENT_MISSING = "instrument_missing"
    INSTRUMENT_TOO_LONG = "instrument_too_long"
    TOO_FAR_AHEAD = "too_far_ahead"
    BEFORE_THE_FILING = "before_the_filing"
    BEFORE_THE_LAST_STATE = "before_the_last_state"
    BEFORE_THE_LAST_CHANGE = "before_the_last_change"
    PUBLICITY_NOT_OVER = "publicity_not_over"
    PUBLICITY_MISSING = "publicity_missing"
    NO_PUBLICITY_NEEDED = "no_publicity_needed"
    PREFIX_TAKEN = "prefix_taken"
    FILING_NUMBER_MISSING = "filing_number_missing"
    NAME_MISSING = "name_missing"
    SCOPE_MISSING = "scope_missing"
    END_NOT_LATER = "end_not_later"
    LONGER_THAN_THREE_YEARS = "longer_than_three_years"
    ALREADY_EXPIRED = "already_expired"
    NOTHING_CONTINUED = "nothing_continued"
    NOTHING_CHANGED = "nothing_changed"
    SAME_DAY = "same_day"
    ROW_UNKNOWN = "row_unknown"
    ROW_ALREADY_THERE = "row_already_there"
    ROW_BEGINS_EARLIER = "row_begins_earlier"
    SUCCESSOR_UNKNOWN = "successor_unknown"
    SUCCESSOR_NOT_IN_FORCE = "successor_not_in_force"


class ChangeRefused(FilingError):
    """The filing cannot be changed so on that day; nothing was recorded."""

    code = "filing_change_refused"

    def __init__(self, kind: ChangeRefusal) -> None:
        super().__init__(kind)
        self.kind = kind


class FilingMovedOn(FilingError):
    """What was to be changed is no longer what the page showed; nothing was recorded."""

    code = "filing_moved_on"


class FilingUnknown(FilingError):
    """No filing has that prefix."""

    code = "filing_unknown"


class ScopeLinesFault(FilingError):
    """Lines of a scope with faults: all of them, in the order of the lines."""

    code = "scope_lines_fault"

    def __init__(self, faults: tuple[ImportFault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults


class FilingImportFault(FilingError):
    """An institutions file with faults: all of them, in the order of the rows."""

    code = "filing_import_fault"

    def __init__(self, faults: tuple[ImportFault, ...]) -> None:
        super().__init__(len(faults))
        self.faults = faults
