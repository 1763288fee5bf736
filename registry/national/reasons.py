"""Why a row is turned back, and whose matter that is.

A client meets codes that are not here, once the network invents them: any `[a-z][a-z0-9_]{0,63}` is one.
"""

from enum import StrEnum


class RowReason(StrEnum):
    """The codes that we know: of the protocol, of the stand-in's own rules, and of our own."""

    ROW_MALFORMED = "row_malformed"
    OLDER_VERSION = "older_version"
    VERSION_CONFLICT = "version_conflict"
    NUMBER_TAKEN = "number_taken"
    INSTITUTION_UNKNOWN = "institution_unknown"
    NUMBER_MALFORMED = "number_malformed"
    NUMBER_DIFFERS = "number_differs"
    IDENTITY_TYPE_NOT_TAKEN = "identity_type_not_taken"
    IDENTITY_NUMBER_WRONG = "identity_number_wrong"
    HOLDER_UNDER_16 = "holder_under_16"
    EMPLOYER_MISSING = "employer_missing"
    ISSUED_IN_FUTURE = "issued_in_future"
    CREDIT_CODE_WRONG = "credit_code_wrong"
    SCOPE_MISSING = "scope_missing"
    # Ours, for a row that never got a receipt.
    ROW_TOO_LONG = "row_too_long"
    REMOTE_FAILED = "remote_failed"


class ReasonClass(StrEnum):
    """What a reason is about; a public page says no more of it than this."""

    HOLDER = "holder"
    NUMBER = "number"
    INSTITUTION = "institution"
    NETWORK = "network"


_CLASSES = {
    RowReason.NUMBER_TAKEN: ReasonClass.NUMBER,
    RowReason.NUMBER_MALFORMED: ReasonClass.NUMBER,
    RowReason.NUMBER_DIFFERS: ReasonClass.NUMBER,
    RowReason.ISSUED_IN_FUTURE: ReasonClass.NUMBER,
    RowReason.IDENTITY_TYPE_NOT_TAKEN: ReasonClass.HOLDER,
    RowReason.IDENTITY_NUMBER_WRONG: ReasonClass.HOLDER,
    RowReason.HOLDER_UNDER_16: ReasonClass.HOLDER,
    RowReason.EMPLOYER_MISSING: ReasonClass.HOLDER,
    RowReason.INSTITUTION_UNKNOWN: ReasonClass.INSTITUTION,
    RowReason.CREDIT_CODE_WRONG: ReasonClass.INSTITUTION,
    RowReason.SCOPE_MISSING: ReasonClass.INSTITUTION,
}


def reason_class(reason: str) -> ReasonClass:
    """What a reason is about; the network's own system, where nothing in the row is known to be wrong."""
    known = next((each for each in RowReason if each.value == reason), None)
    return ReasonClass.NETWORK if known is None else _CLASSES.get(known, ReasonClass.NETWORK)
