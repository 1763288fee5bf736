"""What goes to the national network: rows, and batches of rows with a manifest.

A row is one version of one certificate as canonical JSON; those bytes are its leaf in the batch's Merkle
root, its identity when it comes twice, and its line in the batch. A batch is gzip of JSON Lines, the manifest
first. Nothing here reads a clock, a database or a network.

Source: the product's own protocol v1 (docs/national-protocol.md); RFC 8785 for lines; RFC 1952 for gzip.
"""

import gzip
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NewType, TypeVar

from registry.ledger.merkle import merge
from registry.national.errors import MalformedMessage, UnsendableRow
from signing.commitment import DIGEST_BYTES, FIELDS, Commitment, Record
from signing.encoding import Json, b64url_decode, b64url_encode, canonical_json, parse_canonical_json
from signing.errors import MalformedEncoding
from signing.inclusion import Hash, leaf_hash

PROTOCOL = 1
TAG = "skillcert-national-v1"
BATCHES_PATH = "/v1/batches"
SUMMARY_PATH = "/v1/summary"
BATCH_TYPE = "application/jsonl"
JSON_TYPE = "application/json"
REQUEST_COMPONENTS = ("@method", "@authority", "@path", "content-type", "content-digest")
BATCH_COMPONENTS = (*REQUEST_COMPONENTS, "content-encoding")
RESPONSE_COMPONENTS = ("@status", "content-type", "content-digest")

MAX_ROWS = 1_000
MAX_BATCH_BYTES = 5_000_000
MAX_ROW_BYTES = 16_384
BATCH_ID_BYTES = 16

BatchId = NewType("BatchId", str)
"""base64url of 16 random bytes; "" stands for "no batch before this one"."""

_LARGEST_INTEGER = 2**53 - 1
_Words = TypeVar("_Words", bound=StrEnum)
_NUMBER = re.compile(r"[0-9A-Z]{1,64}")


