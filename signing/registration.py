"""Whether what a form says stands in the log: its steps over an inclusion receipt.

1. the receipt is in its one spelling, and carries its entry and an opening
2. one of the log's keys signed the checkpoint, for its own origin
3. the hashes lead from the entry to the checkpoint's root
4. as many trusted witnesses as required cosigned the checkpoint
5. the opening opens the entry's commitment
6. every field that the form shows is opened, and is the same

Source: C2SP tlog-proof, tlog-checkpoint, tlog-cosignature; RFC 6962 section 2.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from signing.commitment import Commitment
from signing.encoding import Json
from signing.errors import (
    BadSignature,
    CommitmentMismatch,
    InclusionMismatch,
    MalformedEncoding,
    UnknownSigner,
)
from signing.inclusion import check_inclusion, leaf_hash
from signing.notes import Checkpoint, Note, check_note, verified_checkpoint
from signing.outcomes import Step, failed, not_checked, passed
from signing.receipts import Receipt, parse_extra, parse_receipt, revealed_fields
from signing.statement import entry_commitment, entry_time
from signing.trust import Trust

RECEIPT, CHECKPOINT, INCLUSION, WITNESSES, OPENING, FIELDS = (
    "receipt_read",
    "checkpoint_signed_by_log",
    "entry_in_log",
    "witnesses_cosigned",
    "opening_fits_commitment",
    "fields_as_registered",
)
ALL = (RECEIPT, CHECKPOINT, INCLUSION, WITNESSES, OPENING, FIELDS)


@dataclass(frozen=True)
class Claims:
    """What a form says of itself, to be held against the log: only what the form names is compared."""

    fields: Mapping[str, str]
    registered_at: datetime | None = None
    commitment: Commitment | None = None


@dataclass(frozen=True)
class Registration:
    """The steps, and what the receipt showed where it could be read."""

    steps: tuple[Step, ...]
    opened: Mapping[str, str]
    entry_index: int | None


def unregistered(reason: str) -> tuple[Step, ...]:
    """All steps, not taken."""
    return tuple(not_checked(name, reason) for name in ALL)


def check_registration(data: bytes, claims: Claims, trust: Trust) -> Registration:
    """Takes the steps; the witnesses' only where some are required.

    `claims.fields` empty = the receipt itself is the form.
    """
    try:
        receipt = parse_receipt(data)
        entry, opening = parse_extra(receipt.extra)
        commitment, registered_at = entry_commitment(entry), entry_time(entry)
    except MalformedEncoding:
        rest = tuple(not_checked(name, "receipt_unreadable") for name in ALL[1:])
        return Registration((failed(RECEIPT, "receipt_malformed"), *rest), {}, None)
    signed, checkpoint = check_checkpoint(receipt.checkpoint, trust)
    included = _check_inclusion(receipt, entry, checkpoint)
    witnessed = check_witnesses(receipt.checkpoint, trust)
    opens, opened = _check_opening(opening, commitment)
    entered = Claims(opened, registered_at, commitment)
    agree = _check_fields(claims, entered)
    steps = (passed(RECEIPT), signed, included, *witnessed, opens, agree)
    return Registration(steps, opened, receipt.index)


def check_checkpoint(note: Note, trust: Trust) -> tuple[Step, Checkpoint | None]:
    """Whether one of the trusted log keys signed this note, and the checkpoint that it is."""
    for key in trust.log_keys:
        try:
            checkpoint = verified_checkpoint(note.to_bytes(), key)
        except UnknownSigner:
            continue
        except (BadSignature, MalformedEncoding):
            return failed(CHECKPOINT, "bad_signature"), None
        return passed(CHECKPOINT, origin=checkpoint.origin, tree_size=str(checkpoint.size)), checkpoint
    return failed(CHECKPOINT, "unknown_log_key"), None


def _check_inclusion(receipt: Receipt, entry: bytes, checkpoint: Checkpoint | None) -> Step:
    if checkpoint is None:
        return not_checked(INCLUSION, "no_checkpoint")
    try:
        check_inclusion(leaf_hash(entry), receipt.index, checkpoint.size, receipt.proof, checkpoint.root)
    except InclusionMismatch:
        return failed(INCLUSION, "not_in_tree")
    return passed(INCLUSION, entry_index=str(receipt.index))


def check_witnesses(note: Note, trust: Trust) -> tuple[Step, ...]:
    """No step where no witness is required: a tick for nobody's signature would claim too much."""
    if not trust.quorum:
        return ()
    found = 0
    for key in trust.witnesses:
        try:
            check_note(note, key)
        except UnknownSigner:
            continue
        except BadSignature:
            return (failed(WITNESSES, "bad_cosignature"),)
        found += 1
    if found < trust.quorum:
        return (failed(WITNESSES, "too_few_cosignatures", found=str(found), required=str(trust.quorum)),)
    return (passed(WITNESSES, found=str(found), required=str(trust.quorum)),)


def _check_opening(opening: Mapping[str, Json], commitment: Commitment) -> tuple[Step, Mapping[str, str]]:
    try:
        opened = revealed_fields(opening, commitment)
    except (CommitmentMismatch, MalformedEncoding):
        return failed(OPENING, "opening_does_not_fit"), {}
    return passed(OPENING), opened


def _check_fields(claims: Claims, entered: Claims) -> Step:
    if not entered.fields:
        return not_checked(FIELDS, "nothing_opened")
    if claims.commitment is not None and claims.commitment != entered.commitment:
        return failed(FIELDS, "other_commitment")
    if claims.registered_at is not None and claims.registered_at != entered.registered_at:
        return failed(FIELDS, "other_time_of_registration")
    for name, value in claims.fields.items():
        if entered.fields.get(name) != value:
            return failed(FIELDS, "field_differs", field=name)
    return passed(FIELDS)
