"""The newest checkpoint as it is served, believed only under keys that the auditor brought along.

Source: C2SP tlog-checkpoint, signed-note, tlog-cosignature.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.ledger.audit_report import Check, FindingCode
from registry.ledger.audit_tree import altered_byte
from registry.ledger.public_documents import CHECKPOINT
from signing.errors import BadSignature, MalformedEncoding, UnknownSigner
from signing.notes import Checkpoint, Note, VerifierKey, check_note, parse_note, verified_checkpoint


@dataclass(frozen=True)
class Anchors:
    """What the auditor brings along: at least one key of the log, all of one origin; witnesses if any."""

    vkeys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...] = ()
    quorum: int = 0

    @property
    def log_origin(self) -> str:
        """The origin of the log that is audited."""
        return self.vkeys[0].name


@dataclass(frozen=True)
class Head:
    """A believed checkpoint, and its note as it was served."""

    checkpoint: Checkpoint
    note: bytes


def checked_head(data: bytes, anchors: Anchors) -> Head:
    """The checkpoint of a served note. Raises: Found.

    Steps:
    1. one of the anchors' keys signed it for its own origin
    2. as many of the anchors' witnesses as they require cosigned it
    """
    # 1
    try:
        parse_note(data)
        checkpoint = _verified(data, anchors.vkeys)
    except MalformedEncoding:
        CHECKPOINT.found(FindingCode.CHECKPOINT_MALFORMED, offset=_altered_at(data, anchors.vkeys))
    except BadSignature:
        offset = _altered_at(data, anchors.vkeys)
        CHECKPOINT.found(FindingCode.CHECKPOINT_SIGNATURE, offset=offset, reason="bad_signature")
    except UnknownSigner:
        # Either a byte of the name or the key hash was altered, or the log signs with another key by now.
        offset = _altered_at(data, anchors.vkeys)
        CHECKPOINT.found(FindingCode.CHECKPOINT_SIGNATURE, offset=offset, reason="unknown_signer")
    # 2
    cosigned = sum(_cosigned(parse_note(data), witness) for witness in anchors.witnesses)
    if cosigned < anchors.quorum:
        witnessed = replace(CHECKPOINT, check=Check.WITNESSES)
        witnessed.found(FindingCode.WITNESSES_MISSING, cosigned=cosigned, required=anchors.quorum)
    return Head(checkpoint, data)


def _verified(data: bytes, vkeys: Sequence[VerifierKey]) -> Checkpoint:
    """Raises: UnknownSigner, BadSignature, MalformedEncoding."""
    for key in vkeys:
        try:
            return verified_checkpoint(data, key)
        except UnknownSigner:
            continue
    raise UnknownSigner


def _altered_at(data: bytes, vkeys: Sequence[VerifierKey]) -> int | None:
    def is_original(tried: bytes) -> bool:
        try:
            _verified(tried, vkeys)
        except (UnknownSigner, BadSignature, MalformedEncoding):
            return False
        return True

    return altered_byte(data, is_original)


def _cosigned(note: Note, witness: VerifierKey) -> bool:
    try:
        check_note(note, witness)
    except (UnknownSigner, BadSignature):
        return False
    return True