class RowState(StrEnum):
    """What a certificate is once this version stands."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    ANNULLED = "annulled"
    ERASED = "erased"


class RowAct(StrEnum):
    """The act that made this version."""

    ISSUED = "issued"
    CORRECTED = "corrected"
    SUPERSEDED = "superseded"
    ANNULLED = "annulled"
    REINSTATED = "reinstated"
    REISSUED = "reissued"
    ERASED = "erased"


@dataclass(frozen=True)
class Row:
    """One version of one certificate.

    `version` counts the acts of the certificate's chain from 1, so that an annulment raises it too; `entry`
    is the index of the log entry that made this version. `record` is None once it was erased: always in state
    erased, and in an earlier version that is sent, or sent again, after the erasure.
    """

    number: str
    version: int
    state: RowState
    act: RowAct
    entry: int
    commitment: Commitment
    record: Record | None


@dataclass(frozen=True)
class Manifest:
    """What a batch says about itself: the queue positions first..last that it settles, and its rows.

    `first` is the position after the previous batch's last, or 1 where `previous` is "". Positions without a
    row (the queue need not be dense, and a row may have been set aside) make `count` smaller than the range.
    """

    batch: BatchId
    previous: BatchId
    first: int
    last: int
    count: int
    root: Hash


@dataclass(frozen=True)
class Batch:
    """A manifest and the lines that it describes."""

    manifest: Manifest
    lines: tuple[bytes, ...]


def row_bytes(row: Row) -> bytes:
    """The canonical bytes of a row. Raises: UnsendableRow."""
    content: dict[str, Json] = {
        "v": PROTOCOL,
        "number": row.number,
        "version": row.version,
        "state": row.state.value,
        "act": row.act.value,
        "entry": row.entry,
        "commitment": b64url_encode(row.commitment),
    }
    if row.record is not None:
        content["record"] = asdict(row.record)
    try:
        _check_row(row)
        body = canonical_json(content)
    except (MalformedMessage, MalformedEncoding) as fault:
        raise UnsendableRow("row_malformed") from fault
    if len(body) > MAX_ROW_BYTES:
        raise UnsendableRow("row_too_long")
    return body


def parse_row(line: bytes) -> Row:
    """The row behind its canonical bytes. Raises: MalformedMessage."""
    if len(line) > MAX_ROW_BYTES:
        raise MalformedMessage("row")
    value = parse_object(line, "row")
    row = Row(
        number=text_of(value, "number"),
        version=number_of(value, "version", least=1),
        state=_member_of(RowState, value, "state"),
        act=_member_of(RowAct, value, "act"),
        entry=number_of(value, "entry"),
        commitment=Commitment(bytes_of(value, "commitment", DIGEST_BYTES)),
        record=_record(value.get("record")),
    )
    if set(value) - {"record"} != {"v", "number", "version", "state", "act", "entry", "commitment"}:
        raise MalformedMessage("row")
    if "record" in value and row.record is None:
        # An erased record is left out; null would be its second spelling, with another leaf.
        raise MalformedMessage("record")
    _check_row(row)
    return row


def rows_root(lines: Sequence[bytes]) -> Hash:
    """MTH over the rows' canonical bytes, in the batch's order."""
    return merge([leaf_hash(line) for line in lines])


def make_batch(batch: BatchId, previous: BatchId, first: int, last: int, lines: Sequence[bytes]) -> Batch:
    """The batch of these rows."""
    manifest = Manifest(batch, previous, first, last, len(lines), rows_root(lines))
    return Batch(manifest, tuple(lines))


def batch_content(batch: Batch) -> bytes:
    """The body of the request: the manifest and the rows as JSON Lines, in gzip without a time stamp."""
    manifest = asdict(batch.manifest) | {"v": PROTOCOL, "root": b64url_encode(batch.manifest.root)}
    lines = (canonical_json(manifest), *batch.lines)
    return gzip.compress(b"".join(line + b"\n" for line in lines), compresslevel=6, mtime=0)


def parse_batch(content: bytes) -> Batch:
    """The batch behind a request's body; its rows are not read yet, so that each can fail alone.

    Raises: MalformedMessage, also where count or root are not those of the lines.
    """
    text = _unzipped(content)
    if not text.endswith(b"\n"):
        raise MalformedMessage("batch")
    first_line, *lines = text[:-1].split(b"\n")
    manifest = _manifest(parse_object(first_line, "manifest"))
    if not 1 <= len(lines) <= MAX_ROWS or manifest.count != len(lines) or manifest.root != rows_root(lines):
        raise MalformedMessage("manifest")
    return Batch(manifest, tuple(lines))


def parse_object(body: bytes, what: str) -> Mapping[str, Json]:
    """A canonical JSON object of this protocol version. Raises: MalformedMessage."""
    try:
        value = parse_canonical_json(body)
    except MalformedEncoding as fault:
        raise MalformedMessage(what) from fault
    if not isinstance(value, dict) or value.get("v") is True or value.get("v") != PROTOCOL:
        raise MalformedMessage(what)
    return value


def text_of(value: Mapping[str, Json], name: str) -> str:
    """A text member. Raises: MalformedMessage."""
    found = value.get(name)
    if not isinstance(found, str):
        raise MalformedMessage(name)
    return found


def number_of(value: Mapping[str, Json], name: str, *, least: int = 0) -> int:
    """A whole number >= `least` that every JSON reader can hold. Raises: MalformedMessage."""
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= _LARGEST_INTEGER:
        raise MalformedMessage(name)
    return found


def bytes_of(value: Mapping[str, Json], name: str, length: int) -> bytes:
    """Exactly `length` bytes in base64url. Raises: MalformedMessage."""
    try:
        return b64url_decode(text_of(value, name), length=length)
    except MalformedEncoding as fault:
        raise MalformedMessage(name) from fault


def batch_id_of(value: Mapping[str, Json], name: str, *, may_be_empty: bool = False) -> BatchId:
    """A batch id. Raises: MalformedMessage."""
    if may_be_empty and value.get(name) == "":
        return BatchId("")
    bytes_of(value, name, BATCH_ID_BYTES)
    return BatchId(text_of(value, name))


def _check_row(row: Row) -> None:
    if not _NUMBER.fullmatch(row.number) or (row.record is not None and row.record.number != row.number):
        raise MalformedMessage("number")
    if row.record is not None and row.state is RowState.ERASED:
        raise MalformedMessage("record")
    if not 1 <= row.version <= _LARGEST_INTEGER or not 0 <= row.entry <= _LARGEST_INTEGER:
        raise MalformedMessage("version")
    if len(row.commitment) != DIGEST_BYTES:
        raise MalformedMessage("commitment")


def _member_of(kind: type[_Words], value: Mapping[str, Json], name: str) -> _Words:
    try:
        return kind(text_of(value, name))
    except ValueError as fault:
        raise MalformedMessage(name) from fault


def _record(value: Json) -> Record | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != set(FIELDS):
        raise MalformedMessage("record")
    return Record(**{name: text_of(value, name) for name in FIELDS})


def _manifest(value: Mapping[str, Json]) -> Manifest:
    if set(value) != {"v", "batch", "previous", "first", "last", "count", "root"}:
        raise MalformedMessage("manifest")
    manifest = Manifest(
        batch=batch_id_of(value, "batch"),
        previous=batch_id_of(value, "previous", may_be_empty=True),
        first=number_of(value, "first", least=1),
        last=number_of(value, "last", least=1),
        count=number_of(value, "count", least=1),
        root=Hash(bytes_of(value, "root", DIGEST_BYTES)),
    )
    if manifest.count > manifest.last - manifest.first + 1:
        raise MalformedMessage("manifest")
    return manifest


def _unzipped(content: bytes) -> bytes:
    """One gzip member, whole, and never more than a batch may hold: a zip bomb stops at the limit."""
    if len(content) > MAX_BATCH_BYTES:
        raise MalformedMessage("batch")
    reader = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        text = reader.decompress(content, MAX_BATCH_BYTES + 1)
    except zlib.error as fault:
        raise MalformedMessage("gzip") from fault
    if len(text) > MAX_BATCH_BYTES or not reader.eof or reader.unused_data:
        raise MalformedMessage("gzip")
    return text
