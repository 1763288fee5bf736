"""Checks of a number, a code or a file, with the register at hand.

The form itself is verified by the signing room alone, against the trust folder that everyone can have; the
register adds what only it knows: the verdict on the number, and whether a name is the holder's.
"""

from dataclasses import dataclass, replace

from registry.electronic import public_receipt
from registry.ledger.errors import OutOfRange
from registry.lookup import LookUp
from registry.people import person_matches
from registry.verdict import Result, Verdict
from signing.outcomes import Outcome, Step, failed, passed
from signing.report import FormKind, Report
from signing.standing import standing_unknown
from signing.trust import Trust
from signing.verifier import Lookups, verify

NUMBER, REFERENCE = "number", "reference"
NUMBER_REGISTERED, NUMBER_IN_FORCE = "number_registered", "number_in_force"
_KINDS = {
    FormKind.PDF: "pdf",
    FormKind.CREDENTIAL: "json",
    FormKind.RECEIPT: "tlog-proof",
    FormKind.QR: "qr",
    FormKind.VERIFICATION_RECEIPT: "verification-receipt",
    FormKind.UNKNOWN: "unknown",
}


@dataclass(frozen=True)
class Verification:
    """What became of checking a number, a code or a file. `trust` is what a form was checked against."""

    kind: str
    steps: tuple[Step, ...]
    name_match: bool | None
    verdict: Verdict | None
    report: Report | None = None
    trust: Trust | None = None


def verify_number(look_up: LookUp, number: str, *, name: str | None, id_number: str | None) -> Verification:
    """Whether the register has the number, whether it is in force, and whether the person is its holder."""
    verdict = look_up.verdict(number)
    matches = person_matches(look_up, number, name=name, id_number=id_number)
    return Verification(NUMBER, _steps_of(verdict), matches, verdict)


def verify_reference(look_up: LookUp, verdict: Verdict, *, name: str | None) -> Verification:
    """As `verify_number`, for the verdict on a REF: the address of a code without its signed part."""
    matches = person_matches(look_up, verdict.number, name=name, id_number=None)
    return Verification(REFERENCE, _steps_of(verdict), matches, verdict)


def _steps_of(verdict: Verdict) -> tuple[Step, ...]:
    if verdict.result is Result.NOT_FOUND:
        return (failed(NUMBER_REGISTERED, "not_found"),)
    if verdict.result is Result.VALID:
        return (passed(NUMBER_REGISTERED), passed(NUMBER_IN_FORCE))
    return (passed(NUMBER_REGISTERED), failed(NUMBER_IN_FORCE, verdict.result.value))


def verify_form(look_up: LookUp, trust: Trust, form: bytes | str, *, name: str | None) -> Verification:
    """What can be said of a file, a picture of a code or its text."""
    report = verify(form, trust, look_up.now(), lookups=lookups_of(look_up))
    number = report.fields.get("number")
    # A forged form must not borrow the verdict of the number that it shows.
    forged = report.signed is not Outcome.PASSED or report.registered is Outcome.FAILED
    if number is None or forged:
        return Verification(_KINDS[report.kind], report.steps, None, None, report, trust)
    verdict = look_up.verdict(number)
    if report.registered is Outcome.NOT_CHECKED and verdict.result is not Result.ERASED:
        report = _unknown_here(look_up, report)
        return Verification(_KINDS[report.kind], report.steps, None, None, report, trust)
    current = verdict.certificate
    if verdict.result is Result.VALID and current and current.entry.index != report.entry_index:
        verdict = replace(verdict, result=Result.SUPERSEDED)
    matches = person_matches(look_up, number, name=name, id_number=None)
    return Verification(_KINDS[report.kind], report.steps, matches, verdict, report, trust)


def _unknown_here(look_up: LookUp, report: Report) -> Report:
    """A code that is signed, of an entry that this register does not hold: it proves no registration itself.

    Behind the published end nothing is known: this may be a copy that is behind.
    """
    if report.entry_index is not None and report.entry_index < look_up.ledger.published()[0]:
        missing = failed(NUMBER_REGISTERED, "not_found")
        return replace(report, registration_steps=(*report.registration_steps, missing))
    return replace(report, standing_steps=standing_unknown("no_proof_in_qr"))


def lookups_of(look_up: LookUp) -> Lookups:
    """What the log at hand adds to checking a form."""
    ledger = look_up.ledger

    def ordinal_of(index: int) -> int | None:
        # From the log alone: what was erased has its place in the status lists for ever.
        try:
            return ledger.ordinal(ledger.certificate_of(index), index)
        except OutOfRange:
            return None

    def receipt_of(index: int) -> bytes | None:
        version = ledger.records.version_at(index)
        if version is None:
            return None
        record, seed = look_up.open(version)
        return public_receipt(look_up, version, record, seed).to_bytes()

    return Lookups(ordinal_of, receipt_of)
