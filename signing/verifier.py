"""Verifies a form of a certificate by itself: PDF, credential, receipt, QR text, or a picture of a QR code.

Bytes and a trust folder in, a report out; no network, no clock, no exception for anything a stranger sends.

PDF          the signature's four steps, then the attached credential
credential   read in canonical form; issuer and key trusted for credentials; proof; then registration by the
             receipt it carries, then standing by its two status positions
receipt      the log's signature and the entry's place; standing only where the position is looked up
statement    a verification receipt: `verification_receipt` takes its steps; as a PDF like the certificate's
QR           read in canonical form; signed by the QR key; the address is the token's own; standing by the
             ordinal it carries. It carries no inclusion proof; `lookups` may bring one
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signing.credential import (
    BADGE_TYPE,
    MAX_CREDENTIAL_BYTES,
    Credential,
    attachment_name,
    parse_credential,
)
from signing.data_integrity import JCS, RDFC, check_proof, proof_of
from signing.encoding import Json, parse_json
from signing.errors import BadSignature, MalformedEncoding
from signing.form_errors import (
    MalformedCredential,
    MalformedPdf,
    MalformedProof,
    MalformedToken,
    NoCodeInPicture,
    PictureTooLarge,
    PictureUnreadable,
    UnknownKey,
)
from signing.keys import KeyRole
from signing.outcomes import Outcome, Step, failed, not_checked, passed
from signing.pades import attachments, check_pdf
from signing.qr import QrToken, parse_qr_text
from signing.qr_image import read_codes
from signing.receipts import HEADER as RECEIPT_HEADER
from signing.registration import CHECKPOINT, RECEIPT, Claims, check_registration, unregistered
from signing.report import FormKind, Report
from signing.standing import (
    CLOCK_SKEW,
    Freshness,
    check_ordinal,
    check_positions,
    standing_unknown,
)
from signing.statement import HOLDER_FIELDS
from signing.trust import Trust
from signing.verification_receipt import ATTACHMENT as ATTACHMENT_OF_STATEMENT
from signing.verification_receipt import check_verification_receipt
from signing.verification_statement_json import RECEIPT_TYPE

_SUITES = (JCS, RDFC)
# Papers that the register signs and that are about no certificate: genuine, and nothing to be verified here.
_OTHER_PAPERS = frozenset({"national-reconciliation.json"})
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
RECOGNISED, PICTURE, ATTACHMENT = "form_recognised", "picture_read", "pdf_attachment"
READ, PERIOD, KEY, PROOF = "credential_read", "credential_period", "credential_key", "credential_signed"
QR_READ, QR_ADDRESS, QR_KEY, QR_SIGNED = "qr_read", "qr_address", "qr_key", "qr_signed"


@dataclass(frozen=True)
class Lookups:
    """What a verifier that has the log at hand can add, by index of a log entry; None = not known there.

    `ordinal_of` the position in the status lists, `receipt_of` a public receipt.
    """

    ordinal_of: Callable[[int], int | None]
    receipt_of: Callable[[int], bytes | None]


NO_LOOKUPS = Lookups(lambda _: None, lambda _: None)


@dataclass(frozen=True)
class _Context:
    trust: Trust
    freshness: Freshness
    lookups: Lookups

    @property
    def now(self) -> datetime:
        return self.freshness.now


def verify(
    form: bytes | str,
    trust: Trust,
    now: datetime,
    *,
    max_status_age: timedelta | None = None,
    lookups: Lookups = NO_LOOKUPS,
) -> Report:
    """What can be said of these bytes, or of this QR text, as of `now`."""
    context = _Context(trust, Freshness(now, max_status_age), lookups)
    data = form.strip().encode(errors="replace") if isinstance(form, str) else form
    if data.startswith(b"%PDF-"):
        return _verify_pdf(data, context)
    if data.startswith(_PICTURES):
        return _verify_picture(data, context)
    if data.startswith(RECEIPT_HEADER.encode()):
        return _verify_receipt(data, context)
    if data.startswith(b"{"):
        return _verify_json(data, context)
    if data.startswith((b"https://", b"http://")):
        return _verify_qr(data.strip(), context)
    return Report(FormKind.UNKNOWN, (failed(RECOGNISED, "unknown_form"),))


def _verify_pdf(pdf: bytes, context: _Context) -> Report:
    trust = context.trust
    revoked = trust.keys.revoked(KeyRole.SHEET, context.now)
    steps = check_pdf(pdf, trust.root_certificates, context.now, revoked=revoked)
    if any(step.outcome is not Outcome.PASSED for step in steps):
        return _stopped(FormKind.PDF, (*steps, not_checked(ATTACHMENT, "pdf_not_authentic")))
    try:
        found = attachments(pdf)
    except MalformedPdf:
        return _stopped(FormKind.PDF, (*steps, failed(ATTACHMENT, "attachment_missing")))
    if len(found) != 1:
        return _stopped(FormKind.PDF, (*steps, failed(ATTACHMENT, "attachment_unexpected")))
    ((name, data),) = found.items()
    if name in _OTHER_PAPERS:
        return Report(FormKind.UNKNOWN, (failed(RECOGNISED, "unknown_form"),))
    if name == ATTACHMENT_OF_STATEMENT:
        inner = _verify_statement(data, context)
        return replace(inner, signing_steps=(*steps, passed(ATTACHMENT), *inner.signing_steps))
    inner = _verify_credential(data, context)
    named = name == attachment_name(inner.fields.get("number", ""))
    attached = passed(ATTACHMENT) if named else failed(ATTACHMENT, "attachment_of_other_certificate")
    return Report(
        FormKind.PDF,
        (*steps, attached, *inner.signing_steps),
        inner.registration_steps,
        inner.standing_steps,
        inner.fields,
        inner.version,
        inner.entry_index,
    )


def _verify_json(data: bytes, context: _Context) -> Report:
    """By what the document itself says it is; JSON that can't be read is taken for a damaged credential."""
    try:
        types = _types_of(parse_json(data)) if len(data) <= MAX_CREDENTIAL_BYTES else {BADGE_TYPE}
    except MalformedEncoding:
        types = {BADGE_TYPE}
    if BADGE_TYPE in types:
        return _verify_credential(data, context)
    if RECEIPT_TYPE in types:
        return _verify_statement(data, context)
    return Report(FormKind.UNKNOWN, (failed(RECOGNISED, "unknown_form"),))


