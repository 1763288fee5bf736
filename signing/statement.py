"""The one statement of which the PDF, the credential, the receipt and the QR code are forms.

Its values come from the register; its checks say that they belong together, so that no form is ever signed
over a record that its log entry does not commit to.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from signing.commitment import DIGEST_BYTES, PUBLIC_FIELDS, Commitment, Record, Seed, commitment, opening
from signing.did import did_of_origin
from signing.encoding import b64url_decode, parse_canonical_json, parse_rfc3339
from signing.errors import MalformedEncoding
from signing.form_errors import StatementMismatch
from signing.notes import parse_checkpoint
from signing.receipts import Receipt, opened_extra, parse_extra, parse_receipt

REF_BYTES = 16
HOLDER_FIELDS = PUBLIC_FIELDS | {"name", "issuer"}
_NUMBER = re.compile(r"[A-Z][0-9]{21}")


@dataclass(frozen=True)
class Statement:
    """One version of one certificate, as its holder's files say it.

    `receipt_public` is the inclusion receipt of the log entry that carries this version's commitment; entry,
    index, log origin and time of registration are read from it. `ordinal` counts the entries before that
    one which carry a commitment, so every version has a position of its own in the status lists. `origin`
    is the register's web origin without a slash at the end, `ref` the 22 characters of its REF.
    `level_label` and `identity_label` are the words for `record.level` and `record.id_type`. `legacy`: it was
    issued before the register existed, and its approval entry says so.
    """

    record: Record
    seed: Seed
    version: int
    ordinal: int
    institution_name: str
    bureau_name: str
    register_name: str
    level_label: str
    identity_label: str
    printing_serial: int
    origin: str
    ref: str
    receipt_public: bytes
    legacy: bool = False

    def __post_init__(self) -> None:
        """Raises: StatementMismatch, MalformedEncoding, MalformedDid."""
        did_of_origin(self.origin)
        b64url_decode(self.ref, length=REF_BYTES)
        _require("number", _NUMBER.fullmatch(self.record.number) is not None)
        _require("version", self.version >= 1)
        _require("ordinal", 0 <= self.ordinal <= self.entry_index)
        _require("printing_serial", self.printing_serial >= 1)
        _require("commitment", entry_commitment(self.entry) == self.commitment)

    @cached_property
    def did(self) -> str:
        """The register's identifier."""
        return did_of_origin(self.origin)

    @cached_property
    def commitment(self) -> Commitment:
        """What the log entry commits to."""
        return commitment(self.record, self.seed)

    @cached_property
    def entry(self) -> bytes:
        """The log entry itself."""
        return parse_extra(self._receipt.extra)[0]

    @cached_property
    def entry_index(self) -> int:
        """Where the entry stands in the log."""
        return self._receipt.index

    @cached_property
    def log_origin(self) -> str:
        """The name of the log."""
        return parse_checkpoint(self._receipt.checkpoint.text).origin

    @cached_property
    def registered_at(self) -> datetime:
        """When the entry was appended."""
        return entry_time(self.entry)

    @cached_property
    def holder_receipt(self) -> bytes:
        """The public receipt with the full name and the issuer opened too: what the credential carries."""
        return self._receipt_opening(HOLDER_FIELDS)

    @cached_property
    def full_receipt(self) -> bytes:
        """The holder's own receipt, which opens everything, the identity number and its salt included."""
        return self._receipt_opening(frozenset(self.record.__dataclass_fields__))

    @cached_property
    def identity_salt(self) -> str:
        """The salt of the identity hash: the one that opens `id_number`, so the full receipt holds it."""
        fields = opening(self.record, self.seed, {"id_number"})["fields"]
        assert isinstance(fields, dict)
        pair = fields["id_number"]
        assert isinstance(pair, list)
        return str(pair[1])

    @cached_property
    def _receipt(self) -> Receipt:
        return parse_receipt(self.receipt_public)

    def _receipt_opening(self, reveal: frozenset[str]) -> bytes:
        extra = opened_extra(self.entry, opening(self.record, self.seed, reveal))
        source = self._receipt
        return Receipt(source.index, source.proof, source.checkpoint, extra).to_bytes()


def entry_commitment(entry: bytes) -> Commitment:
    """The commitment that a log entry carries: a certificate's, or that of an act which changes content.

    Raises: MalformedEncoding.
    """
    return Commitment(b64url_decode(_entry_text(entry, "commitment"), length=DIGEST_BYTES))


def entry_time(entry: bytes) -> datetime:
    """When a log entry was appended. Raises: MalformedEncoding."""
    return parse_rfc3339(_entry_text(entry, "at"))


def _entry_text(entry: bytes, name: str) -> str:
    value = parse_canonical_json(entry)
    if not isinstance(value, dict) or value.get("type") not in ("certificate", "act"):
        raise MalformedEncoding("entry")
    text = value.get(name)
    if not isinstance(text, str):
        raise MalformedEncoding("entry")
    return text


def _require(field: str, holds: bool) -> None:
    if not holds:
        raise StatementMismatch(field)
