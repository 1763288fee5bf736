"""Receipts, status and known batches: read back as written, refused when they answer something else."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.national.errors import MalformedMessage, ReceiptFault, ReceiptRefused
from registry.national.exchange import MAX_ANSWER_BYTES
from registry.national.objects import BatchId
from registry.national.protocol import MAX_ROWS, make_batch
from registry.national.reasons import RowReason
from registry.national.receipts import (
    MAX_KNOWN,
    MAX_WORDS,
    Accepted,
    Known,
    KnownQuestion,
    Receipt,
    Rejected,
    Status,
    check_answers,
    known_bytes,
    known_question,
    parse_known,
    parse_known_question,
    parse_receipt,
    parse_status,
    parse_status_question,
    receipt_bytes,
    status_bytes,
    status_question,
)
from registry.national.rows import row_bytes
from signing.encoding import b64url_encode
from signing.inclusion import Hash
from tests.registry.national.row_builders import NOON, a_row

ID = BatchId(b64url_encode(bytes(16)))
ANOTHER = BatchId(b64url_encode(bytes([1]) * 16))
BATCH = make_batch(ID, BatchId(""), 1, 2, [row_bytes(a_row(1)), row_bytes(a_row(2))])
REJECTED = Rejected(RowReason.EMPLOYER_MISSING, "Y 类证书须有所在单位")
RECEIPT = Receipt(ID, 2, BATCH.manifest.root, 7, NOON, (Accepted(date(2026, 3, 2)), REJECTED))
STATUS = Status(bytes(16), 3, ID, NOON)
KNOWN = Known(bytes(16), (True, False), 3, NOON)


def test_a_receipt_is_read_back_and_answers_its_batch() -> None:
    assert parse_receipt(receipt_bytes(RECEIPT)) == RECEIPT
    check_answers(RECEIPT, BATCH.manifest)


@pytest.mark.parametrize(
    ("receipt", "reason"),
    [
        (replace(RECEIPT, batch=ANOTHER), ReceiptFault.BATCH),
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
        (b'"rejected":"employer_missing"', b'"online_on":"2026-03-02","rejected":"x"'),
        (b',"words":', b',"word":'),
        (b"T04:00:00Z", b"T04:00:00+00:00"),
        (b'"sequence":7', b'"sequence":0'),
        (b'"v":2', b'"v":1'),
    ],
)
def test_a_malformed_receipt_is_refused(old: bytes, new: bytes) -> None:
    body = receipt_bytes(RECEIPT)
    assert old in body
    with pytest.raises(MalformedMessage):
        parse_receipt(body.replace(old, new))


@pytest.mark.parametrize("words", ["", "示" * MAX_WORDS, "全角\u3000空格, and a comma"])
def test_words_of_the_network_are_kept_as_they_are(words: str) -> None:
    said = replace(RECEIPT, results=(RECEIPT.results[0], Rejected("x", words)))
    assert parse_receipt(receipt_bytes(said)) == said


@pytest.mark.parametrize(
    "words", ["示" * (MAX_WORDS + 1), "a\nb", "\x00", "\x1b[1m", "\u202e", "\u2028", "\u200b", "\x85"]
)
def test_words_that_could_disturb_a_page_or_a_terminal_are_refused(words: str) -> None:
    said = replace(RECEIPT, results=(RECEIPT.results[0], Rejected("x", words)))
    with pytest.raises(MalformedMessage):
        parse_receipt(receipt_bytes(said))


def test_the_longest_receipt_can_be_read() -> None:
    """A network that turns every row back with a long story must not look like one that says nothing."""
    result = Rejected("x" * 64, "\U00020000" * MAX_WORDS)
    said = Receipt(ID, MAX_ROWS, BATCH.manifest.root, 2**53 - 1, NOON, (result,) * MAX_ROWS)
    body = receipt_bytes(said)
    assert len(body) <= MAX_ANSWER_BYTES
    assert parse_receipt(body) == said


def test_status_and_known_and_their_questions_are_read_back() -> None:
    assert parse_status(status_bytes(STATUS)) == STATUS
    assert parse_status(status_bytes(Status(bytes(16), 0, BatchId(""), NOON))).last_batch == ""
    assert parse_status_question(status_question(bytes(16))) == bytes(16)
    assert parse_known(known_bytes(KNOWN)) == KNOWN
    asked = parse_known_question(known_question(bytes(16), [ID, ANOTHER]))
    assert asked == KnownQuestion(bytes(16), (ID, ANOTHER))


@pytest.mark.parametrize(
    "status",
    [replace(STATUS, sequence=0), replace(STATUS, last_batch=BatchId("")), replace(STATUS, sequence=-1)],
)
def test_a_status_that_contradicts_itself_is_refused(status: Status) -> None:
    with pytest.raises(MalformedMessage):
        parse_status(status_bytes(status))


def test_so_many_batches_are_asked_for_and_no_more() -> None:
    assert len(parse_known_question(known_question(bytes(16), [ID] * MAX_KNOWN)).batches) == MAX_KNOWN
    for batches in ([], [ID] * (MAX_KNOWN + 1), [BatchId("")], [BatchId("!")]):
        with pytest.raises(MalformedMessage):
            parse_known_question(known_question(bytes(16), batches))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(body: bytes) -> None:
    for parse in (parse_receipt, parse_status, parse_status_question, parse_known, parse_known_question):
        with pytest.raises(MalformedMessage):
            parse(body)
