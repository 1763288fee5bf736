"""What a bureau that keeps its own key takes along to decide on a batch: every row, and what is to be signed.

One JSON object a line, compressed and under a passphrase (`sealed_file`): first what is to be signed, then
each row with its seed, so that its commitment can be made again, then an end. A refused row has no record.
It is full of personal data.

Pure: written where the register is, read where it is not.

Source: the product's own format v1.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.ledger.entries import Entry, number, text
from registry.ledger.errors import MalformedEntry
from registry.review.errors import BundleDamaged
from registry.review.sealed_file import FileKey, sealed, unsealed
from signing.commitment import FIELDS, SEED_BYTES, Record, Seed, record_values
from signing.encoding import Json, b64url_decode, b64url_encode, parse_json
from signing.errors import MalformedEncoding

_TYPE, _VERSION = "review-bundle", 1
# A hundred thousand rows of the longest cells.
_MOST_BYTES = 1 << 30


@dataclass(frozen=True)
class BundleHead:
    """What is to be signed: `approval` (None of a return) and `record`, both without key and signature.

    `digest` names the proposal, `origin` the log. `keys` are the ids of the keys that the bureau keeps and
    that may sign now. `vkey` and `checkpoint` are the log's own, as of when the bundle was made.
    """

    origin: str
    digest: str
    institution: str
    record: Entry
    approval: Entry | None
    keys: tuple[str, ...]
    vkey: str
    checkpoint: str


@dataclass(frozen=True)
class BundleRow:
    """One row of the workbook: its findings' codes, and record and seed unless it was refused."""

    row: int
    findings: tuple[str, ...]
    record: Record | None = None
    seed: Seed | None = None


def write_bundle(head: BundleHead, rows: Iterable[BundleRow], key: FileKey) -> Iterator[bytes]:
    """The file, piece by piece: no more than a few rows are in memory at a time."""
    return sealed(key, _compressed(_lines(head, rows)))


def read_bundle(data: bytes, passphrase: bytes) -> tuple[BundleHead, list[BundleRow]]:
    """What a file holds; whether it fits together is `registry.review.offline`.

    Raises: BundleLocked, BundleDamaged.
    """
    lines = _split(_decompressed(unsealed(passphrase, data)))
    try:
        head = _head(_object(next(lines, b"")))
        rows: list[BundleRow] = []
        ended = False
        for line in lines:
            value = _object(line)
            if ended:
                raise BundleDamaged
            if "end" in value:
                ended = number(value, "end") == len(rows)
            else:
                rows.append(_row(value))
        if not ended:
            raise BundleDamaged
    except (MalformedEntry, MalformedEncoding, KeyError, ValueError, TypeError) as fault:
        raise BundleDamaged from fault
    return head, rows


def _lines(head: BundleHead, rows: Iterable[BundleRow]) -> Iterator[bytes]:
    yield _line(
        {
            "v": _VERSION,
            "type": _TYPE,
            "origin": head.origin,
            "digest": head.digest,
            "institution": head.institution,
            "record": head.record,
            "approval": head.approval,
            "keys": [*head.keys],
            "vkey": head.vkey,
            "checkpoint": head.checkpoint,
        }
    )
    count = 0
    for each in rows:
        value: Entry = {"row": each.row, "findings": [*each.findings]}
        if each.record is not None and each.seed is not None:
            value |= {"record": [*record_values(each.record)], "seed": b64url_encode(each.seed)}
        yield _line(value)
        count += 1
    yield _line({"end": count})


def _line(value: Entry) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _compressed(lines: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj()
    for line in lines:
        if packed := packing.compress(line):
            yield packed
    yield packing.flush()


def _decompressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacking, total = zlib.decompressobj(), 0
    try:
        for chunk in chunks:
            pending = chunk
            while pending:
                unpacked = unpacking.decompress(pending, 1 << 20)
                pending, total = unpacking.unconsumed_tail, total + len(unpacked)
                if total > _MOST_BYTES:
                    raise BundleDamaged
                yield unpacked
    except zlib.error as fault:
        raise BundleDamaged from fault
    if not unpacking.eof:
        raise BundleDamaged


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    waiting = b""
    for chunk in chunks:
        *whole, waiting = (waiting + chunk).split(b"\n")
        yield from whole
    if waiting:
        raise BundleDamaged


def _object(line: bytes) -> Entry:
    value = parse_json(line)
    if not isinstance(value, dict):
        raise BundleDamaged
    return value


def _head(value: Entry) -> BundleHead:
    if (value.get("v"), value.get("type")) != (_VERSION, _TYPE):
        raise BundleDamaged
    record, approval = value["record"], value["approval"]
    if not isinstance(record, dict) or not (approval is None or isinstance(approval, dict)):
        raise BundleDamaged
    return BundleHead(
        origin=text(value, "origin"),
        digest=text(value, "digest"),
        institution=text(value, "institution"),
        record=record,
        approval=approval,
        keys=_texts(value["keys"]),
        vkey=text(value, "vkey"),
        checkpoint=text(value, "checkpoint"),
    )


def _row(value: Entry) -> BundleRow:
    row, findings = number(value, "row"), _texts(value["findings"])
    if "record" not in value:
        return BundleRow(row, findings)
    fields = _texts(value["record"])
    if len(fields) != len(FIELDS):
        raise BundleDamaged
    return BundleRow(
        row, findings, Record(*fields), Seed(b64url_decode(text(value, "seed"), length=SEED_BYTES))
    )


def _texts(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BundleDamaged
    return tuple(str(each) for each in value)
