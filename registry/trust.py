"""What outsiders verify with: verifier keys, DID document, root certificate, witnesses, status lists."""

import io
import zipfile
from collections.abc import Mapping

from registry.custody.keys import KeyPlaces
from registry.ledger.key_history import KeyHistory
from registry.ledger.read import LedgerReader
from registry.places import Places
from signing.did import DidKey
from signing.did import did_document as write_did_document
from signing.keys import KeyRole
from signing.notes import VerifierKey
from signing.status_list import LIST_ENTRIES, StatusPurpose
from signing.trust import DID_DOCUMENT, LOG_KEYS, ROOT, STATUS, WITNESSES

ARCHIVE_FOLDER = "trust"
_DID_ROLES = frozenset({KeyRole.CREDENTIAL, KeyRole.STATUS, KeyRole.QR, KeyRole.RECEIPT, KeyRole.SHEET})


def log_keys(keys: KeyHistory, origin: str) -> str:
    """The verifier keys of the log, one a line, the newest first: all but those that leaked."""
    believed = [key for key in keys if key.role is KeyRole.LOG and key.revoked_at is None]
    lines = [str(VerifierKey(origin, key.algorithm.note_type, key.public)) for key in reversed(believed)]
    return "\n".join(lines) + "\n"


def did_document(keys: KeyHistory, web_origin: str) -> bytes:
    """The DID document: every current and past key of the roles that sign forms."""
    listed = [DidKey(each.role, each.public, each.revoked_at) for each in keys if each.role in _DID_ROLES]
    return write_did_document(web_origin, listed)


def root_certificates(keys: KeyHistory, places: KeyPlaces) -> bytes:
    """The certificates of the roots as PEM, the newest first: all but those of a root that leaked."""
    believed = [key for key in keys if key.role is KeyRole.ROOT and key.revoked_at is None]
    return b"".join(places.certificate(key).read_bytes() for key in reversed(believed))


def anchor_files(ledger: LedgerReader, places: Places) -> dict[str, bytes]:
    """The anchors by file name: the trust folder without its status lists."""
    return {
        LOG_KEYS: log_keys(ledger.key_history(), ledger.origin).encode(),
        DID_DOCUMENT: did_document(ledger.key_history(), places.web_origin),
        ROOT: root_certificates(ledger.key_history(), places.keys),
        WITNESSES: places.witnessing.policy.trust_file(),
    }


def status_list_names(ledger: LedgerReader) -> tuple[str, ...]:
    """The published status lists, the newest first: who reads only some of them begins with those."""
    parts = reversed(range(max(1, -(-ledger.records.next_ordinal() // LIST_ENTRIES))))
    names = (f"{purpose.value}-{part}" for part in parts for purpose in StatusPurpose)
    return tuple(name for name in names if ledger.log.has_status_list(name))


def trust_files(ledger: LedgerReader, places: Places) -> dict[str, bytes]:
    """The trust folder by file name: what a verifier needs to work without us."""
    files = anchor_files(ledger, places)
    for name in status_list_names(ledger):
        if (body := ledger.log.status_list(name)) is not None:
            files[f"{STATUS}/{name}"] = body
    return files


def trust_archive(files: Mapping[str, bytes]) -> bytes:
    """The trust folder as a ZIP archive: the same files give the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as whole:
        for name in sorted(files):
            whole.writestr(zipfile.ZipInfo(f"{ARCHIVE_FOLDER}/{name}"), files[name])
    return archive.getvalue()
