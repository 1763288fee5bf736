"""The record of a certificate, and the commitment that opens field by field.

One random seed a record version gives every field its own salt. The commitment hashes the thirteen salted
field digests, so any of the fields can be shown and checked while the others stay hidden.

Source: the product's own format `skillcert/record/v1`; salts by SHAKE256 (FIPS 202).
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from hashlib import sha256, shake_256
from operator import attrgetter
from typing import NewType

from signing.encoding import Json, b64url_decode, b64url_encode
from signing.errors import CommitmentMismatch, MalformedEncoding

Seed = NewType("Seed", bytes)
Commitment = NewType("Commitment", bytes)

SEED_BYTES = 32
DIGEST_BYTES = 32
_SALTS_LABEL = b"skillcert/salts/v1\x00"
_RECORD_LABEL = b"skillcert/record/v1\x00"


@dataclass(frozen=True)
class Record:
    """What the reviewer saw of one certificate: thirteen strings, absent = "".

    `institution` is the 13-character number prefix; `level` one of "1".."5"; `issued_on` YYYY-MM-DD.
    """

    number: str
    masked_name: str
    name: str
    id_type: str
    id_number: str
    employer: str
    occupation_code: str
    occupation: str
    job: str
    level: str
    issued_on: str
    institution: str
    issuer: str


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Record))
PUBLIC_FIELDS: frozenset[str] = frozenset(
    {"number", "masked_name", "occupation_code", "occupation", "job", "level", "issued_on", "institution"}
)
_FIELD_LABELS = tuple(name.encode() + b"\x00" for name in FIELDS)
_values_of = attrgetter(*FIELDS)


def new_seed() -> Seed:
    """A fresh random seed."""
    return Seed(secrets.token_bytes(SEED_BYTES))


def record_values(record: Record) -> tuple[str, ...]:
    """The thirteen values in order. Not by `astuple`, whose deep copy costs as much as all the hashing."""
    values: tuple[str, ...] = _values_of(record)
    return values


def commitment(record: Record, seed: Seed) -> Commitment:
    """The 32-byte commitment of a record under its seed."""
    return _commit(_digests(record_values(record), _salts(seed)))


def opening(record: Record, seed: Seed, reveal: Collection[str]) -> dict[str, Json]:
    """What opens the fields named in `reveal`: `{"fields": {f: [value, salt]}, "digests": {g: digest}}`."""
    values, salts = record_values(record), _salts(seed)
    shown: dict[str, Json] = {}
    hidden: dict[str, Json] = {}
    for name, value, salt, digest in zip(FIELDS, values, salts, _digests(values, salts), strict=True):
        if name in reveal:
            shown[name] = [value, b64url_encode(salt)]
        else:
            hidden[name] = b64url_encode(digest)
    return {"fields": shown, "digests": hidden}


def check_opening(value: object, expected: Commitment) -> Mapping[str, str]:
    """The fields that an opening reveals, once it is shown to open `expected`.

    Raises: MalformedEncoding for anything but the one spelling; CommitmentMismatch if it opens another.
    """
    shown, hidden = _parts(value)
    digests: list[bytes] = []
    revealed: dict[str, str] = {}
    for name, label in zip(FIELDS, _FIELD_LABELS, strict=True):
        if name in shown:
            text, salt = _value_and_salt(shown[name])
            revealed[name] = text
            digests.append(sha256(salt + label + text.encode()).digest())
        else:
            digests.append(_b64(hidden[name], DIGEST_BYTES))
    if _commit(digests) != expected:
        raise CommitmentMismatch
    return revealed


def _salts(seed: Seed) -> list[bytes]:
    if len(seed) != SEED_BYTES:
        raise MalformedEncoding("seed")
    stream = shake_256(_SALTS_LABEL + seed).digest(32 * len(FIELDS))
    return [stream[at : at + 32] for at in range(0, len(stream), 32)]


def _digests(values: Iterable[str], salts: Iterable[bytes]) -> list[bytes]:
    return [
        sha256(salt + label + value.encode()).digest()
        for salt, label, value in zip(salts, _FIELD_LABELS, values, strict=True)
    ]


def _commit(digests: list[bytes]) -> Commitment:
    return Commitment(sha256(_RECORD_LABEL + b"".join(digests)).digest())


def _parts(value: object) -> tuple[dict[str, object], dict[str, object]]:
    if not isinstance(value, dict) or set(value) != {"fields", "digests"}:
        raise MalformedEncoding("opening")
    shown, hidden = value["fields"], value["digests"]
    if not isinstance(shown, dict) or not isinstance(hidden, dict):
        raise MalformedEncoding("opening")
    if sorted([*shown, *hidden]) != sorted(FIELDS):
        raise MalformedEncoding("opening does not name each field once")
    return shown, hidden


def _value_and_salt(pair: object) -> tuple[str, bytes]:
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
        raise MalformedEncoding("opened field")
    try:
        pair[0].encode()
    except UnicodeEncodeError as fault:
        raise MalformedEncoding("opened field") from fault
    return pair[0], _b64(pair[1], DIGEST_BYTES)


def _b64(text: object, length: int) -> bytes:
    if not isinstance(text, str):
        raise MalformedEncoding("base64url")
    return b64url_decode(text, length=length)
