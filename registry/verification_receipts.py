"""What the register can state about a check that was just made, for a verification receipt.

Nothing is checked again here: the statement repeats what the verification came to, with the tree head, the
status lists and the filings it rests on. Where the check came to no answer, or the log grew under it, there
is no statement: a receipt for "could not check" would be taken for one.

Source: `signing/verification_statement.py` (what is stated); 2025-14 art. 14 (filing on the day of issue).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Protocol

from registry.filing.model import FilingOnDay
from registry.ledger.admission import CIVIL_TIME
from registry.lookup import LookUp
from registry.places import Places
from registry.rules.text import NameFault, check_name
from registry.verdict import CertificateVerdict, Result, Verdict, covers
from registry.verification import lookups_of
from signing.did import did_of_origin
from signing.encoding import canonical_json
from signing.outcomes import Step
from signing.report import Conclusion, FormKind, Report
from signing.status_list import StatusList, StatusPurpose, list_name, parse_status_list
from signing.trust import Trust
from signing.verification_statement import (
    Given,
    Question,
    StatedCertificate,
    StatedConclusion,
    StatedFiling,
    StatedFilings,
    StatedStatusList,
    StatedStep,
    VerificationStatement,
    stated_steps,
)

_CONCLUSIONS = {
    Result.VALID: StatedConclusion.AUTHENTIC_AND_IN_FORCE,
    Result.SUPERSEDED: StatedConclusion.SUPERSEDED,
    Result.ANNULLED: StatedConclusion.ANNULLED,
    Result.ERASED: StatedConclusion.ERASED,
    Result.NOT_FOUND: StatedConclusion.NOT_FOUND,
}
# Longer than any name; whoever asks must not be able to have a letter of his own signed.
_LONGEST_NAME = 60
_WITHOUT_RECEIPT = frozenset({FormKind.UNKNOWN, FormKind.VERIFICATION_RECEIPT})


class Checked(Protocol):
    """A verification: see `registry.verification.Verification`."""

    @property
    def steps(self) -> Sequence[Step]:
        """The steps in the order they were taken."""

    @property
    def report(self) -> Report | None:
        """For a code or a file: what can be said of it without the register. None for a number."""

    @property
    def trust(self) -> Trust | None:
        """For a code or a file: the keys and status lists that it was checked against."""

    @property
    def name_match(self) -> bool | None:
        """Whether the given name (and identity number) is the holder's; None if that was not compared."""

    @property
    def verdict(self) -> Verdict | None:
        """What the register says; None if no number could be read or the register could not answer.

        For a file or code of an earlier version the result is `superseded`.
        """


def statement_of(
    look_up: LookUp, places: Places, checked: Checked, given: Given, *, name: str = ""
) -> VerificationStatement | None:
    """What a receipt of this check states; None where there is nothing that the register could state.

    `name` is what the asker gave, if he wants it repeated; what can be no name is not.
    """
    conclusion = conclusion_of(checked)
    head = _head(look_up, checked.verdict)
    if conclusion is None or head is None:
        return None
    verdict = checked.verdict
    certificate = verdict.certificate if verdict is not None else None
    known = conclusion is not StatedConclusion.NOT_AUTHENTIC
    return VerificationStatement(
        issuer=did_of_origin(places.web_origin),
        register_name=places.register_name,
        checked_at=(verdict.as_of if verdict is not None else look_up.now()).replace(microsecond=0),
        given=_given(given, checked.report) if known else given,
        conclusion=conclusion,
        steps=_steps(checked),
        checkpoint=head,
        name_match=checked.name_match if known else None,
        name=_as_compared(name) if known and checked.name_match is not None else "",
        certificate=None
        if certificate is None or verdict is None
        else _certificate(certificate, verdict.number),
        filings=None if certificate is None or verdict is None else _filings(certificate, verdict),
        status_lists=tuple(_status_lists(look_up, checked)) if certificate is not None else (),
    )


