"""The small file that comes back from the bureau's own machine: two signatures, and what they are about.

It holds nothing personal. What was signed is not in it: the register makes it anew from its own proposal, so
a signature over anything else fits nothing here.

Source: the product's own format v1.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from registry.ledger.entries import Entry, text
from registry.ledger.errors import MalformedEntry
from registry.review.errors import MalformedSignatureFile, SignatureOfAnother
from registry.review.record import DecisionRecord
from signing.encoding import b64url_decode, b64url_encode, canonical_json, parse_json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding

_TYPE = "review-signature"
_VERSION = 1
MAX_BYTES = 4096


@dataclass(frozen=True)
class OfflineSignature:
    """`batch` and `digest` name the proposal, `account` who took the bundle; `approval` is "" of a return."""

    batch: bytes
    digest: str
    account: str
    key: str
    signed_at: datetime
    approval: str
    decision: str

    def require_for(self, batch: bytes, digest: str, account: str) -> None:
        """It was made for this proposal, by whom the bundle was given to. Raises: SignatureOfAnother."""
        if (self.batch, self.digest, self.account) != (batch, digest, account):
            raise SignatureOfAnother

    def to_bytes(self) -> bytes:
        """The file."""
        return canonical_json(
            {
                "v": _VERSION,
                "type": _TYPE,
                "batch": b64url_encode(self.batch),
                "digest": self.digest,
                "account": self.account,
                "key": self.key,
                "signed_at": rfc3339(self.signed_at),
                "approval": self.approval,
                "decision": self.decision,
            }
        )


def read_signature(data: bytes) -> OfflineSignature:
    """The signature in a file. Raises: MalformedSignatureFile."""
    try:
        value = parse_json(data.strip())
        if len(data) > MAX_BYTES or not isinstance(value, dict):
            raise MalformedSignatureFile
        if (value.get("v"), value.get("type")) != (_VERSION, _TYPE) or isinstance(value.get("v"), bool):
            raise MalformedSignatureFile
        return OfflineSignature(
            batch=b64url_decode(text(value, "batch"), length=16),
            digest=text(value, "digest"),
            account=text(value, "account"),
            key=text(value, "key"),
            signed_at=parse_rfc3339(text(value, "signed_at")),
            approval=text(value, "approval"),
            decision=text(value, "decision"),
        )
    except (MalformedEncoding, MalformedEntry) as fault:
        raise MalformedSignatureFile from fault


def assembled(record: DecisionRecord, approval: Entry | None, signature: OfflineSignature) -> Entry:
    """The record with the signatures in their places. Whether they are right is another question."""
    whole: Entry | None = None
    if approval is not None:
        whole = {**approval, "key": signature.key, "signature": signature.approval}
    content = replace(record, approval=whole).content()
    return {**content, "key": signature.key, "signature": signature.decision}


def signature_of(signed: Entry, digest: str) -> OfflineSignature:
    """What the bureau's machine hands back of the record that it signed. Raises: MalformedEntry."""
    approval = signed.get("approval")
    return OfflineSignature(
        batch=b64url_decode(text(signed, "batch"), length=16),
        digest=digest,
        account=text(signed, "signed_by"),
        key=text(signed, "key"),
        signed_at=parse_rfc3339(text(signed, "signed_at")),
        approval=text(approval, "signature") if isinstance(approval, dict) else "",
        decision=text(signed, "signature"),
    )
