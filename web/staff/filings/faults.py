"""What is wrong in a form about a filing, in words, beside the field that it concerns."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.filing.errors import ChangeRefusal, ChangeRefused, ScopeLinesFault
from registry.filing.import_faults import ImportFault, ImportWarning
from web.errors import MalformedRequest
from web.language import Language
from web.problems import problem_of
from web.vocabulary import words
from web.words.intake_errors import import_fault_sentence

_ON, _END = "on", "expires_on"
_FIELDS = {
    ChangeRefusal.INSTRUMENT_MISSING: "instrument",
    ChangeRefusal.INSTRUMENT_TOO_LONG: "instrument",
    ChangeRefusal.TOO_FAR_AHEAD: _ON,
    ChangeRefusal.BEFORE_THE_FILING: _ON,
    ChangeRefusal.BEFORE_THE_LAST_STATE: _ON,
    ChangeRefusal.BEFORE_THE_LAST_CHANGE: _ON,
    ChangeRefusal.PUBLICITY_NOT_OVER: _ON,
    ChangeRefusal.ALREADY_EXPIRED: _ON,
    ChangeRefusal.SAME_DAY: _ON,
    ChangeRefusal.PREFIX_TAKEN: "number_prefix",
    ChangeRefusal.FILING_NUMBER_MISSING: "filing_number",
    ChangeRefusal.NAME_MISSING: "name",
    ChangeRefusal.SCOPE_MISSING: "scope",
    ChangeRefusal.ROW_ALREADY_THERE: "scope",
    ChangeRefusal.ROW_BEGINS_EARLIER: "scope",
    ChangeRefusal.END_NOT_LATER: _END,
    ChangeRefusal.LONGER_THAN_THREE_YEARS: _END,
    ChangeRefusal.SUCCESSOR_UNKNOWN: "successor",
    ChangeRefusal.SUCCESSOR_NOT_IN_FORCE: "successor",
}
_FIELD_OF_CODE = {"credit_code_fault": "credit_code", "unknown_bureau": "bureau"}


@dataclass(frozen=True)
class Fault:
    """One sentence; `field` "" where it concerns the form as a whole."""

    field: str
    text: str


def faults_in(error: Exception, language: Language) -> tuple[Fault, ...]:
    """What a form's error says about its fields."""
    if isinstance(error, ScopeLinesFault):
        return (Fault("scope", " ".join(faults_of(error.faults, language))),)
    if isinstance(error, MalformedRequest):
        return (Fault(error.field, words(f"filing_wrong.{error.field}", language)),)
    if isinstance(error, ChangeRefused):
        return (Fault(_FIELDS.get(error.kind, ""), problem_of(error).detail(language)),)
    problem = problem_of(error)
    return (Fault(_FIELD_OF_CODE.get(problem.code, ""), problem.detail(language)),)


def faults_of(found: Iterable[ImportFault | ImportWarning], language: Language) -> list[str]:
    """One sentence for each, with its line; line 0 is no line."""
    return [
        (words("filing_form.line", language, line=each.row) if each.row else "")
        + import_fault_sentence(each, language)
        for each in found
    ]
