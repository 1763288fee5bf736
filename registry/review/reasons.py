"""The enumerated reasons of a review: every word on a row, on a sample or on a batch has one of them.

No free text: a reason is signed, shown to the institution and counted, and must never hold a person's data.

Source: 湘人社规〔2025〕14号 arts. 14, 17(5), 17(7); 湘人社发〔2024〕26号 (十).
"""

from enum import StrEnum
from typing import TypeVar

from registry.review.errors import ReasonUnknown


class RejectReason(StrEnum):
    """Why a row that no rule refuses is rejected all the same."""

    IDENTITY_MISMATCH = "identity_mismatch"
    NOT_ASSESSED = "not_assessed"
    SCORE_MISSING = "score_missing"
    NOT_ELIGIBLE = "not_eligible"
    EVIDENCE_MISSING = "evidence_missing"
    OCCUPATION_MISMATCH = "occupation_mismatch"
    ALREADY_CERTIFIED = "already_certified"
    OTHER_UNIT = "other_unit"
    LATE_UNJUSTIFIED = "late_unjustified"
    SUSPECTED_FRAUD = "suspected_fraud"
    INSTITUTION_REQUEST = "institution_request"


class AcceptReason(StrEnum):
    """Why a flagged row may enter in spite of its flag."""

    ORIGINALS_CHECKED = "originals_checked"
    DOCUMENT_CHECKED = "document_checked"
    EXPLAINED_IN_WRITING = "explained_in_writing"
    LATE_JUSTIFIED = "late_justified"
    NOT_A_DUPLICATE = "not_a_duplicate"
    PROMOTION_PERMITTED = "promotion_permitted"
    UNIT_CONFIRMED = "unit_confirmed"
    NOT_ADMISSION = "not_admission"


class ReturnReason(StrEnum):
    """Why a whole batch goes back to the institution."""

    FINDINGS = "findings"
    FORM4_MISMATCH = "form4_mismatch"
    SAMPLE_DISCREPANCY = "sample_discrepancy"
    EVIDENCE_MISSING = "evidence_missing"
    WRONG_FILES = "wrong_files"
    NOT_RESPONSIBLE = "not_responsible"
    SUSPECTED_FRAUD = "suspected_fraud"
    INSTITUTION_REQUEST = "institution_request"


class InspectionNote(StrEnum):
    """What an inspected row was found to differ in, or to lack."""

    IDENTITY_DIFFERS = "identity_differs"
    SCORE_DIFFERS = "score_differs"
    DATE_DIFFERS = "date_differs"
    OCCUPATION_DIFFERS = "occupation_differs"
    RECORD_MISSING = "record_missing"
    FOOTAGE_MISSING = "footage_missing"
    ELIGIBILITY_UNPROVEN = "eligibility_unproven"


_Reason = TypeVar("_Reason", bound=StrEnum)


def parse_reason(kind: type[_Reason], code: str) -> _Reason:
    """The reason of that code. Raises: ReasonUnknown."""
    try:
        return kind(code)
    except ValueError as fault:
        raise ReasonUnknown from fault
