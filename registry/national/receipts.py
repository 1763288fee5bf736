"""What comes back: the receipt of a batch, row by row, and the summary of everything that is held.

Source: the product's own protocol v1 (docs/national-protocol.md).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from registry.ledger.merkle import merge
from registry.national.errors import MalformedMessage, ReceiptFault, ReceiptRefused
from registry.national.protocol import (
    MAX_ROWS,
    PROTOCOL,
    BatchId,
    Manifest,
    RowState,
    batch_id_of,
    bytes_of,
    number_of,
    parse_object,
    text_of,
)
from signing.commitment import DIGEST_BYTES, Commitment
from signing.encoding import Json, b64url_encode, canonical_json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.inclusion import Hash, leaf_hash

NONCE_BYTES = 16
_REASON = re.compile(r"[a-z][a-z0-9_]{0,63}")


class RowReason(StrEnum):
    """Why the network turns a row back. A client meets others too, once the network invents them."""

    ROW_MALFORMED = "row_malformed"
    OLDER_VERSION = "older_version"
    VERSION_CONFLICT = "version_conflict"
    NUMBER_MALFORMED = "number_malformed"
    NUMBER_DIFFERS = "number_differs"
    IDENTITY_TYPE_NOT_TAKEN = "identity_type_not_taken"
    IDENTITY_NUMBER_WRONG = "identity_number_wrong"
    HOLDER_UNDER_16 = "holder_under_16"
    EMPLOYER_MISSING = "employer_missing"
    ISSUED_IN_FUTURE = "issued_in_future"


@dataclass(frozen=True)
class Accepted:
    """The row is online since that civil date (Asia/Shanghai)."""

    online_on: date


@dataclass(frozen=True)
class Rejected:
    """The row was turned back."""

    reason: str


@dataclass(frozen=True)
class Receipt:
    """The network's answer to a batch; `results` in the order of the batch's lines."""

    batch: BatchId
    count: int
    root: Hash
    received_at: datetime
    results: tuple[Accepted | Rejected, ...]


@dataclass(frozen=True)
class Held:
    """The latest version of one certificate, as both sides must hold it."""

    number: str
    version: int
    commitment: Commitment
    state: RowState


@dataclass(frozen=True)
class Summary:
    """How many certificates the network holds and the root over them, in answer to a nonce."""

    nonce: bytes
    count: int
    root: Hash
    last_batch: BatchId
    as_of_at: datetime


def receipt_bytes(receipt: Receipt) -> bytes:
    """The canonical bytes of a receipt."""
    return canonical_json(
        {
            "v": PROTOCOL,
            "batch": receipt.batch,
            "count": receipt.count,
            "root": b64url_encode(receipt.root),
            "received_at": rfc3339(receipt.received_at),
            "results": [_result_json(result) for result in receipt.results],
        }
    )


def parse_receipt(body: bytes) -> Receipt:
    """The receipt behind its bytes. Raises: MalformedMessage."""
    value = parse_object(body, "receipt")
    results = value.get("results")
    if not isinstance(results, list) or not 1 <= len(results) <= MAX_ROWS:
        raise MalformedMessage("results")
    receipt = Receipt(
        batch=batch_id_of(value, "batch"),
        count=number_of(value, "count", least=1),
        root=Hash(bytes_of(value, "root", DIGEST_BYTES)),
        received_at=_moment(value, "received_at"),
        results=tuple(_result(each) for each in results),
    )
    if set(value) != {"v", "batch", "count", "root", "received_at", "results"}:
        raise MalformedMessage("receipt")
    if receipt.count != len(receipt.results):
        raise MalformedMessage("receipt")
    return receipt


def check_answers(receipt: Receipt, manifest: Manifest) -> None:
    """Shows that a receipt is for exactly this batch. Raises: ReceiptRefused."""
    if receipt.batch != manifest.batch:
        raise ReceiptRefused(ReceiptFault.BATCH)
    if receipt.count != manifest.count:
        raise ReceiptRefused(ReceiptFault.COUNT)
    if receipt.root != manifest.root:
        raise ReceiptRefused(ReceiptFault.ROOT)


def holdings_root(holdings: Iterable[Held]) -> Hash:
    """MTH over [number, version, commitment, state] of each certificate, in order of number."""
    ordered = sorted(holdings, key=lambda held: held.number)
    return merge([leaf_hash(_held_bytes(held)) for held in ordered])


def summary_bytes(summary: Summary) -> bytes:
    """The canonical bytes of a summary."""
    return canonical_json(
        {
            "v": PROTOCOL,
            "nonce": b64url_encode(summary.nonce),
            "count": summary.count,
            "root": b64url_encode(summary.root),
            "last_batch": summary.last_batch,
            "as_of_at": rfc3339(summary.as_of_at),
        }
    )


def parse_summary(body: bytes) -> Summary:
    """The summary behind its bytes. Raises: MalformedMessage."""
    value = parse_object(body, "summary")
    if set(value) != {"v", "nonce", "count", "root", "last_batch", "as_of_at"}:
        raise MalformedMessage("summary")
    return Summary(
        nonce=bytes_of(value, "nonce", NONCE_BYTES),
        count=number_of(value, "count"),
        root=Hash(bytes_of(value, "root", DIGEST_BYTES)),
        last_batch=batch_id_of(value, "last_batch", may_be_empty=True),
        as_of_at=_moment(value, "as_of_at"),
    )


def summary_request(nonce: bytes) -> bytes:
    """The body that asks for a summary; the nonce keeps an old answer from being played again."""
    return canonical_json({"v": PROTOCOL, "nonce": b64url_encode(nonce)})


def parse_summary_request(body: bytes) -> bytes:
    """The nonce of a request for a summary. Raises: MalformedMessage."""
    value = parse_object(body, "summary request")
    if set(value) != {"v", "nonce"}:
        raise MalformedMessage("summary request")
    return bytes_of(value, "nonce", NONCE_BYTES)


def _held_bytes(held: Held) -> bytes:
    return canonical_json([held.number, held.version, b64url_encode(held.commitment), held.state.value])


def _result_json(result: Accepted | Rejected) -> Json:
    if isinstance(result, Accepted):
        return {"online_on": result.online_on.isoformat()}
    return {"rejected": result.reason}


def _result(value: Json) -> Accepted | Rejected:
    if not isinstance(value, dict) or len(value) != 1:
        raise MalformedMessage("results")
    if "online_on" in value:
        return Accepted(_civil_date(value, "online_on"))
    reason = text_of(value, "rejected")
    if not _REASON.fullmatch(reason):
        raise MalformedMessage("reason")
    return Rejected(reason)


def _moment(value: Mapping[str, Json], name: str) -> datetime:
    try:
        return parse_rfc3339(text_of(value, name))
    except MalformedEncoding as fault:
        raise MalformedMessage(name) from fault


def _civil_date(value: Mapping[str, Json], name: str) -> date:
    text = text_of(value, name)
    try:
        found = date.fromisoformat(text)
    except ValueError as fault:
        raise MalformedMessage(name) from fault
    if found.isoformat() != text:
        raise MalformedMessage(name)
    return found
