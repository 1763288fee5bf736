"""How the stand-in misbehaves when told to: the faults that a sender must survive.

A wrong receipt is the worst of them: properly signed by the right key where the lie allows it, and never
what is kept, so that the same batch sent again still gets its true first receipt.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from random import Random
from typing import TypeAlias

from registry.national.objects import BATCH_ID_BYTES, BatchId
from registry.national.receipts import Accepted, parse_receipt, receipt_bytes
from registry.national.stand_in.desk import signed_answer
from registry.national.stand_in.store import StoredAnswer
from signing.encoding import b64url_encode
from signing.inclusion import Hash
from signing.keys import KeyRole, SigningKey


class Fault(StrEnum):
    """One way to misbehave over one batch."""

    NONE = "none"
    BUSY = "busy"
    ERROR_BEFORE_COMMIT = "error_before_commit"
    ERROR_AFTER_COMMIT = "error_after_commit"
    DROP_BEFORE_COMMIT = "drop_before_commit"
    DROP_AFTER_COMMIT = "drop_after_commit"
    TRUNCATED_ANSWER = "truncated_answer"
    WRONG_BATCH = "wrong_batch"
    WRONG_COUNT = "wrong_count"
    WRONG_ROOT = "wrong_root"
    WRONG_KEY = "wrong_key"
    ALTERED_BODY = "altered_body"
    UNSIGNED = "unsigned"


FaultSource: TypeAlias = Callable[[], Fault]


def no_faults() -> Fault:
    """The stand-in on a good day."""
    return Fault.NONE


def scripted(faults: Iterable[Fault]) -> FaultSource:
    """These faults, one a batch, then none."""
    script = iter(faults)
    return lambda: next(script, Fault.NONE)


def by_chance(rates: Mapping[Fault, float], random: Random) -> FaultSource:
    """Each fault with its own probability a batch; the rest of the time none."""

    def draw() -> Fault:
        point = random.random()
        for fault, rate in rates.items():
            if point < rate:
                return fault
            point -= rate
        return Fault.NONE

    return draw


def spoilt(fault: Fault, answer: StoredAnswer, key: SigningKey, now: datetime) -> StoredAnswer:
    """The true answer, made wrong in the way of the fault."""
    receipt = parse_receipt(answer.body)
    if fault is Fault.WRONG_BATCH:
        other = BatchId(b64url_encode(sha256(receipt.batch.encode()).digest()[:BATCH_ID_BYTES]))
        return signed_answer(receipt_bytes(replace(receipt, batch=other)), key, now)
    if fault is Fault.WRONG_ROOT:
        other_root = Hash(sha256(receipt.root).digest())
        return signed_answer(receipt_bytes(replace(receipt, root=other_root)), key, now)
    if fault is Fault.WRONG_COUNT:
        results = (*receipt.results, Accepted(receipt.received_at.date()))
        longer = replace(receipt, count=len(results), results=results)
        return signed_answer(receipt_bytes(longer), key, now)
    if fault is Fault.WRONG_KEY:
        stranger = SigningKey.from_seed(KeyRole.NATIONAL, sha256(key.public).digest())
        return signed_answer(answer.body, stranger, now)
    if fault is Fault.ALTERED_BODY:
        return StoredAnswer(answer.body.replace(b'"count":', b'"count" :'), answer.fields)
    if fault is Fault.UNSIGNED:
        kept = {name: value for name, value in answer.fields.items() if not name.startswith("signature")}
        return StoredAnswer(answer.body, kept)
    return answer
