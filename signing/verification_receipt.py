"""Verification receipts (核验回单): signed by the register, and checked later by anyone.

A receipt is the JSON of a statement (`verification_statement`) in canonical form with an `eddsa-jcs-2022`
proof by a key of the role `receipt`. Checked in steps:

signed       read in its one spelling · not from the future · the key is trusted for receipts and did not
             leak · the proof
registered   one of the log's keys signed the checkpoint inside · as many witnesses as required cosigned
             it · nothing in the statement contradicts the rest, or lies behind that checkpoint or moment
in force     never: a receipt says what was so then, so this step is not checked

Source: W3C Data Integrity EdDSA Cryptosuites v1.0 section 3.3; C2SP tlog-checkpoint, tlog-cosignature.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing.data_integrity import sign_document
from signing.encoding import Json, canonical_json, parse_canonical_json
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedVerificationReceipt
from signing.keys import KeyRole, SigningKey
from signing.made_by_register import check_period, check_signature
from signing.notes import Checkpoint, parse_note
from signing.outcomes import Outcome, Step, failed, not_checked, passed
from signing.registration import CHECKPOINT, check_checkpoint, check_witnesses
from signing.standing import CLOCK_SKEW
from signing.status_list import StatusPurpose
from signing.trust import Trust
from signing.verification_statement import (
    GivenKind,
    Question,
    StatedConclusion,
    VerificationStatement,
)
from signing.verification_statement_json import read_statement, statement_json

ATTACHMENT: Final = "verification-receipt.json"
MAX_VERIFICATION_RECEIPT_BYTES = 1 << 16
READ, PERIOD, KEY, SIGNED = (
    "statement_read",
    "statement_period",
    "statement_key",
    "statement_signed",
)
CONSISTENT, TODAY = "statement_consistent", "stands_today"
_LIST_NAME = re.compile(f"({'|'.join(StatusPurpose)})-(0|[1-9][0-9]{{0,8}})")
_WITHOUT_CERTIFICATE = frozenset(
    {StatedConclusion.ERASED, StatedConclusion.NOT_FOUND, StatedConclusion.NOT_AUTHENTIC}
)
_ASKED_BY_ADDRESS = frozenset({GivenKind.NUMBER, GivenKind.REFERENCE})


@dataclass(frozen=True)
class CheckedReceipt:
    """The steps in three groups, and the statement where it could be read."""

    signing: tuple[Step, ...]
    registration: tuple[Step, ...]
    standing: tuple[Step, ...]
    statement: VerificationStatement | None


def build_verification_receipt(statement: VerificationStatement, key: SigningKey) -> bytes:
    """The signed receipt. The same statement and key give the same bytes. Raises: WrongKeyRole."""
    method = f"{statement.issuer}#{KeyRole.RECEIPT}-{key.require(KeyRole.RECEIPT).key_id}"
    body = statement_json(statement)
    return canonical_json(sign_document(body, key, method=method, created_at=statement.checked_at))


def parse_verification_receipt(data: bytes) -> tuple[VerificationStatement, Mapping[str, Json]]:
    """The statement and the document it stands in, the signature not yet checked.

    Raises: MalformedEncoding for bytes that are no canonical JSON; MalformedVerificationReceipt.
    """
    if len(data) > MAX_VERIFICATION_RECEIPT_BYTES:
        raise MalformedEncoding("verification receipt too long")
    document = parse_canonical_json(data)
    if not isinstance(document, dict):
        raise MalformedVerificationReceipt
    body = {name: value for name, value in document.items() if name != "proof"}
    return read_statement(body), document


def check_verification_receipt(data: bytes, trust: Trust, now: datetime) -> CheckedReceipt:
    """What can be said of these bytes as of `now`; no exception for anything a stranger sends."""
    today = (not_checked(TODAY, "statement_of_then"),)
    try:
        statement, document = parse_verification_receipt(data)
    except MalformedEncoding:
        return _unread(failed(READ, "not_canonical"), today)
    except MalformedVerificationReceipt:
        return _unread(failed(READ, "not_a_statement"), today)
    signing = (
        passed(READ),
        check_period(PERIOD, statement.checked_at, now),
        *check_signature((KEY, SIGNED), document, statement.issuer, statement.checked_at, trust, now),
    )
    return CheckedReceipt(signing, _check_content(statement, trust), today, statement)


def _unread(fault: Step, today: tuple[Step, ...]) -> CheckedReceipt:
    signing = (not_checked(name, "statement_unreadable") for name in (PERIOD, KEY, SIGNED))
    content = (not_checked(name, "statement_unreadable") for name in (CHECKPOINT, CONSISTENT))
    return CheckedReceipt((fault, *signing), tuple(content), today, None)


def _check_content(statement: VerificationStatement, trust: Trust) -> tuple[Step, ...]:
    try:
        note = parse_note(statement.checkpoint.encode())
    except (MalformedEncoding, UnicodeEncodeError):
        return failed(CHECKPOINT, "checkpoint_malformed"), not_checked(CONSISTENT, "no_checkpoint")
    signed, checkpoint = check_checkpoint(note, trust)
    if checkpoint is None:
        return signed, not_checked(CONSISTENT, "no_checkpoint")
    return signed, *check_witnesses(note, trust), _check_consistency(statement, checkpoint)


def _check_consistency(statement: VerificationStatement, checkpoint: Checkpoint) -> Step:
    """Whether anything in the statement can't be true beside something else in it."""
    held, given = statement.certificate, statement.given
    indices = [given.entry_index, held.entry_index if held else None]
    if any(index is not None and index >= checkpoint.size for index in indices):
        return failed(CONSISTENT, "entry_behind_checkpoint")
    for used in statement.status_lists:
        if not _LIST_NAME.fullmatch(used.name) or used.valid_from > statement.checked_at + CLOCK_SKEW:
            return failed(CONSISTENT, "status_list_implausible")
    if not _conclusion_fits(statement):
        return failed(CONSISTENT, "conclusion_contradicts_steps")
    return passed(CONSISTENT)


def _conclusion_fits(statement: VerificationStatement) -> bool:
    conclusion, held = statement.conclusion, statement.certificate
    if (held is None) != (conclusion in _WITHOUT_CERTIFICATE) or (held is None) != (
        statement.filings is None
    ):
        return False
    if statement.name and statement.name_match is None:
        return False
    if held is not None and statement.given.number not in ("", held.number):
        return False
    failures = {q for q in Question if statement.outcome(q) is Outcome.FAILED}
    match conclusion:
        case StatedConclusion.AUTHENTIC_AND_IN_FORCE:
            return not failures
        case StatedConclusion.NOT_FOUND:
            return Question.REGISTERED in failures and statement.given.kind in _ASKED_BY_ADDRESS
        case StatedConclusion.NOT_AUTHENTIC:
            return bool(failures & {Question.SIGNED, Question.REGISTERED}) and statement.name_match is None
        case _:
            # The register knows acts that the status list of the form's own steps may not have held yet.
            return not failures & {Question.SIGNED, Question.REGISTERED}
