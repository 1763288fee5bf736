"""Rows and batches: one spelling each, limits that hold, and arbitrary bytes that break nothing."""

import gzip
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.ledger.entries import ActKind
from registry.national.errors import MalformedMessage, UnsendableRow
from registry.national.protocol import (
    MAX_BATCH_BYTES,
    MAX_ROW_BYTES,
    MAX_ROWS,
    BatchId,
    Row,
    RowAct,
    RowState,
    batch_content,
    make_batch,
    parse_batch,
    parse_row,
    row_bytes,
    rows_root,
)
from signing.commitment import FIELDS, Commitment, Record
from signing.encoding import b64url_encode
from signing.inclusion import leaf_hash, node_hash
from tests.builders.records import a_record
from tests.registry.national.builders import a_row, without_record

ID = BatchId(b64url_encode(bytes(16)))
PREVIOUS = BatchId(b64url_encode(bytes([1]) * 16))

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_RECORDS = st.builds(Record, **dict.fromkeys(FIELDS, _TEXTS))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    state = draw(st.sampled_from(RowState))
    number = draw(st.from_regex(r"[0-9A-Z]{1,64}", fullmatch=True))
    record = draw(st.none() if state is RowState.ERASED else st.none() | _RECORDS)
    return Row(
        number=number,
        version=draw(st.integers(1, 2**53 - 1)),
        state=state,
        act=draw(st.sampled_from(RowAct)),
        entry=draw(st.integers(0, 2**53 - 1)),
        commitment=Commitment(draw(st.binary(min_size=32, max_size=32))),
        record=None if record is None else replace(record, number=number),
    )


@given(rows())
def test_a_row_is_read_back(row: Row) -> None:
    assert parse_row(row_bytes(row)) == row


def test_the_row_as_documented() -> None:
    """Golden bytes: what the network sees of the design's example certificate."""
    row = Row(
        number="S000043990001253000001",
        version=1,
        state=RowState.VALID,
        act=RowAct.ISSUED,
        entry=7,
        commitment=Commitment(bytes(32)),
        record=a_record(),
    )
    assert row_bytes(row).decode() == (
        '{"act":"issued","commitment":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","entry":7,'
        '"number":"S000043990001253000001","record":{"employer":"","id_number":"430102199003074515",'
        '"id_type":"201","institution":"S000043990001","issued_on":"2025-09-01","issuer":"示例评价机构",'
        '"job":"","level":"3","masked_name":"示**","name":"示例甲","number":"S000043990001253000001",'
        '"occupation":"电工","occupation_code":"6-31-01-03"},"state":"valid","v":1,"version":1}'
    )


def test_every_act_of_the_log_can_be_sent() -> None:
    assert {act.value for act in ActKind} | {"issued"} == {act.value for act in RowAct}


@pytest.mark.parametrize(
    "row",
    [
        a_row(version=0),
        replace(a_row(), number=""),
        replace(a_row(), number="S000043990001253000002"),
        replace(a_row(), commitment=Commitment(b"short")),
        replace(a_row(), entry=-1),
        replace(a_row(), entry=2**53),
        replace(a_row(), state=RowState.ERASED),
        a_row(record=a_record(name="\ud800")),
    ],
)
def test_what_the_protocol_cannot_say_is_not_sent(row: Row) -> None:
    with pytest.raises(UnsendableRow) as unsendable:
        row_bytes(row)
    assert unsendable.value.reason == "row_malformed"


def test_a_row_too_long_is_not_sent() -> None:
    with pytest.raises(UnsendableRow) as unsendable:
        row_bytes(a_row(record=a_record(employer="示" * MAX_ROW_BYTES)))
    assert unsendable.value.reason == "row_too_long"


@given(st.binary(max_size=200))
@example(b"{}")
@example(b"[" * 5000)
@example(b'{"v":true}')
def test_any_bytes_are_a_row_or_refused(line: bytes) -> None:
    with pytest.raises(MalformedMessage):
        parse_row(line)


