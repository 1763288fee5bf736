"""The choices of the review's forms, as a select offers them, and read back from what was posted."""

from collections.abc import Sequence
from typing import TypeAlias

from registry.review.drafts import Inspected, Ruling, Word
from registry.review.errors import ReasonUnknown
from registry.review.reasons import AcceptReason, InspectionNote, RejectReason, ReturnReason, parse_reason
from registry.review.sample import InspectionResult
from web.language import Language
from web.vocabulary import WORDS, words

Choice: TypeAlias = tuple[str, str]


def accept_choices(language: Language) -> Sequence[Choice]:
    """Why a flagged row may enter."""
    return [(f"{Word.ACCEPTED}:{each}", words(f"accept_reason.{each}", language)) for each in AcceptReason]


def reject_choices(language: Language) -> Sequence[Choice]:
    """Why a row may not enter."""
    return [(f"{Word.REJECTED}:{each}", words(f"reject_reason.{each}", language)) for each in RejectReason]


def return_choices(language: Language) -> Sequence[Choice]:
    """Why a batch goes back."""
    return [(each.value, words(f"return_reason.{each}", language)) for each in ReturnReason]


def inspection_choices(language: Language) -> Sequence[Choice]:
    """What an inspection found."""
    differs = [
        (f"{InspectionResult.DISCREPANCY}:{each}", words(f"inspection_note.{each}", language))
        for each in InspectionNote
    ]
    return [(InspectionResult.OK.value, words("review.inspection.ok", language)), *differs]


def kind_label(kind: str, language: Language) -> str:
    """A kind of finding in a few words, behind its code: R14 逾期上报."""
    code = kind.partition(".")[0]
    known = WORDS[language]
    text = known.get(f"finding_kind.{kind}") or known.get(f"finding_kind.{code}", kind)
    return f"{code} {text}"


def read_ruling(posted: str) -> Ruling:
    """The word that was chosen; "" takes an earlier one back. Raises: ReasonUnknown."""
    word, _, reason = posted.partition(":")
    match word:
        case Word.NONE:
            return Ruling()
        case Word.ACCEPTED:
            return Ruling.accept(parse_reason(AcceptReason, reason))
        case Word.REJECTED:
            return Ruling.reject(parse_reason(RejectReason, reason))
    raise ReasonUnknown


def read_inspected(posted: str) -> Inspected:
    """What was found; "" takes it back. Raises: ReasonUnknown."""
    result, _, note = posted.partition(":")
    match result:
        case "":
            return Inspected()
        case InspectionResult.OK:
            return Inspected(InspectionResult.OK)
        case InspectionResult.DISCREPANCY:
            return Inspected(InspectionResult.DISCREPANCY, parse_reason(InspectionNote, note))
    raise ReasonUnknown
