"""Rows, batches, receipts and summaries of the national network have one spelling each."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from registry.national.errors import NationalError
from registry.national.protocol import (
    BatchId,
    RowState,
    batch_content,
    make_batch,
    parse_batch,
    parse_row,
    row_bytes,
)
from registry.national.receipts import (
    Accepted,
    Receipt,
    Summary,
    parse_receipt,
    parse_summary,
    parse_summary_request,
    receipt_bytes,
    summary_bytes,
    summary_request,
)
from signing.encoding import b64url_encode
from signing.inclusion import Hash
from tests.registry.national.builders import NOON, a_row
from tests.signing.mutations import (
    JSON_SPELLINGS,
    Case,
    Change,
    Form,
    cases_of,
    edited,
    put,
    spare_bits,
    swap,
)

BATCH_ID = BatchId(b64url_encode(bytes(16)))
BATCH = make_batch(BATCH_ID, BatchId(""), 1, 2, [row_bytes(a_row(1)), row_bytes(a_row(2))])


def _field(name: str, alter: Callable[[Any], object]) -> Change:
    return edited(lambda it: it.update({name: alter(it[name])}))


MESSAGE: dict[str, Change] = {
    **JSON_SPELLINGS,
    "version as a flag": _field("v", lambda _: True),
    "version as a float": swap('"v":1', '"v":1.0'),
    "unknown field": edited(lambda it: it.update(note="")),
}


def _rezipped(change: Change) -> Change:
    return lambda data: gzip.compress(change(gzip.decompress(data)), mtime=0)


def _manifest(change: Change) -> Change:
    """The batch with its first line altered."""

    def alter(text: bytes) -> bytes:
        first, rest = text.split(b"\n", 1)
        return change(first) + b"\n" + rest

    return _rezipped(alter)


FORMS = [
    Form(
        "row",
        row_bytes(a_row()),
        parse_row,
        {
            **MESSAGE,
            "commitment with spare bits": _field("commitment", spare_bits),
            "version of the certificate as a float": swap('"version":1', '"version":1.0'),
            "version of the certificate as a flag": _field("version", lambda _: True),
            "number in small letters": _field("number", lambda it: it.lower()),
            "record of another number": edited(
                lambda it: it["record"].update(number="S000043990001253999999")
            ),
            "record with a field more": edited(lambda it: it["record"].update(note="")),
            "record with a field less": edited(lambda it: it["record"].pop("job")),
            "record as null": _field("record", lambda _: None),
        },
    ),
    Form(
        "erased row",
        row_bytes(a_row(state=RowState.ERASED)),
        parse_row,
        {**MESSAGE, "record as null": edited(lambda it: it.update(record=None))},
    ),
    Form(
        "batch",
        batch_content(BATCH),
        parse_batch,
        {
            **{f"manifest: {name}": _manifest(change) for name, change in MESSAGE.items()},
            "trailing bytes": put(suffix=b"\x00"),
            "second gzip member": put(suffix=gzip.compress(b"", mtime=0)),
            "cut": lambda data: data[:-1],
            "carriage returns": _rezipped(lambda text: text.replace(b"\n", b"\r\n")),
            "no newline at the end": _rezipped(lambda text: text[:-1]),
            "empty line at the end": _rezipped(lambda text: text + b"\n"),
            "rows the other way round": _rezipped(
                lambda text: b"\n".join([(it := text[:-1].split(b"\n"))[0], it[2], it[1], b""])
            ),
            "a row doubled": _rezipped(lambda text: text + text[:-1].split(b"\n")[2] + b"\n"),
            "a row left out": _rezipped(lambda text: b"\n".join(text.split(b"\n")[:2]) + b"\n"),
            "a row respelled": _rezipped(lambda text: text.replace(b'"act":', b'"act": ', 1)),
        },
    ),
    Form(
        "receipt",
        receipt_bytes(
            Receipt(BATCH_ID, 2, BATCH.manifest.root, NOON, (Accepted(NOON.date()), Accepted(NOON.date())))
        ),
        parse_receipt,
        {
            **MESSAGE,
            "root with spare bits": _field("root", spare_bits),
            "batch with spare bits": _field("batch", spare_bits),
            "count as a float": swap('"count":2', '"count":2.0'),
            "count of others": swap('"count":2', '"count":3'),
            "day in another form": swap("2026-03-02", "20260302"),
            "day as a week": swap("2026-03-02", "2026-W10-1"),
            "two answers to a row": edited(lambda it: it["results"][0].update(rejected="x")),
        },
    ),
    Form(
        "summary",
        summary_bytes(Summary(bytes(16), 2, Hash(bytes(32)), BATCH_ID, NOON)),
        parse_summary,
        {
            **MESSAGE,
            "nonce with spare bits": _field("nonce", spare_bits),
            "root a byte short": _field("root", lambda _: b64url_encode(bytes(31))),
            "time with an offset": _field("as_of_at", lambda it: it.replace("Z", "+00:00")),
        },
    ),
    Form(
        "request for a summary",
        summary_request(bytes(range(16))),
        parse_summary_request,
        {**MESSAGE, "nonce with spare bits": _field("nonce", spare_bits)},
    ),
]


@pytest.mark.parametrize(
    "case",
    cases_of([Form(each.name, each.honest, each.check, each.mutations, NationalError) for each in FORMS]),
    ids=str,
)
def test_another_spelling_is_refused(case: Case) -> None:
    case.is_refused()


def test_an_erased_row_says_nothing_of_its_record() -> None:
    assert "record" not in json.loads(row_bytes(a_row(state=RowState.ERASED)))
