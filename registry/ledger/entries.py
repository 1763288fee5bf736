"""The entries of the log: canonical JSON, at most 65,535 bytes, and the bytes that their signers sign.

Source: the product's own format v1; RFC 8785 for the canonical form.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from registry.ledger.errors import MalformedEntry
from registry.ledger.shapes import require_shape
from signing.encoding import Json, b64url_encode, canonical_json, parse_canonical_json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.keys import KeyRole, SigningKey

MAX_ENTRY_BYTES = 65_535
VERSION = 1
_BUREAU_LABEL = b"skillcert/bureau/v1\x00"
_KEY_LABEL = b"skillcert/key/v1\x00"

Entry: TypeAlias = dict[str, Json]


class EntryType(StrEnum):
    """What an entry records."""

    KEY = "key"
    FILING = "filing"
    APPROVAL = "approval"
    CERTIFICATE = "certificate"
    ACT = "act"
    STATUS = "status"


class ActKind(StrEnum):
    """What was done to a certificate that stands in the register."""

    CORRECTED = "corrected"
    SUPERSEDED = "superseded"
    ANNULLED = "annulled"
    REINSTATED = "reinstated"
    REISSUED = "reissued"
    ERASED = "erased"


class Authority(StrEnum):
    """On whose word an act rests, coarsely: the log is public and names no office and no person.

    Source: 2024-26 (十); 2025-14 arts. 15, 21.
    """

    INSTITUTION = "institution"
    BUREAU = "bureau"
    PROVINCE = "province"
    COURT = "court"


def entry_bytes(entry: Mapping[str, Json]) -> bytes:
    """The canonical bytes of an entry. Raises: MalformedEntry."""
    try:
        body = canonical_json(dict(entry))
    except MalformedEncoding as fault:
        raise MalformedEntry("not canonical JSON") from fault
    if len(body) > MAX_ENTRY_BYTES:
        raise MalformedEntry("too long")
    return body


def stamped(content: Mapping[str, Json], at: datetime) -> bytes:
    """The bytes of an entry made of `content` (with its type) at that moment. Raises: MalformedEntry."""
    entry = {**content, "v": VERSION, "at": rfc3339(at)}
    require_shape(entry)
    return entry_bytes(entry)


def certificate_bodies(batch: bytes, commitments: list[bytes], at: datetime) -> list[bytes]:
    """The entries of an approval's certificates, all at once: the fields' order is the canonical one."""
    head = f'{{"at":"{rfc3339(at)}","batch":"{b64url_encode(batch)}","commitment":"'
    return [f'{head}{b64url_encode(each)}","type":"certificate","v":1}}'.encode() for each in commitments]


def parse_entry(body: bytes) -> Entry:
    """The entry behind its bytes. Raises: MalformedEntry."""
    if len(body) > MAX_ENTRY_BYTES:
        raise MalformedEntry("too long")
    try:
        value = parse_canonical_json(body)
        if not isinstance(value, dict) or value.get("v") != VERSION or isinstance(value["v"], bool):
            raise MalformedEntry("version")
        EntryType(text(value, "type"))
        parse_rfc3339(text(value, "at"))
    except (MalformedEncoding, ValueError, KeyError) as fault:
        raise MalformedEntry("entry") from fault
    require_shape(value)
    return value


def stored_entry(body: bytes) -> Entry:
    """An entry that the writer stored, without the checks that the writer and the audit make."""
    entry: Entry = json.loads(body)
    return entry


def text(entry: Mapping[str, Json], name: str) -> str:
    """A text field. Raises: MalformedEntry."""
    value = entry.get(name)
    if not isinstance(value, str):
        raise MalformedEntry(name)
    return value


def optional_text(entry: Mapping[str, Json], name: str) -> str:
    """A text field that may be missing: then "". Raises: MalformedEntry."""
    return text(entry, name) if name in entry else ""


def number(entry: Mapping[str, Json], name: str) -> int:
    """A whole number >= 0. Raises: MalformedEntry."""
    value = entry.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MalformedEntry(name)
    return value


def bureau_message(log_origin: str, content: Mapping[str, Json]) -> bytes:
    """What a bureau signs of an approval or an act: all of it but the signature and the time."""
    return _BUREAU_LABEL + log_origin.encode() + b"\x00" + _without(content, "signature", "at")


def signed(content: Entry, bureau_key: SigningKey, log_origin: str) -> Entry:
    """The content, which names the key already, under the bureau's signature. Raises: WrongKeyRole."""
    signature = bureau_key.require(KeyRole.BUREAU).sign(bureau_message(log_origin, content))
    return {**content, "signature": b64url_encode(signature)}


def signed_by(bureau_key: SigningKey, content: Entry, log_origin: str) -> Entry:
    """As `signed`, with the key's id written into the content before. Raises: WrongKeyRole."""
    return signed({**content, "key": bureau_key.key_id}, bureau_key, log_origin)


def root_message(log_origin: str, content: Mapping[str, Json]) -> bytes:
    """What the province root signs of a `key` entry."""
    return _KEY_LABEL + log_origin.encode() + b"\x00" + _without(content, "signature", "at")


def possession_message(log_origin: str, content: Mapping[str, Json]) -> bytes:
    """What a new key itself signs, to show that somebody holds it."""
    return _KEY_LABEL + log_origin.encode() + b"\x00" + _without(content, "signature", "possession", "at")


def _without(content: Mapping[str, Json], *left_out: str) -> bytes:
    kept = {name: value for name, value in content.items() if name not in left_out}
    return canonical_json({**kept, "v": VERSION})