def _verify_statement(data: bytes, context: _Context) -> Report:
    checked = check_verification_receipt(data, context.trust, context.now)
    return Report(
        FormKind.VERIFICATION_RECEIPT,
        checked.signing,
        checked.registration,
        checked.standing,
        stated=checked.statement,
    )


def _types_of(document: Json) -> set[str]:
    named = document.get("type") if isinstance(document, dict) else None
    return {each for each in (named if isinstance(named, list) else [named]) if isinstance(each, str)}


def _verify_credential(data: bytes, context: _Context) -> Report:
    try:
        credential = parse_credential(data)
    except MalformedEncoding:
        return _stopped(FormKind.CREDENTIAL, _credential_unread("not_canonical"))
    except MalformedCredential as fault:
        return _stopped(FormKind.CREDENTIAL, _credential_unread("not_this_kind", path=fault.path))
    claims = Claims(credential.fields, credential.registered_at)
    registration = check_registration(credential.receipt, claims, context.trust)
    return Report(
        FormKind.CREDENTIAL,
        _check_credential(credential, context),
        registration.steps,
        check_positions(credential.status, context.trust, context.freshness),
        {**_shown(registration.opened), **credential.fields, "institution_name": credential.institution_name},
        credential.version,
        registration.entry_index,
    )


def _check_credential(credential: Credential, context: _Context) -> tuple[Step, ...]:
    late = credential.registered_at > context.now + CLOCK_SKEW
    period = failed(PERIOD, "registered_in_the_future") if late else passed(PERIOD)
    try:
        proof = proof_of(credential.document, _SUITES)
    except MalformedProof:
        return (passed(READ), period, not_checked(KEY, "no_proof"), failed(PROOF, "proof_malformed"))
    try:
        if credential.issuer != context.trust.keys.did:
            raise UnknownKey
        key = context.trust.keys.key(proof.method, KeyRole.CREDENTIAL, context.now)
    except UnknownKey:
        return (passed(READ), period, failed(KEY, "unknown_key"), not_checked(PROOF, "no_key"))
    try:
        check_proof(credential.document, key.public, _SUITES)
    except (BadSignature, MalformedProof):
        return (passed(READ), period, passed(KEY), failed(PROOF, "bad_signature", suite=proof.suite.name))
    return (passed(READ), period, passed(KEY), passed(PROOF, suite=proof.suite.name))