@given(st.data())
def test_a_changed_byte_is_no_longer_the_same_row(data: st.DataObject) -> None:
    line = row_bytes(a_row())
    place = data.draw(st.integers(0, len(line) - 1))
    changed = line[:place] + bytes([line[place] ^ data.draw(st.integers(1, 255))]) + line[place + 1 :]
    try:
        assert row_bytes(parse_row(changed)) == changed
    except MalformedMessage:
        return


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"act":"issued"', b'"act":"issued","act":"issued"'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1.0'),
        (b'"version":1', b'"version":true'),
        (b'"version":1', b'"version": 1'),
        (b'"state":"valid"', b'"state":"online"'),
        (b'"state":"valid"', b'"state":"erased"'),
        (b'"job":""', b'"job":null'),
        (b'"job":"",', b""),
        (b'"v":1', b'"v":1,"x":1'),
    ],
)
def test_another_spelling_of_a_row_is_refused(old: bytes, new: bytes) -> None:
    line = row_bytes(a_row())
    assert old in line
    with pytest.raises(MalformedMessage):
        parse_row(line.replace(old, new))


def test_the_root_is_over_the_rows_in_order() -> None:
    first, second, third = (row_bytes(a_row(serial)) for serial in (1, 2, 3))
    left = node_hash(leaf_hash(first), leaf_hash(second))
    assert rows_root([first, second, third]) == node_hash(left, leaf_hash(third))
    assert rows_root([first, third, second]) != rows_root([first, second, third])


def test_a_batch_is_read_back() -> None:
    lines = [row_bytes(a_row(1)), row_bytes(without_record(a_row(2)))]
    batch = make_batch(ID, PREVIOUS, 11, 15, lines)
    assert parse_batch(batch_content(batch)) == batch
    assert batch_content(batch) == batch_content(batch)


def test_a_batch_keeps_a_broken_row_apart() -> None:
    """One line that is no row must not cost the others; the network answers it by itself."""
    batch = make_batch(ID, PREVIOUS, 1, 2, [b"broken", row_bytes(a_row())])
    assert parse_batch(batch_content(batch)).lines[0] == b"broken"


@pytest.mark.parametrize(
    "over",
    [
        {"count": 1},
        {"count": 3},
        {"root": bytes(32)},
        {"root": b"short"},
        {"last": 10},
        {"first": 0},
        {"batch": BatchId("")},
        {"batch": BatchId("!" * 22)},
        {"previous": BatchId("x")},
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(over: dict[str, object]) -> None:
    batch = make_batch(ID, PREVIOUS, 11, 15, [row_bytes(a_row(1)), row_bytes(a_row(2))])
    manifest = replace(batch.manifest, **over)  # type: ignore[arg-type]  # each case names its field
    with pytest.raises(MalformedMessage):
        parse_batch(batch_content(replace(batch, manifest=manifest)))


def test_a_batch_of_too_many_rows_is_refused() -> None:
    lines = [row_bytes(a_row())] * (MAX_ROWS + 1)
    with pytest.raises(MalformedMessage):
        parse_batch(batch_content(make_batch(ID, PREVIOUS, 1, 2000, lines)))


def test_a_zip_bomb_stops_at_the_limit() -> None:
    with pytest.raises(MalformedMessage):
        parse_batch(gzip.compress(bytes(50 * MAX_BATCH_BYTES)))


def test_what_is_not_exactly_one_gzip_member_is_refused() -> None:
    content = batch_content(make_batch(ID, PREVIOUS, 1, 1, [row_bytes(a_row())]))
    for spoilt in (content[:-1], content + b"\0", content + content, gzip.decompress(content), b""):
        with pytest.raises(MalformedMessage):
            parse_batch(spoilt)


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_a_batch_or_refused(content: bytes, zipped: bool) -> None:
    with pytest.raises(MalformedMessage):
        parse_batch(gzip.compress(content) if zipped else content)


@given(st.data())
def test_a_changed_byte_of_a_batch_never_passes_as_another_batch(data: st.DataObject) -> None:
    batch = make_batch(ID, PREVIOUS, 1, 1, [row_bytes(a_row())])
    content = batch_content(batch)
    place = data.draw(st.integers(0, len(content) - 1))
    changed = (
        content[:place] + bytes([content[place] ^ data.draw(st.integers(1, 255))]) + content[place + 1 :]
    )
    try:
        assert parse_batch(changed) == batch
    except MalformedMessage:
        return
