"""The `.tlog-proof`: one file that shows an entry's place in a signed tree, and opens its commitment.

Source: C2SP tlog-proof; RFC 6962 section 2.1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from signing.commitment import Commitment, check_opening
from signing.encoding import Json, b64_decode, b64_encode, canonical_json, parse_canonical_json
from signing.errors import MalformedEncoding, UnknownSigner
from signing.inclusion import Hash, check_inclusion
from signing.notes import Checkpoint, Note, VerifierKey, check_note, parse_checkpoint, parse_note

HEADER = "c2sp.org/tlog-proof@v1"
MAX_RECEIPT_BYTES = 1 << 20
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Receipt:
    """Where an entry stands, under which checkpoint, and what opens it.

    `extra` is the canonical JSON of the opening with the entry's own text beside it, so that the file is
    enough by itself: `{"digests": ..., "entry": ..., "fields": ...}`; empty where nothing is opened.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    def to_bytes(self) -> bytes:
        """The file."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {b64_encode(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(b64_encode(each) for each in self.proof)
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint.to_bytes()


def parse_receipt(data: bytes) -> Receipt:
    """Reads a receipt in its one spelling. Raises: MalformedEncoding."""
    if len(data) > MAX_RECEIPT_BYTES:
        raise MalformedEncoding("receipt too long")
    head, separator, note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as fault:
        raise MalformedEncoding("receipt") from fault
    if not separator or lines.pop(0) != HEADER:
        raise MalformedEncoding("receipt")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = b64_decode(lines.pop(0).removeprefix("extra "))
        if not extra:
            raise MalformedEncoding("receipt")
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None:
        raise MalformedEncoding("receipt")
    proof = tuple(b64_decode(line, length=32) for line in lines)
    return Receipt(int(index[1]), proof, parse_note(note), extra)


def check_receipt(receipt: Receipt, leaf: Hash, key: VerifierKey) -> Checkpoint:
    """Shows that the log signed a tree in which `leaf` stands at the receipt's index.

    Raises: MalformedEncoding, UnknownSigner, BadSignature, InclusionMismatch.
    """
    check_note(receipt.checkpoint, key)
    checkpoint = parse_checkpoint(receipt.checkpoint.text)
    if checkpoint.origin != key.name:
        # The name on the signature line is not signed; the origin in the text is.
        raise UnknownSigner
    check_inclusion(leaf, receipt.index, checkpoint.size, receipt.proof, checkpoint.root)
    return checkpoint


def opened_extra(entry: bytes, opening: Mapping[str, Json]) -> bytes:
    """The `extra` of a certificate's receipt: what opens its commitment, and the log entry as text."""
    return canonical_json({**opening, "entry": entry.decode()})


def parse_extra(extra: bytes) -> tuple[bytes, Mapping[str, Json]]:
    """The entry's bytes and the opening. Raises: MalformedEncoding."""
    value = parse_canonical_json(extra)
    if not isinstance(value, dict) or not isinstance(entry := value.pop("entry", None), str):
        raise MalformedEncoding("extra")
    return entry.encode(), value


def revealed_fields(opening: object, expected: Commitment) -> Mapping[str, str]:
    """The record fields that a receipt shows, once they open the entry's commitment."""
    return check_opening(opening, expected)
