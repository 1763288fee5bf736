"""What goes to the national network: batches of rows with a manifest, to addresses, in signed messages.

A batch is gzip of JSON Lines, the manifest first. Nothing here reads a clock, a database or a network.

Source: the product's own protocol v2 (docs/national-protocol.md); RFC 8785 for lines; RFC 1952 for gzip.
"""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from registry.ledger.merkle import leaf_hashes, merge
from registry.national.errors import MalformedMessage
from registry.national.objects import (
    PROTOCOL,
    BatchId,
    batch_id_of,
    bytes_of,
    number_of,
    parse_object,
)
from signing.commitment import DIGEST_BYTES
from signing.encoding import b64url_encode, canonical_json
from signing.inclusion import Hash

TAG = "skillcert-national-v2"
BATCHES_PATH = "/v2/batches"
STATUS_PATH = "/v2/status"
KNOWN_PATH = "/v2/known"
HOLDINGS_PATH = "/v2/holdings"
BATCH_TYPE = "application/jsonl"
JSON_TYPE = "application/json"
REQUEST_COMPONENTS = ("@method", "@authority", "@path", "content-type", "content-digest")
BATCH_COMPONENTS = (*REQUEST_COMPONENTS, "content-encoding")
RESPONSE_COMPONENTS = ("@status", "content-type", "content-digest")

MAX_ROWS = 1_000
MAX_BATCH_BYTES = 5_000_000

_MANIFEST = frozenset({"batch", "previous", "first", "last", "count", "root"})


@dataclass(frozen=True)
class Manifest:
    """What a batch says about itself.

    `first` and `last` are the smallest and the largest `entry` of its rows, whose entries ascend. `previous`
    is the batch with the highest sequence among the receipts that the sender believes, "" without any.
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


def rows_root(lines: Sequence[bytes]) -> Hash:
    """MTH over the rows' canonical bytes, in the batch's order."""
    return merge(leaf_hashes(lines))


def make_batch(batch: BatchId, previous: BatchId, first: int, last: int, lines: Sequence[bytes]) -> Batch:
    """The batch of these rows, of which the first and the last have these entries."""
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
    manifest = _manifest(first_line)
    if not 1 <= len(lines) <= MAX_ROWS or manifest.count != len(lines) or manifest.root != rows_root(lines):
        raise MalformedMessage("manifest")
    return Batch(manifest, tuple(lines))


def _manifest(line: bytes) -> Manifest:
    value = parse_object(line, "manifest", _MANIFEST)
    manifest = Manifest(
        batch=batch_id_of(value, "batch"),
        previous=batch_id_of(value, "previous", may_be_empty=True),
        first=number_of(value, "first"),
        last=number_of(value, "last"),
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
