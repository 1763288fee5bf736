"""The question what the network holds, range by range, and its answer.

An answer is read together with its question, and believed only if it answers that one: the same nonce, the
same ranges in the same order, and leaves that make up the count and the root which stand beside them.

Source: the product's own protocol v2 (docs/national-protocol.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registry.national.errors import MalformedMessage, ReceiptFault, ReceiptRefused
from registry.national.holdings import Range, is_prefix, summarise
from registry.national.objects import (
    NONCE_BYTES,
    PROTOCOL,
    BatchId,
    batch_id_of,
    bytes_of,
    list_of,
    member_of,
    moment_of,
    number_of,
    parse_object,
    read_bytes,
    text_of,
)
from registry.national.rows import REFERENCE_BYTES, Held, Reference, RowState
from signing.commitment import DIGEST_BYTES, Commitment
from signing.encoding import Json, b64url_encode, canonical_json, rfc3339
from signing.inclusion import Hash

MAX_PREFIXES = 256
MAX_LEAVES = 2_000
_QUESTION = frozenset({"detail", "nonce", "prefixes"})
_ANSWER = frozenset({"as_of_at", "last_batch", "nonce", "ranges", "sequence"})
_RANGE = frozenset({"count", "prefix", "root"})


class Detail(StrEnum):
    """Whether the versions of each range are asked for as well."""

    SUMMARY = "summary"
    LEAVES = "leaves"


@dataclass(frozen=True)
class HoldingsQuestion:
    """What do you hold in these ranges?"""

    nonce: bytes
    prefixes: tuple[str, ...]
    detail: Detail = Detail.SUMMARY


@dataclass(frozen=True)
class HeldRange:
    """A range as the network holds it; `leaves` in order of reference, None where they were not said."""

    range: Range
    leaves: tuple[Held, ...] | None = None


@dataclass(frozen=True)
class HoldingsAnswer:
    """What the network holds in the ranges asked for, all at one moment: after `sequence` batches."""

    nonce: bytes
    ranges: tuple[HeldRange, ...]
    sequence: int
    last_batch: BatchId
    as_of_at: datetime


def holdings_question(question: HoldingsQuestion) -> bytes:
    """The canonical bytes of a question."""
    return canonical_json(
        {
            "v": PROTOCOL,
            "nonce": b64url_encode(question.nonce),
            "prefixes": list(question.prefixes),
            "detail": question.detail.value,
        }
    )


def parse_holdings_question(body: bytes) -> HoldingsQuestion:
    """The question behind its bytes. Raises: MalformedMessage."""
    value = parse_object(body, "question", _QUESTION)
    prefixes = list_of(value, "prefixes", least=1, most=MAX_PREFIXES)
    return HoldingsQuestion(
        nonce=bytes_of(value, "nonce", NONCE_BYTES),
        prefixes=tuple(_prefix(each) for each in prefixes),
        detail=member_of(Detail, value["detail"], "detail"),
    )


def holdings_bytes(answer: HoldingsAnswer) -> bytes:
    """The canonical bytes of an answer."""
    return canonical_json(
        {
            "v": PROTOCOL,
            "nonce": b64url_encode(answer.nonce),
            "ranges": [_range_json(each) for each in answer.ranges],
            "sequence": answer.sequence,
            "last_batch": answer.last_batch,
            "as_of_at": rfc3339(answer.as_of_at),
        }
    )


def parse_holdings(body: bytes) -> HoldingsAnswer:
    """The answer behind its bytes.

    Raises: MalformedMessage, also where leaves are not those of their root.
    """
    value = parse_object(body, "holdings", _ANSWER)
    answer = HoldingsAnswer(
        nonce=bytes_of(value, "nonce", NONCE_BYTES),
        ranges=tuple(_held_range(each) for each in list_of(value, "ranges", least=1, most=MAX_PREFIXES)),
        sequence=number_of(value, "sequence"),
        last_batch=batch_id_of(value, "last_batch", may_be_empty=True),
        as_of_at=moment_of(value, "as_of_at"),
    )
    if sum(len(each.leaves or ()) for each in answer.ranges) > MAX_LEAVES:
        raise MalformedMessage("leaves")
    return answer


def check_holdings(answer: HoldingsAnswer, question: HoldingsQuestion) -> None:
    """Shows that an answer is to exactly this question. Raises: ReceiptRefused."""
    if answer.nonce != question.nonce:
        raise ReceiptRefused(ReceiptFault.NONCE)
    if tuple(each.range.prefix for each in answer.ranges) != question.prefixes:
        raise ReceiptRefused(ReceiptFault.RANGES)
    if question.detail is Detail.SUMMARY and any(each.leaves is not None for each in answer.ranges):
        raise ReceiptRefused(ReceiptFault.RANGES)


def _range_json(held: HeldRange) -> Json:
    said: dict[str, Json] = {
        "prefix": held.range.prefix,
        "count": held.range.count,
        "root": b64url_encode(held.range.root),
    }
    if held.leaves is not None:
        said["leaves"] = [_leaf_json(each) for each in held.leaves]
    return said


def _leaf_json(held: Held) -> Json:
    return [b64url_encode(held.ref), held.version, b64url_encode(held.commitment), held.state.value]


def _held_range(value: Json) -> HeldRange:
    if not isinstance(value, dict) or value.keys() - {"leaves"} != _RANGE:
        raise MalformedMessage("ranges")
    part = Range(
        prefix=_prefix(text_of(value, "prefix")),
        count=number_of(value, "count"),
        root=Hash(bytes_of(value, "root", DIGEST_BYTES)),
    )
    return HeldRange(part, _leaves(value, part) if "leaves" in value else None)


def _leaves(value: Mapping[str, Json], part: Range) -> tuple[Held, ...]:
    """The leaves of a range: each reference once, in order, and together its count and root."""
    leaves = tuple(_leaf(each) for each in list_of(value, "leaves", least=0, most=MAX_LEAVES))
    refs: Sequence[Reference] = [each.ref for each in leaves]
    if refs != sorted(set(refs)) or summarise(leaves, part.prefix) != part or len(leaves) != part.count:
        raise MalformedMessage("leaves")
    return leaves


def _leaf(value: Json) -> Held:
    if not isinstance(value, list) or len(value) != 4:
        raise MalformedMessage("leaves")
    ref, version, commitment, state = value
    return Held(
        ref=Reference(read_bytes(ref, "leaves", REFERENCE_BYTES)),
        version=number_of({"version": version}, "version", least=1),
        commitment=Commitment(read_bytes(commitment, "leaves", DIGEST_BYTES)),
        state=member_of(RowState, state, "leaves"),
    )


def _prefix(value: Json) -> str:
    if not isinstance(value, str) or not is_prefix(value):
        raise MalformedMessage("prefix")
    return value
