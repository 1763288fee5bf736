"""The key that a bureau keeps itself: made on the bureau's own machine, certified by the province.

DIRECTORY/bureau-1.key    the key, under the bureau's passphrase; it never leaves that machine
DIRECTORY/request.json    what goes to the province: public key, bureau, and the proof that somebody holds it

Pure of the register: the machine needs neither its database nor its network.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from registry.custody.errors import MalformedKeyRequest
from registry.ledger.entries import Entry, text
from registry.ledger.errors import MalformedEntry
from registry.ledger.key_history import Custody, key_request
from signing.durable import write_whole
from signing.encoding import canonical_json, parse_json, rfc3339
from signing.errors import MalformedEncoding
from signing.key_files import KeyDirectory
from signing.keys import KeyRole, SigningKey

_REQUEST = "request.json"
_FIELDS = frozenset({"type", "action", "role", "algorithm", "public", "custody", "bureau"}) | frozenset(
    {"valid_from", "possession"}
)
_MAX_BYTES = 4096


@dataclass(frozen=True)
class OfflineKey:
    """An unlocked key of a bureau, and for which bureau and log it was made."""

    key: SigningKey
    bureau: str
    origin: str


@dataclass(frozen=True)
class KeyRequest:
    """What the province is asked to certify."""

    content: Entry
    bureau: str
    origin: str


def make_offline_key(
    directory: Path, *, bureau: str, origin: str, passphrase: bytes, now: datetime
) -> KeyRequest:
    """Makes the key and its request. Raises: KeyFileExists, KeyFileExposed."""
    key = KeyDirectory(directory).create(KeyRole.BUREAU, passphrase)
    content = key_request(
        log_origin=origin,
        key=key,
        custody=Custody.BUREAU,
        valid_from=rfc3339(now.replace(microsecond=0)),
        bureau=bureau,
    )
    write_whole(directory / _REQUEST, canonical_json({"origin": origin, "request": content}))
    return KeyRequest(content, bureau, origin)


def open_offline_key(directory: Path, passphrase: bytes) -> OfflineKey:
    """The key in a directory. Raises: KeyFileMissing, KeyFileExposed, KeyFileLocked, MalformedKeyRequest."""
    key = KeyDirectory(directory).unlock(KeyRole.BUREAU, passphrase)
    path = directory / _REQUEST
    request = read_key_request(path.read_bytes() if path.is_file() else b"")
    return OfflineKey(key, request.bureau, request.origin)


def read_key_request(data: bytes) -> KeyRequest:
    """The request in a file; the log checks key and proof when it takes them. Raises: MalformedKeyRequest."""
    try:
        value = parse_json(data) if len(data) <= _MAX_BYTES else None
        content = value.get("request") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(content, dict) or content.keys() != _FIELDS:
            raise MalformedKeyRequest
        if (content["role"], content["custody"]) != (KeyRole.BUREAU.value, Custody.BUREAU.value):
            raise MalformedKeyRequest
        return KeyRequest(content, text(content, "bureau"), text(value, "origin"))
    except (MalformedEncoding, MalformedEntry) as fault:
        raise MalformedKeyRequest from fault