def _credential_unread(reason: str, **detail: str) -> tuple[Step, ...]:
    rest = (not_checked(name, "credential_unreadable") for name in (PERIOD, KEY, PROOF))
    return (failed(READ, reason, **detail), *rest)


def _verify_receipt(data: bytes, context: _Context) -> Report:
    registration = check_registration(data, Claims({}), context.trust)
    # The receipt's signature is the log's: its first two steps say who made it, the others what it shows.
    signing = tuple(step for step in registration.steps if step.name in (RECEIPT, CHECKPOINT))
    rest = tuple(step for step in registration.steps if step.name not in (RECEIPT, CHECKPOINT))
    index = registration.entry_index
    ordinal = None if index is None else context.lookups.ordinal_of(index)
    standing = (
        standing_unknown("no_status_position")
        if ordinal is None
        else check_ordinal(ordinal, context.trust, context.freshness)
    )
    fields = _shown(registration.opened)
    opened = tuple(registration.opened)
    return Report(FormKind.RECEIPT, signing, rest, standing, fields, entry_index=index, opened=opened)


def _verify_qr(data: bytes, context: _Context) -> Report:
    try:
        token = parse_qr_text(data.decode("ascii"))
    except (UnicodeDecodeError, MalformedToken):
        rest = (not_checked(name, "qr_unreadable") for name in (QR_ADDRESS, QR_KEY, QR_SIGNED))
        return _stopped(FormKind.QR, (failed(QR_READ, "not_canonical"), *rest))
    fields = {
        "number": token.number,
        "masked_name": token.masked_name,
        "occupation_code": token.occupation_code,
        "level": token.level,
        "issued_on": token.issued_on.isoformat(),
    }
    receipt = context.lookups.receipt_of(token.entry_index)
    registration = (
        unregistered("no_proof_in_qr")
        if receipt is None
        else check_registration(
            receipt, Claims(fields, token.registered_at, token.commitment), context.trust
        ).steps
    )
    return Report(
        FormKind.QR,
        _check_token(token, context),
        registration,
        check_ordinal(token.ordinal, context.trust, context.freshness),
        fields,
        token.version,
        token.entry_index,
    )


def _check_token(token: QrToken, context: _Context) -> tuple[Step, ...]:
    address = passed(QR_ADDRESS) if token.names_its_address else failed(QR_ADDRESS, "address_of_other_token")
    try:
        if token.issuer != context.trust.keys.did:
            raise UnknownKey
        key = context.trust.keys.key_by_id(token.signed.key_id, KeyRole.QR, context.now)
        token.check(key.public)
    except UnknownKey:
        return (passed(QR_READ), address, failed(QR_KEY, "unknown_key"), not_checked(QR_SIGNED, "no_key"))
    except BadSignature:
        return (passed(QR_READ), address, passed(QR_KEY), failed(QR_SIGNED, "bad_signature"))
    return (passed(QR_READ), address, passed(QR_KEY), passed(QR_SIGNED))


def _verify_picture(data: bytes, context: _Context) -> Report:
    try:
        texts = read_codes(data)
    except (PictureTooLarge, PictureUnreadable, NoCodeInPicture) as fault:
        # A bad photo says nothing about the paper.
        return _stopped(FormKind.QR, (not_checked(PICTURE, fault.code),))
    if len(texts) > 1:
        return _stopped(FormKind.QR, (not_checked(PICTURE, "several_codes_in_picture"),))
    report = _verify_qr(texts[0].encode(errors="replace"), context)
    return Report(
        FormKind.QR,
        (passed(PICTURE), *report.signing_steps),
        report.registration_steps,
        report.standing_steps,
        report.fields,
        report.version,
        report.entry_index,
    )


def _stopped(kind: FormKind, steps: tuple[Step, ...]) -> Report:
    return Report(kind, steps, unregistered("form_unreadable"), standing_unknown("form_unreadable"))


def _shown(opened: Mapping[str, str]) -> dict[str, str]:
    """What may be shown of an opening: a full receipt opens the identity number too."""
    return {name: value for name, value in opened.items() if name in HOLDER_FIELDS}