def conclusion_of(checked: Checked) -> StatedConclusion | None:
    """What the check came to; None where it came to nothing that can be stated."""
    report, verdict = checked.report, checked.verdict
    if report is not None:
        if report.kind in _WITHOUT_RECEIPT or report.conclusion is Conclusion.COULD_NOT_CHECK:
            return None
        if report.conclusion is Conclusion.NOT_AUTHENTIC:
            return StatedConclusion.NOT_AUTHENTIC
        if verdict is None or verdict.result is Result.NOT_FOUND:
            # The register's own form of a certificate that it does not know: something is wrong with us.
            return None
        if verdict.result is Result.VALID and report.conclusion is not Conclusion.AUTHENTIC_AND_IN_FORCE:
            # The lists still hold what the register has taken back: in a moment both will say the same.
            return None
    return None if verdict is None else _CONCLUSIONS[verdict.result]


def _as_compared(name: str) -> str:
    """The name that was compared; "" for what can be no name."""
    try:
        name = check_name(name)
    except NameFault:
        return ""
    return name if len(name) <= _LONGEST_NAME else ""


def _head(look_up: LookUp, verdict: Verdict | None) -> str | None:
    """The checkpoint of the tree that was asked; None where the log has grown since an unknown number was."""
    if verdict is not None and verdict.certificate is not None:
        return verdict.certificate.entry.checkpoint
    size, note = look_up.ledger.published()
    grown = verdict is not None and verdict.result is Result.NOT_FOUND and verdict.tree_size != size
    return None if grown else note.decode()


def _given(given: Given, report: Report | None) -> Given:
    if report is None:
        return given
    return Given(given.kind, given.number, given.digest_hex, report.version, report.entry_index)


def _steps(checked: Checked) -> tuple[StatedStep, ...]:
    report = checked.report
    if report is None:
        # A number is asked of the register itself: nothing was signed, and nothing had to be proved.
        steps = tuple(checked.steps)
        registered = stated_steps(Question.REGISTERED, steps[:1])
        return registered + stated_steps(Question.IN_FORCE, steps[1:])
    return (
        *stated_steps(Question.SIGNED, report.signing_steps),
        *stated_steps(Question.REGISTERED, report.registration_steps),
        *stated_steps(Question.IN_FORCE, report.standing_steps),
    )


def _certificate(held: CertificateVerdict, number: str) -> StatedCertificate:
    return StatedCertificate(
        number=number,
        version=held.version,
        entry_index=held.entry.index,
        masked_name=held.masked_name,
        occupation_code=held.occupation_code,
        occupation=held.occupation,
        job=held.job,
        level=held.level,
        issued_on=held.issued_on,
        replaced_by=held.replaced_by or "",
    )


def _filings(held: CertificateVerdict, verdict: Verdict) -> StatedFilings:
    institution = held.institution
    today = verdict.as_of.astimezone(CIVIL_TIME).date()
    return StatedFilings(
        institution.prefix,
        _filing(held.issued_on, institution.filing_on_issue_date, held),
        _filing(today, institution.filing_today, held),
    )


def _filing(on: date, on_day: FilingOnDay, held: CertificateVerdict) -> StatedFiling:
    return StatedFiling(on, on_day.state.value, on_day.name, covers(on_day, held))


def _status_lists(look_up: LookUp, checked: Checked) -> Iterator[StatedStatusList]:
    """The lists that hold the position of what was checked: those that a form was checked against, or the
    newest ones for a number, whose state is read from the log itself.
    """
    report, verdict = checked.report, checked.verdict
    index = report.entry_index if report is not None else None
    if index is None and verdict is not None and verdict.certificate is not None:
        index = verdict.certificate.entry.index
    ordinal = None if index is None else lookups_of(look_up).ordinal_of(index)
    if ordinal is None:
        return
    for purpose in StatusPurpose:
        name = list_name(purpose, ordinal)
        used = _list_named(look_up, checked.trust, name)
        if used is not None:
            digest = sha256(canonical_json(used.document)).hexdigest()
            yield StatedStatusList(name, digest, used.valid_from)


def _list_named(look_up: LookUp, trust: Trust | None, name: str) -> StatusList | None:
    if trust is None:
        stored = look_up.ledger.log.status_list(name)
        return None if stored is None else parse_status_list(stored)
    found = (each for url, each in trust.status_lists.items() if url.rpartition("/")[2] == name)
    return next(found, None)
