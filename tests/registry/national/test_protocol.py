"""Batches: one spelling, limits that hold, and arbitrary bytes that break nothing."""

import gzip
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.national.errors import MalformedMessage
from registry.national.objects import BatchId
from registry.national.protocol import (
    MAX_BATCH_BYTES,
    MAX_ROWS,
    batch_content,
    make_batch,
    parse_batch,
    rows_root,
)
from registry.national.rows import row_bytes
from signing.encoding import b64url_encode
from signing.inclusion import leaf_hash, node_hash
from tests.registry.national.row_builders import a_row, without_record

ID = BatchId(b64url_encode(bytes(16)))
PREVIOUS = BatchId(b64url_encode(bytes([1]) * 16))


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
        {"first": -1},
        {"first": 15},
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
        parse_batch(gzip.compress(bytes(4 * MAX_BATCH_BYTES), 1))


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
