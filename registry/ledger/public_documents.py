"""The public addresses of a log, and the most that an honest answer to each can hold.

Source: C2SP tlog-tiles (addresses); W3C did:web method specification (`/.well-known/did.json`).
"""

from dataclasses import dataclass
from typing import NoReturn

from registry.ledger.audit_report import Check, Finding, FindingCode, Found
from registry.ledger.entries import MAX_ENTRY_BYTES
from registry.ledger.tiles import HASH_BYTES, WIDTH, tile_path
from signing.frozen import MAX_FROZEN_BYTES
from signing.notes import MAX_NOTE_BYTES
from signing.status_list import MAX_STATUS_LIST_BYTES

_LENGTH_BYTES = 2
_MAX_KEYS_BYTES = 1 << 20


@dataclass(frozen=True)
class Document:
    """One address. `check` is what fails where the answer is wrong; an `optional` one may be missing."""

    address: str
    check: Check
    limit: int
    compressed: bool = False
    optional: bool = False

    def found(self, code: FindingCode, *, offset: int | None = None, **detail: object) -> NoReturn:
        """Ends the audit here."""
        told = {name: str(value) for name, value in detail.items()}
        raise Found(Finding(code, self.check, self.address, "", offset=offset, detail=told))


CHECKPOINT = Document("/log/checkpoint", Check.CHECKPOINTS, MAX_NOTE_BYTES)
VKEYS = Document("/log/vkey", Check.PUBLISHED_KEYS, _MAX_KEYS_BYTES)
FROZEN = Document("/log/frozen", Check.CHECKPOINTS, MAX_FROZEN_BYTES, optional=True)
DID = Document("/.well-known/did.json", Check.PUBLISHED_KEYS, _MAX_KEYS_BYTES, compressed=True)


def tile(level: int, number: int, width: int) -> Document:
    """A tile of hashes, partial where `width` is less than 256."""
    return Document(f"/log/tile/{level}/{_place(number, width)}", Check.TREE, width * HASH_BYTES)


def bundle(number: int, width: int) -> Document:
    """An entry bundle, partial where `width` is less than 256."""
    limit = width * (_LENGTH_BYTES + MAX_ENTRY_BYTES)
    return Document(f"/log/tile/entries/{_place(number, width)}", Check.ENTRIES, limit, compressed=True)


def status_list(name: str) -> Document:
    """The newest status list of that name."""
    return Document(f"/status/{name}", Check.STATUS_LISTS, MAX_STATUS_LIST_BYTES, compressed=True)


def _place(number: int, width: int) -> str:
    return tile_path(number) + (f".p/{width}" if width < WIDTH else "")
