"""Rows: one version of one certificate, or of one institution's filing, as canonical JSON.

Those bytes are the row's leaf in the batch's Merkle root, its identity when it comes twice, and its line in
the batch. The network knows what a row speaks of by a reference; a certificate's number stands in its record
and nowhere else, so a row without a record says nothing of anybody.

Source: the product's own protocol v2 (docs/national-protocol.md); RFC 8785.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import NewType, TypeAlias

from registry.national.errors import MalformedMessage, UnsendableRow
from registry.national.objects import (
    LARGEST_INTEGER,
    PROTOCOL,
    bytes_of,
    member_of,
    number_of,
    require_members,
)
from signing.commitment import DIGEST_BYTES, FIELDS, Commitment, Record
from signing.encoding import Json, b64url_encode, canonical_json, parse_json
from signing.errors import MalformedEncoding

MAX_ROW_BYTES = 262_144
"""A filing with the whole catalogue of occupations has room in it; a certificate takes under a kilobyte."""
REFERENCE_BYTES = 16

Reference = NewType("Reference", bytes)
"""By what the network knows a certificate or an institution: 16 bytes that mean nothing to it."""

INSTITUTION_FIELDS = frozenset(
    {
        "number_prefix",
        "credit_code",
        "category",
        "filing_number",
        "filed_on",
        "expires_on",
        "names",
        "bureaus",
        "states",
        "scope",
        "successor",
    }
)
_INSTITUTION_LISTS = frozenset({"names", "bureaus", "states", "scope"})
_INSTITUTION_LABEL = b"skillcert/institution/v1\x00"
_RECORD = frozenset(FIELDS)
_NUMBER = re.compile(r"[0-9A-Z]{1,64}")
_PREFIX = re.compile(r"[0-9A-Z]{13}")
_CERTIFICATE, _INSTITUTION = "certificate", "institution"
_CERTIFICATE_MEMBERS = frozenset({"kind", "ref", "version", "state", "act", "entry", "commitment"})
_WITH_RECORD = _CERTIFICATE_MEMBERS | {"record"}
_INSTITUTION_MEMBERS = frozenset({"kind", "ref", "version", "entry", "commitment", "institution"})
# For objects of ASCII names, texts and whole numbers this is RFC 8785 at a tenth of the time.
_canonical_line = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


class RowState(StrEnum):
    """What a certificate or an institution is once this version stands."""

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


@dataclass(frozen=True, slots=True)
class Held:
    """The latest version of a certificate or an institution, as both sides must hold it."""

    ref: Reference
    version: int
    commitment: Commitment
    state: RowState


@dataclass(frozen=True)
class CertificateRow:
    """One version of one certificate.

    `version` counts the acts of the certificate's chain from 1, so that an annulment raises it too; `entry`
    is the index of the log entry that made this version, and its place in the queue. `record` is None once
    it was erased: always in state erased, and in an earlier version that is sent, or sent again, after that.
    """

    ref: Reference
    version: int
    state: RowState
    act: RowAct
    entry: int
    commitment: Commitment
    record: Record | None

    @property
    def institution(self) -> str:
        """The number prefix of the institution that issued it, "" once the record was erased."""
        return self.record.institution if self.record else ""

    @property
    def held(self) -> Held:
        """What the network holds once it took this row."""
        return Held(self.ref, self.version, self.commitment, self.state)


@dataclass(frozen=True)
class InstitutionRow:
    """One version of one institution's filing: all of it, as it stands once `entry` stands.

    `version` counts the filing's entries from 1. `facts` has exactly the `INSTITUTION_FIELDS`, and the
    commitment is the SHA-256 of their canonical JSON.
    """

    ref: Reference
    version: int
    entry: int
    commitment: Commitment
    facts: Mapping[str, Json]

    @property
    def state(self) -> RowState:
        """An institution's row always stands; what the filing is on a day is among its facts."""
        return RowState.VALID

    @property
    def institution(self) -> str:
        """The number prefix."""
        return str(self.facts["number_prefix"])

    @property
    def held(self) -> Held:
        """What the network holds once it took this row."""
        return Held(self.ref, self.version, self.commitment, self.state)


Row: TypeAlias = CertificateRow | InstitutionRow


def institution_reference(number_prefix: str) -> Reference:
    """By what the network knows an institution. Filings are public, so no key is in it."""
    return Reference(sha256(_INSTITUTION_LABEL + number_prefix.encode()).digest()[:REFERENCE_BYTES])


def institution_row(version: int, entry: int, facts: Mapping[str, Json]) -> InstitutionRow:
    """The row of these facts. Raises: MalformedEncoding."""
    commitment = Commitment(sha256(canonical_json(dict(facts))).digest())
    return InstitutionRow(
        institution_reference(str(facts["number_prefix"])), version, entry, commitment, facts
    )


