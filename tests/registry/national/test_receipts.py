"""Receipts and summaries: read back as written, refused when they answer something else."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.national.errors import MalformedMessage, ReceiptFault, ReceiptRefused
from registry.national.protocol import BatchId, RowState, make_batch, row_bytes
from registry.national.receipts import (
    Accepted,
    Held,
    Receipt,
    Rejected,
    RowReason,
    Summary,
    check_answers,
    holdings_root,
    parse_receipt,
    parse_summary,
    parse_summary_request,
    receipt_bytes,
    summary_bytes,
    summary_request,
)
from signing.commitment import Commitment
from signing.encoding import b64url_encode
from signing.inclusion import EMPTY_ROOT, Hash, leaf_hash
from tests.registry.national.builders import NOON, a_row

ID = BatchId(b64url_encode(bytes(16)))
BATCH = make_batch(ID, BatchId(""), 1, 2, [row_bytes(a_row(1)), row_bytes(a_row(2))])
RECEIPT = Receipt(
    ID, 2, BATCH.manifest.root, NOON, (Accepted(date(2026, 3, 2)), Rejected(RowReason.EMPLOYER_MISSING))
)
SUMMARY = Summary(bytes(16), 3, Hash(bytes(32)), ID, NOON)


def test_a_receipt_is_read_back_and_answers_its_batch() -> None:
    assert parse_receipt(receipt_bytes(RECEIPT)) == RECEIPT
    check_answers(RECEIPT, BATCH.manifest)


@pytest.mark.parametrize(
    ("receipt", "reason"),
    [
        (replace(RECEIPT, batch=BatchId(b64url_encode(bytes([1]) * 16))), ReceiptFault.BATCH),
        (replace(RECEIPT, count=1, results=RECEIPT.results[:1]), ReceiptFault.COUNT),
        (replace(RECEIPT, root=Hash(bytes(32))), ReceiptFault.ROOT),
    ],
)
def test_a_receipt_for_something_else_is_refused(receipt: Receipt, reason: ReceiptFault) -> None:
    with pytest.raises(ReceiptRefused) as refused:
        check_answers(receipt, BATCH.manifest)
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"count":2', b'"count":3'),
        (b'"count":2', b'"count":2,"x":1'),
        (b'"2026-03-02"', b'"20260302"'),
        (b'"2026-03-02"', b'"2026-02-30"'),
        (b"employer_missing", b"Employer missing"),
        (b'"rejected":', b'"online":'),
        (b'{"rejected":"employer_missing"}', b'{"online_on":"2026-03-02","rejected":"x"}'),
        (b"T04:00:00Z", b"T04:00:00+00:00"),
        (b'"v":1', b'"v":2'),
    ],
)
def test_a_malformed_receipt_is_refused(old: bytes, new: bytes) -> None:
    body = receipt_bytes(RECEIPT)
    assert old in body
    with pytest.raises(MalformedMessage):
        parse_receipt(body.replace(old, new))


def test_a_summary_and_its_question_are_read_back() -> None:
    assert parse_summary(summary_bytes(SUMMARY)) == SUMMARY
    assert parse_summary(summary_bytes(replace(SUMMARY, last_batch=BatchId("")))).last_batch == ""
    assert parse_summary_request(summary_request(bytes(16))) == bytes(16)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(body: bytes) -> None:
    for parse in (parse_receipt, parse_summary, parse_summary_request):
        with pytest.raises(MalformedMessage):
            parse(body)


def test_the_root_of_holdings_does_not_depend_on_their_order() -> None:
    first = Held("S1", 1, Commitment(bytes(32)), RowState.VALID)
    second = Held("S2", 2, Commitment(bytes(32)), RowState.ANNULLED)
    assert holdings_root([first, second]) == holdings_root([second, first])
    assert holdings_root([]) == EMPTY_ROOT
    leaf = b'["S1",1,"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","valid"]'
    assert holdings_root([first]) == leaf_hash(leaf)


@pytest.mark.parametrize(
    "over", [{"number": "S3"}, {"version": 2}, {"commitment": bytes(31) + b"1"}, {"state": RowState.ANNULLED}]
)
def test_every_part_of_a_holding_counts(over: dict[str, object]) -> None:
    held = Held("S1", 1, Commitment(bytes(32)), RowState.VALID)
    changed = replace(held, **over)  # type: ignore[arg-type]  # each case names its field
    assert holdings_root([held]) != holdings_root([changed])
