"""Invented reconciliation reports, with both sides' keys, for the tests of their format and their paper."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from registry.national.findings import (
    ComparisonOutcome,
    DifferenceGroup,
    DifferenceKind,
    ExceptionGroup,
    Remedy,
    Waiting,
)
from registry.national.http_signatures import content_digest, response_message, sign
from registry.national.objects import PROTOCOL
from registry.national.protocol import RESPONSE_COMPONENTS, TAG
from registry.national.report import NetworkAnswer, Side, StatedReconciliation, bound_nonce, build_report
from signing.encoding import b64url_encode, canonical_json, rfc3339
from signing.keys import KeyRole, SigningKey, key_id
from signing.notes import Checkpoint, cosign, sign_checkpoint
from tests.signing.sample_forms import DID, KEYS, LOG, NOW, WITNESS

NETWORK_KEY = SigningKey.from_seed(KeyRole.NATIONAL, bytes([8]) * 32)
NETWORK_KEYS = {key_id(NETWORK_KEY.public): NETWORK_KEY.public}
COMPARED_AT = NOW - timedelta(days=1)
SIZE = 120_431
_SALT = bytes(range(16))
_OURS = Side(118_034, sha256(b"ours").digest())
_NOTE = sign_checkpoint(Checkpoint(LOG, SIZE, sha256(b"log").digest()), [KEYS[KeyRole.LOG]])
CHECKPOINT = _NOTE.to_bytes().decode()
WITNESSED = cosign(_NOTE, WITNESS.name, KEYS[KeyRole.WITNESS], 1_760_000_000).to_bytes().decode()


def answered(
    theirs: Side,
    nonce: bytes,
    *,
    key: SigningKey = NETWORK_KEY,
    said: Mapping[str, object] | None = None,
    at: datetime = COMPARED_AT,
) -> NetworkAnswer:
    """What the network answers and signs then if it holds this; `said` takes the place of members of it."""
    everything = {"prefix": "", "count": theirs.count, "root": b64url_encode(theirs.root)}
    body = canonical_json(
        {
            "v": PROTOCOL,
            "nonce": b64url_encode(nonce),
            "ranges": [everything],
            "sequence": 121,
            "last_batch": b64url_encode(bytes(range(16, 32))),
            "as_of_at": rfc3339(at),
            **(said or {}),
        }
    )
    fields = {"content-type": "application/json", "content-digest": content_digest(body)}
    message = response_message(200, fields.items())
    return NetworkAnswer(body, fields | sign(message, RESPONSE_COMPONENTS, key, at, tag=TAG))


def nonce_of(stated: StatedReconciliation) -> bytes:
    """The nonce under which the network was asked."""
    return bound_nonce(stated.salt, stated.checkpoint.encode(), stated.ours.count, stated.ours.root)


def asked(stated: StatedReconciliation, theirs: Side | None = None) -> StatedReconciliation:
    """The statement with the answer of a network that holds `theirs`, or else the same."""
    return replace(stated, answer=answered(theirs or stated.ours, nonce_of(stated), at=stated.compared_at))


EXACT = asked(
    StatedReconciliation(
        issuer=DID,
        register_name="示例省职业技能等级证书登记平台",
        compared_at=COMPARED_AT,
        size=SIZE,
        checkpoint=CHECKPOINT,
        salt=_SALT,
        registered=_OURS.count,
        ours=_OURS,
        answer=NetworkAnswer(b"", {}),
        outcome=ComparisonOutcome.EXACT,
        exceptions=(),
        differences=(),
        exchanges=1,
        healed=0,
    )
)


def excepting(*groups: ExceptionGroup) -> StatedReconciliation:
    """The same with entries that the network does not have yet."""
    absent = sum(len(each.entries) for each in groups if not each.earlier_online)
    return replace(
        EXACT, outcome=ComparisonOutcome.EXACT_BUT_FOR, exceptions=groups, registered=_OURS.count + absent
    )


BUT_FOR = excepting(
    ExceptionGroup(Waiting.PENDING, "", False, (120_430,)),
    ExceptionGroup(Waiting.REJECTED, "holder_under_16", False, (99_017,)),
    ExceptionGroup(Waiting.REJECTED, "identity_number_wrong", True, (118_205,)),
)
BUT_FOR_MANY = excepting(
    ExceptionGroup(Waiting.PENDING, "", False, tuple(range(120_131, 120_431))),
    ExceptionGroup(Waiting.PENDING, "", True, tuple(range(119_000, 119_040))),
    ExceptionGroup(Waiting.REJECTED, "holder_under_16", False, tuple(range(50_000, 54_000, 100))),
    ExceptionGroup(Waiting.REJECTED, "employer_missing", False, tuple(range(7_001, 7_021))),
)
DIFFERS = replace(
    asked(EXACT, Side(_OURS.count + 1, sha256(b"theirs").digest())),
    outcome=ComparisonOutcome.DIFFERS,
    differences=(
        DifferenceGroup(DifferenceKind.OLDER, Remedy.RESENT, (88_001, 88_014)),
        DifferenceGroup(DifferenceKind.OTHER_CONTENT, Remedy.REPORTED, (15_206,)),
        DifferenceGroup(DifferenceKind.SURPLUS, Remedy.REPORTED, (), (b64url_encode(b"0123456789abcdef"),)),
    ),
    exchanges=9,
    healed=2,
)


def report(stated: StatedReconciliation = EXACT, key: SigningKey = KEYS[KeyRole.RECEIPT]) -> bytes:
    """The signed report of a statement."""
    return build_report(stated, key)
