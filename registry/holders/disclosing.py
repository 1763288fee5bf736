"""What a share discloses: the chosen fields of the version that was chosen from, and how that stands today.

A share never follows a correction to the new version by itself: whoever was shown something finds the same
thing again, marked as superseded, and the holder decides anew what to show of the new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.electronic import opened_receipt
from registry.holders.share_errors import ShareUnknown
from registry.holders.share_model import Share
from registry.holders.shares import Shares
from registry.lookup import LookUp
from registry.register import Register
from registry.storage.record_rows import StoredVersion
from registry.storage.traces import clear_freed_space
from registry.verdict import Result


@dataclass(frozen=True)
class Disclosure:
    """What somebody is shown. `fields` are the chosen ones and no other; `receipt` opens exactly these."""

    fields: Mapping[str, str]
    result: Result
    as_of: datetime
    receipt: bytes


def shares_of(register: Register) -> Shares:
    """The shares on a register's desk."""
    return Shares(register.desk_engine, lambda: register.keys.vault, register.clock)


def disclose(look_up: LookUp, share: Share) -> Disclosure:
    """What that share shows. Raises: ShareUnknown where the certificate was erased."""
    version = _version(look_up, share)
    record, seed = look_up.open(version)
    verdict = look_up.verdict_of_version(share.entry)
    return Disclosure(
        fields={name: getattr(record, name) for name in share.fields},
        result=verdict.result,
        as_of=verdict.as_of,
        receipt=opened_receipt(look_up, version, record, seed, share.fields).to_bytes(),
    )


def standing(look_up: LookUp, share: Share) -> Result:
    """How the version behind a share stands now. Raises: ShareUnknown where the certificate was erased."""
    _version(look_up, share)
    return look_up.verdict_of_version(share.entry).result


def forget_shares(register: Register, certificate: int) -> None:
    """Whatever was shared of an erased certificate ends and goes. Doing it again changes nothing.

    The keys go first: the rows say which. If we die in between, whoever comes again finds them there still.
    Raises: KeyFileMissing, KeyFileLocked, DatabaseUnavailable. Source: 个人信息保护法 art. 47.
    """
    shares = shares_of(register)
    places = shares.places_of(certificate)
    if places:
        register.keys.forget(places)
        shares.remove_of(certificate)
        clear_freed_space(register.desk_engine)


def _version(look_up: LookUp, share: Share) -> StoredVersion:
    size, _ = look_up.ledger.published()
    version = look_up.ledger.records.version_at(share.entry) if share.entry < size else None
    if version is None:
        raise ShareUnknown
    return version