def row_bytes(row: Row) -> bytes:
    """The canonical bytes of a row. Raises: UnsendableRow."""
    try:
        _check_row(row)
        body = _written(row)
    except (MalformedMessage, MalformedEncoding, UnicodeEncodeError) as fault:
        raise UnsendableRow("row_malformed") from fault
    if len(body) > MAX_ROW_BYTES:
        raise UnsendableRow("row_too_long")
    return body


def parse_row(line: bytes) -> Row:
    """The row behind its canonical bytes. Raises: MalformedMessage."""
    if len(line) > MAX_ROW_BYTES:
        raise MalformedMessage("row")
    try:
        value = parse_json(line)
    except MalformedEncoding as fault:
        raise MalformedMessage("row") from fault
    if not isinstance(value, dict):
        raise MalformedMessage("row")
    row = _institution(value) if value.get("kind") == _INSTITUTION else _certificate(value)
    _check_row(row)
    try:
        same = _written(row) == line
    except (MalformedEncoding, UnicodeEncodeError) as fault:
        raise MalformedMessage("row") from fault
    if not same:
        raise MalformedMessage("row")
    return row


def _written(row: Row) -> bytes:
    content: dict[str, Json] = {
        "v": PROTOCOL,
        "ref": b64url_encode(row.ref),
        "version": row.version,
        "entry": row.entry,
        "commitment": b64url_encode(row.commitment),
    }
    if isinstance(row, InstitutionRow):
        return canonical_json({**content, "kind": _INSTITUTION, "institution": dict(row.facts)})
    content |= {"kind": _CERTIFICATE, "state": row.state.value, "act": row.act.value}
    if row.record is not None:
        # Not by `asdict`, whose deep copy costs more than all the rest.
        content["record"] = dict(vars(row.record))
    return _canonical_line(content).encode()


def _certificate(value: Mapping[str, Json]) -> CertificateRow:
    # An erased record is left out; null would be its second spelling, with another leaf.
    require_members(dict(value), "row", _WITH_RECORD if "record" in value else _CERTIFICATE_MEMBERS)
    return CertificateRow(
        ref=Reference(bytes_of(value, "ref", REFERENCE_BYTES)),
        version=number_of(value, "version", least=1),
        state=member_of(RowState, value["state"], "state"),
        act=member_of(RowAct, value["act"], "act"),
        entry=number_of(value, "entry"),
        commitment=Commitment(bytes_of(value, "commitment", DIGEST_BYTES)),
        record=_record(value["record"]) if "record" in value else None,
    )


def _institution(value: Mapping[str, Json]) -> InstitutionRow:
    require_members(dict(value), "row", _INSTITUTION_MEMBERS)
    facts = value["institution"]
    if not isinstance(facts, dict):
        raise MalformedMessage("institution")
    return InstitutionRow(
        ref=Reference(bytes_of(value, "ref", REFERENCE_BYTES)),
        version=number_of(value, "version", least=1),
        entry=number_of(value, "entry"),
        commitment=Commitment(bytes_of(value, "commitment", DIGEST_BYTES)),
        facts=facts,
    )


def _record(value: Json) -> Record:
    if not isinstance(value, dict) or value.keys() != _RECORD:
        raise MalformedMessage("record")
    texts = {name: each for name, each in value.items() if isinstance(each, str)}
    if len(texts) != len(value):
        raise MalformedMessage("record")
    return Record(**texts)


def _check_row(row: Row) -> None:
    if len(row.ref) != REFERENCE_BYTES:
        raise MalformedMessage("ref")
    if not 1 <= row.version <= LARGEST_INTEGER or not 0 <= row.entry <= LARGEST_INTEGER:
        raise MalformedMessage("version")
    if len(row.commitment) != DIGEST_BYTES:
        raise MalformedMessage("commitment")
    if isinstance(row, InstitutionRow):
        _check_facts(row)
    elif row.record is not None:
        if row.state is RowState.ERASED:
            raise MalformedMessage("record")
        if not _NUMBER.fullmatch(row.record.number):
            raise MalformedMessage("number")


def _check_facts(row: InstitutionRow) -> None:
    """All fields are there, each of its kind; reference and commitment are theirs."""
    facts = row.facts
    if facts.keys() != INSTITUTION_FIELDS:
        raise MalformedMessage("institution")
    if not all(
        isinstance(value, list if name in _INSTITUTION_LISTS else str) for name, value in facts.items()
    ):
        raise MalformedMessage("institution")
    if not _PREFIX.fullmatch(row.institution):
        raise MalformedMessage("number_prefix")
    try:
        theirs = institution_row(row.version, row.entry, facts)
    except MalformedEncoding as fault:
        raise MalformedMessage("institution") from fault
    if (row.ref, row.commitment) != (theirs.ref, theirs.commitment):
        raise MalformedMessage("institution")
