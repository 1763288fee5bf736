"""Bitstring status lists: which versions are annulled, and which were replaced.

Two purposes, each with its own lists of 131,072 positions. A version's position is its ordinal in the log
(`list = ordinal // 131072`), so anyone can recompute every bit from the log's acts.

`revocation` is set for every version of an annulled certificate. The specification calls it irreversible;
a reinstatement clears it, because the annulment was itself the error. `supersession` is a purpose of our
own, which the specification permits: set for a version that a correction or a new number has replaced.

Source: W3C Bitstring Status List v1.0 sections 2.1, 2.2, 3.3 and 3.4; gzip RFC 1952.
"""

import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signing.data_integrity import sign_document
from signing.did import did_of_origin
from signing.encoding import Json, canonical_json, parse_canonical_json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedStatusList
from signing.keys import KeyRole, SigningKey
from signing.multibase import base64url_multibase_decode, base64url_multibase_encode
from signing.rdf import VC_CONTEXT

LIST_ENTRIES = 131_072
_LIST_BYTES = LIST_ENTRIES // 8
_MAX_COMPRESSED = 2 * _LIST_BYTES
MAX_STATUS_LIST_BYTES = 4 * _LIST_BYTES
_TYPES: list[Json] = ["VerifiableCredential", "BitstringStatusListCredential"]
_FIELDS = {"@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject"}
_SUBJECT_FIELDS = {"id", "type", "statusPurpose", "encodedList"}
_GZIP_START = b"\x1f\x8b\x08\x00\x00\x00\x00\x00"


class StatusPurpose(StrEnum):
    """What a set bit means."""

    REVOCATION = "revocation"
    SUPERSESSION = "supersession"


@dataclass(frozen=True)
class StatusList:
    """A status list as read, its proof not yet checked."""

    url: str
    issuer: str
    purpose: StatusPurpose
    valid_from: datetime
    valid_until: datetime
    bits: bytes
    document: Mapping[str, Json]

    def is_set(self, index: int) -> bool:
        """The bit at `index`; index 0 is the left-most bit. Raises: MalformedStatusList outside the list."""
        if not 0 <= index < LIST_ENTRIES:
            raise MalformedStatusList
        return bool(self.bits[index >> 3] >> (7 - (index & 7)) & 1)


def list_name(purpose: StatusPurpose, ordinal: int) -> str:
    """The name under `/status/` of the list that holds this ordinal: `revocation-0`."""
    return f"{purpose}-{ordinal // LIST_ENTRIES}"


def list_url(origin: str, purpose: StatusPurpose, ordinal: int) -> str:
    """The address of the list that holds this ordinal."""
    return f"{origin}/status/{list_name(purpose, ordinal)}"


def status_entries(origin: str, ordinal: int) -> list[Json]:
    """The `credentialStatus` of the version with this ordinal."""
    return [
        {
            "id": f"{list_url(origin, purpose, ordinal)}#{ordinal % LIST_ENTRIES}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose.value,
            "statusListIndex": str(ordinal % LIST_ENTRIES),
            "statusListCredential": list_url(origin, purpose, ordinal),
        }
        for purpose in StatusPurpose
    ]


def build_status_list(
    origin: str,
    purpose: StatusPurpose,
    number: int,
    set_ordinals: Iterable[int],
    key: SigningKey,
    *,
    valid_from: datetime,
    valid_until: datetime,
) -> bytes:
    """The signed list `number` of a purpose, with the bits of those of `set_ordinals` that lie in it.

    The same input gives the same bytes: the gzip header carries no time.
    """
    first = number * LIST_ENTRIES
    bits = bytearray(_LIST_BYTES)
    for ordinal in set_ordinals:
        index = ordinal - first
        if 0 <= index < LIST_ENTRIES:
            bits[index >> 3] |= 0x80 >> (index & 7)
    url = list_url(origin, purpose, first)
    did = did_of_origin(origin)
    subject: dict[str, Json] = {
        "id": f"{url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose.value,
        "encodedList": base64url_multibase_encode(gzip.compress(bytes(bits), 9, mtime=0)),
    }
    document: dict[str, Json] = {
        "@context": [VC_CONTEXT],
        "id": url,
        "type": _TYPES,
        "issuer": did,
        "validFrom": rfc3339(valid_from),
        "validUntil": rfc3339(valid_until),
        "credentialSubject": subject,
    }
    method = f"{did}#{KeyRole.STATUS}-{key.require(KeyRole.STATUS).key_id}"
    return canonical_json(sign_document(document, key, method=method, created_at=valid_from))


def parse_status_list(data: bytes) -> StatusList:
    """Reads a list without checking its proof. Raises: MalformedStatusList."""
    if len(data) > MAX_STATUS_LIST_BYTES:
        raise MalformedStatusList
    try:
        document = parse_canonical_json(data)
        if not isinstance(document, dict) or document.keys() - {"proof"} != _FIELDS:
            raise MalformedStatusList
        subject, url = document["credentialSubject"], _text(document, "id")
        if not isinstance(subject, dict) or subject.keys() != _SUBJECT_FIELDS:
            raise MalformedStatusList
        kinds = (document["@context"], document["type"], subject["type"], subject["id"])
        if kinds != ([VC_CONTEXT], _TYPES, "BitstringStatusList", f"{url}#list"):
            raise MalformedStatusList
        return StatusList(
            url=url,
            issuer=_text(document, "issuer"),
            purpose=StatusPurpose(_text(subject, "statusPurpose")),
            valid_from=parse_rfc3339(_text(document, "validFrom")),
            valid_until=parse_rfc3339(_text(document, "validUntil")),
            bits=_inflate(base64url_multibase_decode(_text(subject, "encodedList"))),
            document=document,
        )
    except (MalformedEncoding, ValueError) as fault:
        raise MalformedStatusList from fault


def _text(value: Mapping[str, Json], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise MalformedStatusList
    return text


def _inflate(compressed: bytes) -> bytes:
    """At most one list's length is ever inflated, whatever the compressed bytes promise."""
    # No name, comment or time in the header: nothing rides along that is not a bit of the list.
    if len(compressed) > _MAX_COMPRESSED or not compressed.startswith(_GZIP_START):
        raise MalformedStatusList
    stream = zlib.decompressobj(wbits=31)
    try:
        bits = stream.decompress(compressed, _LIST_BYTES + 1)
    except zlib.error as fault:
        raise MalformedStatusList from fault
    if len(bits) != _LIST_BYTES or not stream.eof or stream.unused_data:
        raise MalformedStatusList
    return bits
