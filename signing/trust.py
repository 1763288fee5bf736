"""What an outsider trusts: the folder with the register's public keys, its root and its status lists.

    log.vkey      the log's verifier keys, one a line, several after a rotation
    did.json      the register's DID document: every current and past key
    root.pem      the certificates of the province's roots, several after a rotation of the root
    witnesses     `quorum N`, then one witness vkey a line; missing or empty = no witness is required
                  (in both lists blank lines and lines that begin with "#" say nothing)
    status/*      published status lists, checked when they are used

The folder is the anchor: whoever hands it out is believed, so it is best fetched once and kept.

Source: C2SP signed-note (vkey); the product's own layout.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from signing.certificates import from_pem
from signing.did import DidKeys, parse_did_document
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedDid, MalformedStatusList, MalformedTrust, UntrustedCertificate
from signing.notes import COSIGNATURE_TYPE, ED25519_TYPE, VerifierKey, parse_vkey
from signing.status_list import MAX_STATUS_LIST_BYTES, StatusList, parse_status_list

LOG_KEYS, DID_DOCUMENT, ROOT, WITNESSES, STATUS = "log.vkey", "did.json", "root.pem", "witnesses", "status"
_MAX_FILE_BYTES = 1 << 20
_MAX_LISTS = 4096
_QUORUM = re.compile(r"0|[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class Trust:
    """The anchors of a verification. `root_certificates` are DER; status lists stand under their address."""

    log_keys: tuple[VerifierKey, ...]
    keys: DidKeys
    root_certificates: tuple[bytes, ...]
    witnesses: tuple[VerifierKey, ...]
    quorum: int
    status_lists: Mapping[str, StatusList]


def read_trust(folder: Path) -> Trust:
    """The trust folder as it lies on disk. Raises: MalformedTrust."""
    status = folder / STATUS
    files = {}
    for name in (LOG_KEYS, DID_DOCUMENT, ROOT, WITNESSES):
        if (folder / name).is_file():
            files[name] = _read(folder / name, _MAX_FILE_BYTES)
    lists = sorted(path for path in status.iterdir() if path.is_file()) if status.is_dir() else []
    if len(lists) > _MAX_LISTS:
        raise MalformedTrust(STATUS)
    for path in lists:
        files[f"{STATUS}/{path.name}"] = _read(path, MAX_STATUS_LIST_BYTES)
    return trust_from_files(files)


def trust_from_files(files: Mapping[str, bytes]) -> Trust:
    """The trust folder from the contents of its files by name. Raises: MalformedTrust."""
    quorum, witnesses = _witnesses(files.get(WITNESSES, b""))
    log_keys = tuple(_vkey(line, ED25519_TYPE, LOG_KEYS) for line in _lines(files, LOG_KEYS))
    if not log_keys or len(set(log_keys)) != len(log_keys):
        raise MalformedTrust(LOG_KEYS)
    if {key.public for key in witnesses} & {key.public for key in log_keys}:
        # Nobody witnesses himself.
        raise MalformedTrust(WITNESSES)
    try:
        keys = parse_did_document(_file(files, DID_DOCUMENT))
    except MalformedDid as fault:
        raise MalformedTrust(DID_DOCUMENT) from fault
    try:
        roots = from_pem(_file(files, ROOT))
    except UntrustedCertificate as fault:
        raise MalformedTrust(ROOT) from fault
    lists = [_status_list(name, data) for name, data in files.items() if name.startswith(f"{STATUS}/")]
    # Of two copies of one list the newer one counts.
    by_url = {each.url: each for each in sorted(lists, key=lambda each: each.valid_from)}
    return Trust(log_keys, keys, roots, witnesses, quorum, MappingProxyType(by_url))


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as fault:
        raise MalformedTrust(path.name) from fault
    if len(data) > limit:
        raise MalformedTrust(path.name)
    return data


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise MalformedTrust(name)
    return files[name]


def _lines(files: Mapping[str, bytes], name: str) -> list[str]:
    try:
        text = _file(files, name).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise MalformedTrust(name) from fault
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def _vkey(line: str, algorithm: int, file: str) -> VerifierKey:
    try:
        key = parse_vkey(line)
    except MalformedEncoding as fault:
        raise MalformedTrust(file) from fault
    if key.algorithm != algorithm:
        raise MalformedTrust(file)
    return key


def _witnesses(data: bytes) -> tuple[int, tuple[VerifierKey, ...]]:
    lines = _lines({WITNESSES: data}, WITNESSES)
    quorum = 0
    if lines and lines[0].startswith("quorum "):
        digits = lines.pop(0).removeprefix("quorum ")
        if not _QUORUM.fullmatch(digits):
            raise MalformedTrust(WITNESSES)
        quorum = int(digits)
    keys = tuple(_vkey(line, COSIGNATURE_TYPE, WITNESSES) for line in lines)
    # A quorum that nobody could reach would look like an attack on every form.
    if quorum > len(keys) or len({key.public for key in keys}) != len(keys):
        raise MalformedTrust(WITNESSES)
    return quorum, keys


def _status_list(name: str, data: bytes) -> StatusList:
    try:
        return parse_status_list(data)
    except MalformedStatusList as fault:
        raise MalformedTrust(name) from fault
