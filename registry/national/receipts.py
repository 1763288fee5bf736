"""What comes back: the receipt of a batch, row by row; how far the network is; which batches it knows.

Source: the product's own protocol v2 (docs/national-protocol.md).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from registry.national.errors import MalformedMessage, ReceiptFault, ReceiptRefused
from registry.national.objects import (
    NONCE_BYTES,
    PROTOCOL,
    BatchId,
    batch_id_of,
    bytes_of,
    day_of,
    list_of,
    moment_of,
    number_of,
    parse_object,
    read_batch_id,
    text_of,
    words_of,
)
from registry.national.protocol import MAX_ROWS, Manifest
from signing.commitment import DIGEST_BYTES
from signing.encoding import Json, b64url_encode, canonical_json, rfc3339
from signing.inclusion import Hash

MAX_KNOWN = 1_000
MAX_WORDS = 300
_REASON = re.compile(r"[a-z][a-z0-9_]{0,63}")
_RECEIPT = frozenset({"batch", "count", "received_at", "results", "root", "sequence"})
_STATUS = frozenset({"as_of_at", "last_batch", "nonce", "sequence"})
_KNOWN = frozenset({"as_of_at", "known", "nonce", "sequence"})
_ACCEPTED = frozenset({"online_on"})
_REJECTED = frozenset({"rejected", "words"})


@dataclass(frozen=True)
class Accepted:
    """The row is online since that civil date (Asia/Shanghai)."""

    online_on: date


@dataclass(frozen=True)
class Rejected:
    """The row was turned back: under which code, and in the network's own words."""

    reason: str
    words: str = ""


@dataclass(frozen=True)
class Receipt:
    """The network's answer to a batch; `results` in the order of the batch's lines.

    `sequence` counts the batches that the network took, from 1.
    """

    batch: BatchId
    count: int
    root: Hash
    sequence: int
    received_at: datetime
    results: tuple[Accepted | Rejected, ...]


@dataclass(frozen=True)
class Status:
    """How many batches the network took and which was the last, in answer to a nonce."""

    nonce: bytes
    sequence: int
    last_batch: BatchId
    as_of_at: datetime


@dataclass(frozen=True)
class KnownQuestion:
    """Which of these batches do you hold?"""

    nonce: bytes
    batches: tuple[BatchId, ...]


@dataclass(frozen=True)
class Known:
    """Which of the batches asked for the network holds, in the order of the question."""

    nonce: bytes
    known: tuple[bool, ...]
    sequence: int
    as_of_at: datetime


def receipt_bytes(receipt: Receipt) -> bytes:
    """The canonical bytes of a receipt."""
    return canonical_json(
        {
            "v": PROTOCOL,
            "batch": receipt.batch,
            "count": receipt.count,
            "root": b64url_encode(receipt.root),
            "sequence": receipt.sequence,
            "received_at": rfc3339(receipt.received_at),
            "results": [_result_json(result) for result in receipt.results],
        }
    )


def parse_receipt(body: bytes) -> Receipt:
    """The receipt behind its bytes. Raises: MalformedMessage."""
    value = parse_object(body, "receipt", _RECEIPT)
    receipt = Receipt(
        batch=batch_id_of(value, "batch"),
        count=number_of(value, "count", least=1),
        root=Hash(bytes_of(value, "root", DIGEST_BYTES)),
        sequence=number_of(value, "sequence", least=1),
        received_at=moment_of(value, "received_at"),
        results=tuple(_result(each) for each in list_of(value, "results", least=1, most=MAX_ROWS)),
    )
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


def status_question(nonce: bytes) -> bytes:
    """The body that asks for the status; the nonce keeps an old answer from being played again."""
    return canonical_json({"v": PROTOCOL, "nonce": b64url_encode(nonce)})


def parse_status_question(body: bytes) -> bytes:
    """The nonce of a question for the status. Raises: MalformedMessage."""
    return bytes_of(parse_object(body, "question", frozenset({"nonce"})), "nonce", NONCE_BYTES)


def status_bytes(status: Status) -> bytes:
    """The canonical bytes of a status."""
    return canonical_json(
        {
            "v": PROTOCOL,
            "nonce": b64url_encode(status.nonce),
            "sequence": status.sequence,
            "last_batch": status.last_batch,
            "as_of_at": rfc3339(status.as_of_at),
        }
    )


def parse_status(body: bytes) -> Status:
    """The status behind its bytes. Raises: MalformedMessage."""
    value = parse_object(body, "status", _STATUS)
    status = Status(
        nonce=bytes_of(value, "nonce", NONCE_BYTES),
        sequence=number_of(value, "sequence"),
        last_batch=batch_id_of(value, "last_batch", may_be_empty=True),
        as_of_at=moment_of(value, "as_of_at"),
    )
    if (status.sequence == 0) != (status.last_batch == ""):
        raise MalformedMessage("status")
    return status


def known_question(nonce: bytes, batches: Sequence[BatchId]) -> bytes:
    """The body that asks which of these batches the network holds."""
    return canonical_json({"v": PROTOCOL, "nonce": b64url_encode(nonce), "batches": list(batches)})


def parse_known_question(body: bytes) -> KnownQuestion:
    """The question behind its bytes. Raises: MalformedMessage."""
    value = parse_object(body, "question", frozenset({"nonce", "batches"}))
    batches = list_of(value, "batches", least=1, most=MAX_KNOWN)
    return KnownQuestion(
        bytes_of(value, "nonce", NONCE_BYTES), tuple(read_batch_id(each, "batches") for each in batches)
    )


def known_bytes(known: Known) -> bytes:
    """The canonical bytes of the answer to a `KnownQuestion`."""
    return canonical_json(
        {
            "v": PROTOCOL,
            "nonce": b64url_encode(known.nonce),
            "known": list(known.known),
            "sequence": known.sequence,
            "as_of_at": rfc3339(known.as_of_at),
        }
    )


def parse_known(body: bytes) -> Known:
    """The answer behind its bytes. Raises: MalformedMessage."""
    value = parse_object(body, "known", _KNOWN)
    known = list_of(value, "known", least=1, most=MAX_KNOWN)
    return Known(
        nonce=bytes_of(value, "nonce", NONCE_BYTES),
        known=tuple(_flag(each) for each in known),
        sequence=number_of(value, "sequence"),
        as_of_at=moment_of(value, "as_of_at"),
    )


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise MalformedMessage("known")
    return value


def _result_json(result: Accepted | Rejected) -> Json:
    if isinstance(result, Accepted):
        return {"online_on": result.online_on.isoformat()}
    return {"rejected": result.reason, "words": result.words}


def _result(value: Json) -> Accepted | Rejected:
    if not isinstance(value, dict):
        raise MalformedMessage("results")
    if value.keys() == _ACCEPTED:
        return Accepted(day_of(value, "online_on"))
    if value.keys() != _REJECTED:
        raise MalformedMessage("results")
    return Rejected(_reason(value), words_of(value, "words", MAX_WORDS))


def _reason(value: Mapping[str, Json]) -> str:
    reason = text_of(value, "rejected")
    if not _REASON.fullmatch(reason):
        raise MalformedMessage("rejected")
    return reason
