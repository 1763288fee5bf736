"""Errors of the review room.

ReviewError
├── BatchUnknown          there is no such batch
├── BatchDecided          the batch was approved or returned before
├── BatchSuperseded       a newer version of the batch was handed in
├── BatchRefused          a finding on the whole batch forbids approval
├── RowRefused            the decision accepts rows that no one may approve
├── RowNotFlagged         a row without a flag needs no word to enter
├── FlagsUndecided        flagged rows on which the reviewer has not said a word
├── NothingToApprove      no row is left to approve
├── NotResponsible        the batch is another bureau's to decide, or is so by now
├── ReasonUnknown         a reason code that is not in the list
├── ReviewNotReady        the batch is still being prepared for the desk
├── DraftsChanged         somebody changed the drafts after the page was made
├── SampleOpen            rows of the sample that nobody has inspected
├── SampleContradicted    rows that an inspection found to differ, and that would enter all the same
├── ProposalUnknown       nothing was prepared for this batch
├── ProposalStale         drafts changed, or another proposal was made, since this one was prepared
├── ConfirmationMissing   with four eyes: a second person has to confirm before anybody signs
├── SamePerson            with four eyes: who prepared can't confirm
├── MalformedSignatureFile  no signature of an offline review, or a damaged one
├── SignatureOfAnother    a signature for another batch or proposal, or of another reviewer's bundle
├── BundleLocked          the bundle's passphrase is another
├── BundleDamaged         no bundle, or one that was cut short or damaged on its way
├── BundleAltered         the rows in the bundle are not those that the signature would cover
├── CertificateUnknown    no certificate has that number
├── CertificateMoved      something happened to the certificate since the page was shown
├── CorrectionRefused     the corrected certificate breaks rules of an upload; `findings` names them
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


class BatchSuperseded(ReviewError):
    """The institution handed in a newer version; only that one can be decided on."""

    code = "batch_superseded"


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


class RowNotFlagged(_RowsError):
    """A row without a flag enters by itself: there is nothing to accept."""

    code = "row_not_flagged"


class FlagsUndecided(_RowsError):
    """Flagged rows need the reviewer's explicit word: accepted or rejected."""

    code = "flags_undecided"


class RowUnknown(_RowsError):
    """The decision names rows that the batch does not have."""

    code = "row_unknown"


class NothingToApprove(ReviewError):
    """Every row is refused or rejected: the batch can only be returned."""

    code = "nothing_to_approve"


class NotResponsible(ReviewError):
    """The account's office is not, or is no longer, the bureau that is responsible for the institution."""

    code = "not_responsible"


class ReasonUnknown(ReviewError):
    """A reason is one of an enumerated list: no free text is signed or published."""

    code = "reason_unknown"


class ReviewNotReady(ReviewError):
    """The batch's rows are still being prepared for the desk."""

    code = "review_not_ready"


class DraftsChanged(ReviewError):
    """The drafts are no longer as the person saw them. `by` is an account's id, `at` RFC 3339."""

    code = "drafts_changed"

    def __init__(self, by: str, at: str) -> None:
        super().__init__(self.code)
        self.by, self.at = by, at


class SampleOpen(_RowsError):
    """Rows of the bureau's sample that nobody has inspected: nothing is approved before that."""

    code = "sample_open"


class SampleContradicted(_RowsError):
    """Rows that differ from what the inspection found don't enter: they are rejected, or inspected again."""

    code = "sample_contradicted"


class ProposalUnknown(ReviewError):
    """Nothing was prepared for this batch."""

    code = "proposal_unknown"


class ProposalStale(ReviewError):
    """Not what would be signed now: drafts were changed, or something else was proposed since."""

    code = "proposal_stale"


class ConfirmationMissing(ReviewError):
    """With four eyes nobody signs before a second person of the same office has confirmed."""

    code = "confirmation_missing"


class SamePerson(ReviewError):
    """With four eyes the one who prepared is not the one who confirms."""

    code = "same_person"


class MalformedSignatureFile(ReviewError):
    """The file is no signature of an offline review."""

    code = "malformed_signature_file"


class SignatureOfAnother(ReviewError):
    """The signature was made for another batch, an earlier proposal, or with somebody else's bundle."""

    code = "signature_of_another"


class BundleLocked(ReviewError):
    """The bundle does not open with this passphrase."""

    code = "bundle_locked"


class BundleDamaged(ReviewError):
    """The file is no bundle of a batch to be reviewed, or not a whole one."""

    code = "bundle_damaged"


class BundleAltered(ReviewError):
    """What the bundle shows is not what would be signed: nothing is signed. `field` names the difference."""

    code = "bundle_altered"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class CertificateUnknown(ReviewError):
    """No certificate has that number."""

    code = "certificate_unknown"


class CertificateMoved(ReviewError):
    """Something happened to the certificate since: look again before you act."""

    code = "certificate_moved"


class CorrectionRefused(ReviewError):
    """The filing did not have this name, occupation or day: an upload of the same words is refused too."""

    code = "correction_refused"

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__(*findings)
        self.findings = tuple(findings)


class CorrectionOutOfReach(ReviewError):
    """Number, year and level are part of the number: a change of theirs needs a new certificate."""

    code = "correction_out_of_reach"
