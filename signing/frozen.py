"""The statement that ended a log: its last published tree head, signed by the province root.

A log whose key was lost or leaked, or whose entries were lost, can't go on under its name. The statement says
up to where it is believed, why it ended, and which log continues it. Its spelling is canonical JSON:

    {"at", "key", "origin", "reason", "root", "signature", "size", "successor", "type": "frozen", "v": 1}

`key` is the public key of the root, which the caller compares with the roots that it trusts.

Source: the product's own format v1; RFC 8785.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signing.certificates import certificate_key
from signing.encoding import (
    Json,
    b64url_decode,
    b64url_encode,
    canonical_json,
    parse_canonical_json,
    parse_rfc3339,
    rfc3339,
)
from signing.errors import MalformedEncoding, UnknownSigner
from signing.keys import KeyRole, SigningKey, public_key, verify
from signing.notes import Checkpoint

MAX_FROZEN_BYTES = 4096
_LABEL = b"skillcert/frozen/v1\x00"
_FIELDS = frozenset({"at", "key", "origin", "reason", "root", "signature", "size", "successor", "type", "v"})


class FreezeReason(StrEnum):
    """Why a log can't go on."""

    LOST = "lost"
    LEAKED = "leaked"
    DATA_LOST = "data_lost"


@dataclass(frozen=True)
class FrozenLog:
    """A log that ended at `checkpoint`. `successor` is the origin of the log that continues it, or ""."""

    checkpoint: Checkpoint
    reason: FreezeReason
    successor: str
    at: datetime
    root_public: bytes


def frozen_statement(frozen: FrozenLog, root: SigningKey) -> bytes:
    """The bytes of the statement, signed. Raises: WrongKeyRole, UnknownSigner."""
    if root.require(KeyRole.ROOT).public != frozen.root_public:
        raise UnknownSigner
    content = _content(frozen)
    signature = root.sign(_LABEL + canonical_json(content))
    return canonical_json({**content, "signature": b64url_encode(signature)})


def parse_frozen(data: bytes) -> FrozenLog:
    """The statement behind its bytes, once the key that it names did sign it.

    Raises: MalformedEncoding, BadSignature.
    """
    if len(data) > MAX_FROZEN_BYTES:
        raise MalformedEncoding("frozen")
    value = parse_canonical_json(data)
    if not isinstance(value, dict) or value.keys() != _FIELDS:
        raise MalformedEncoding("frozen")
    size = value["size"]
    if type(size) is not int or size < 0:
        raise MalformedEncoding("size")
    try:
        reason = FreezeReason(_text(value, "reason"))
    except ValueError as fault:
        raise MalformedEncoding("reason") from fault
    tree_root = b64url_decode(_text(value, "root"), length=32)
    frozen = FrozenLog(
        checkpoint=Checkpoint(_text(value, "origin"), size, tree_root),
        reason=reason,
        successor=_text(value, "successor"),
        at=parse_rfc3339(_text(value, "at")),
        root_public=public_key(b64url_decode(_text(value, "key"), length=32)),
    )
    content = _content(frozen)
    if canonical_json({**content, "signature": value["signature"]}) != data or not frozen.checkpoint.origin:
        raise MalformedEncoding("frozen")
    signature = b64url_decode(_text(value, "signature"), length=64)
    verify(frozen.root_public, _LABEL + canonical_json(content), signature)
    return frozen


def require_trusted(frozen: FrozenLog, root_certificates: Iterable[bytes]) -> None:
    """Shows that a trusted root made the statement. Raises: UnknownSigner, UntrustedCertificate."""
    if frozen.root_public not in map(certificate_key, root_certificates):
        raise UnknownSigner


def _content(frozen: FrozenLog) -> dict[str, Json]:
    return {
        "v": 1,
        "type": "frozen",
        "origin": frozen.checkpoint.origin,
        "size": frozen.checkpoint.size,
        "root": b64url_encode(frozen.checkpoint.root),
        "reason": frozen.reason.value,
        "successor": frozen.successor,
        "at": rfc3339(frozen.at),
        "key": b64url_encode(frozen.root_public),
    }


def _text(value: dict[str, Json], name: str) -> str:
    text = value[name]
    if not isinstance(text, str):
        raise MalformedEncoding(name)
    return text
