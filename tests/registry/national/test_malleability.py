"""Every message of the national network have one spelling each."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from registry.national.errors import NationalError
from registry.national.holdings_messages import (
    Detail,
    HoldingsAnswer,
    HoldingsQuestion,
    holdings_bytes,
    holdings_question,
    parse_holdings,
    parse_holdings_question,
)
from registry.national.objects import BatchId
from registry.national.protocol import batch_content, make_batch, parse_batch
from registry.national.receipts import (
    Accepted,
    Known,
    Receipt,
    Rejected,
    Status,
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
from registry.national.rows import RowState, parse_row, row_bytes
from signing.encoding import b64url_encode
from tests.registry.national.row_builders import NOON, Holdings, a_row, an_institution, held_ranges
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
HELD = Holdings([a_row(1).held, a_row(2).held])
LEAVES_OF_ALL = HoldingsQuestion(bytes(16), ("",), Detail.LEAVES)


def _field(name: str, alter: Callable[[Any], object]) -> Change:
    return edited(lambda it: it.update({name: alter(it[name])}))


MESSAGE: dict[str, Change] = {
    **JSON_SPELLINGS,
    "version as a flag": _field("v", lambda _: True),
    "version as a float": swap('"v":2', '"v":2.0'),
    "unknown field": edited(lambda it: it.update(note="")),
}


def _range(alter: Callable[[Any], object]) -> Change:
    return edited(lambda it: alter(it["ranges"][0]))


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
            "reference with spare bits": _field("ref", spare_bits),
            "reference a byte short": _field("ref", lambda _: b64url_encode(bytes(15))),
            "kind of another row": _field("kind", lambda _: "institution"),
            "kind unknown": _field("kind", lambda _: "person"),
            "number in small letters": edited(
                lambda it: it["record"].update(number=it["record"]["number"].lower())
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
        "institution",
        row_bytes(an_institution()),
        parse_row,
        {
            **MESSAGE,
            "reference of another prefix": _field("ref", lambda _: b64url_encode(bytes(16))),
            "commitment with spare bits": _field("commitment", spare_bits),
            "another name than the committed one": swap("示例评价机构", "示例评价机枸"),
            "a level as a float": swap("[5,4,3]", "[5,4,3.0]"),
            "a fact more": edited(lambda it: it["institution"].update(note="")),
            "a fact less": edited(lambda it: it["institution"].pop("successor")),
            "a state of its own": edited(lambda it: it.update(state="valid")),
        },
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
            Receipt(BATCH_ID, 2, BATCH.manifest.root, 1, NOON, (Accepted(NOON.date()), Rejected("x", "示例")))
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
            "no sequence": edited(lambda it: it.pop("sequence")),
            "sequence nought": _field("sequence", lambda _: 0),
            "words left out": edited(lambda it: it["results"][1].pop("words")),
            "words of two lines": edited(lambda it: it["results"][1].update(words="a\nb")),
            "two answers to a row": edited(lambda it: it["results"][0].update(rejected="x")),
        },
    ),
    Form(
        "status",
        status_bytes(Status(bytes(16), 2, BATCH_ID, NOON)),
        parse_status,
        {
            **MESSAGE,
            "nonce with spare bits": _field("nonce", spare_bits),
            "sequence as a float": swap('"sequence":2', '"sequence":2.0'),
            "no batch after two": _field("last_batch", lambda _: ""),
            "time with an offset": _field("as_of_at", lambda it: it.replace("Z", "+00:00")),
        },
    ),
    Form(
        "question for the status",
        status_question(bytes(range(16))),
        parse_status_question,
        {**MESSAGE, "nonce with spare bits": _field("nonce", spare_bits)},
    ),
    Form(
        "known",
        known_bytes(Known(bytes(16), (True, False), 2, NOON)),
        parse_known,
        {
            **MESSAGE,
            "flags as numbers": _field("known", lambda _: [1, 0]),
            "no flags": _field("known", lambda _: []),
            "nonce with spare bits": _field("nonce", spare_bits),
        },
    ),
    Form(
        "question for known batches",
        known_question(bytes(16), [BATCH_ID]),
        parse_known_question,
        {
            **MESSAGE,
            "batch with spare bits": _field("batches", lambda it: [spare_bits(it[0])]),
            "empty batch": _field("batches", lambda _: [""]),
            "no batches": _field("batches", lambda _: []),
        },
    ),
    Form(
        "holdings",
        holdings_bytes(
            HoldingsAnswer(
                bytes(16),
                held_ranges(HELD, HoldingsQuestion(bytes(16), ("",), Detail.LEAVES)),
                2,
                BATCH_ID,
                NOON,
            )
        ),
        parse_holdings,
        {
            **MESSAGE,
            "root with spare bits": _range(lambda it: it.update(root=spare_bits(it["root"]))),
            "count of others": _range(lambda it: it.update(count=3)),
            "leaves the other way round": _range(lambda it: it.update(leaves=it["leaves"][::-1])),
            "a leaf doubled": _range(lambda it: it["leaves"].append(it["leaves"][-1])),
            "a leaf left out": _range(lambda it: it["leaves"].pop()),
            "a leaf with a part more": _range(lambda it: it["leaves"][0].append("")),
            "version as a float": _range(lambda it: it["leaves"][0].__setitem__(1, 1.5)),
            "prefix in capitals": _range(lambda it: it.update(prefix="A")),
            "range with a member more": _range(lambda it: it.update(note="")),
            "no ranges": _field("ranges", lambda _: []),
        },
    ),
    Form(
        "question for holdings",
        holdings_question(HoldingsQuestion(bytes(16), ("", "0a"))),
        parse_holdings_question,
        {
            **MESSAGE,
            "prefix in capitals": _field("prefixes", lambda _: ["A"]),
            "prefix too long": _field("prefixes", lambda _: ["0" * 33]),
            "detail unknown": _field("detail", lambda _: "all"),
            "no prefixes": _field("prefixes", lambda _: []),
        },
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
