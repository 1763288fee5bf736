"""Acts on a certificate: correction, annulment, reinstatement, reissue, replacement by a new number.

Source: 湘人社发〔2024〕26号 (十) (wrongly issued certificates); 湘人社规〔2025〕14号 arts. 15, 21.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum

from registry.intake.cell_dates import parse_cell_date
from registry.ledger.append import PreparedCertificate, prepare
from registry.ledger.chain import Chain
from registry.ledger.entries import ActKind, Entry, EntryType
from registry.review.errors import CorrectionOutOfReach
from registry.rules.identity_documents import IdentityType, check_identity, tidy_identity_number
from registry.rules.identity_types import parse_identity_type
from registry.rules.masks import mask_name
from registry.rules.occupation_entries import Unknown
from registry.rules.occupations import load_catalogue
from registry.rules.text import check_name, clean_cell
from registry.storage.vault import Vault
from signing.commitment import Record, new_seed
from signing.encoding import b64url_encode


class ActReason(StrEnum):
    """Why, coarsely: the log is public and names no circumstances of a person."""

    CLERICAL_ERROR = "clerical_error"
    WRONGLY_ISSUED = "wrongly_issued"
    FRAUD = "fraud"
    REPLACED = "replaced"
    WRONGLY_ANNULLED = "wrongly_annulled"
    LOST_OR_DAMAGED = "lost_or_damaged"
    LEGAL_GROUND = "legal_ground"


# What can be corrected, and how each is read: as in an upload. All else stands in the number itself or
# follows from it; the occupation may be spelled right, but another occupation is another certificate.
_READERS: Mapping[str, Callable[[str], str]] = {
    "name": check_name,
    "id_type": lambda text: parse_identity_type(text).value,
    "id_number": tidy_identity_number,
    "employer": clean_cell,
    "occupation": clean_cell,
    "job": clean_cell,
    "issued_on": lambda text: parse_cell_date(text).isoformat(),
    "issuer": clean_cell,
}


def act_content(
    chain: Chain,
    act: ActKind,
    reason: ActReason,
    *,
    bureau: str,
    bureau_key_id: str,
    commitment: bytes | None = None,
    by: int | None = None,
) -> Entry:
    """What the bureau signs of an act that continues `chain`."""
    content: Entry = {
        "type": EntryType.ACT.value,
        "index": chain.first.index,
        "previous": chain.head.index,
        "act": act.value,
        "reason": reason.value,
        "bureau": bureau,
        "key": bureau_key_id,
    }
    if commitment is not None:
        content["commitment"] = b64url_encode(commitment)
    if by is not None:
        content["by"] = by
    return content


def corrected_certificate(
    record: Record, changes: Mapping[str, str], vault: Vault, today: date
) -> PreparedCertificate:
    """The corrected version of a record, committed under a fresh seed.

    Raises: CorrectionOutOfReach if a change touches what the number itself says, or changes nothing;
    NameFault, UnknownIdentityType, IdentityFault, MalformedDate.
    """
    if not set(changes) <= set(_READERS):
        raise CorrectionOutOfReach
    corrected = replace(record, **{name: _READERS[name](value) for name, value in changes.items()})
    if {"occupation", "job"} & set(changes):
        corrected = _with_occupation(corrected)
    issued_on = date.fromisoformat(corrected.issued_on)
    same_year = issued_on.year == date.fromisoformat(record.issued_on).year
    if corrected == record or not same_year or issued_on > today:
        raise CorrectionOutOfReach
    identity = check_identity(IdentityType(corrected.id_type), corrected.id_number, today)
    corrected = replace(corrected, id_number=identity.number, masked_name=mask_name(corrected.name))
    return prepare(corrected, new_seed(), identity.canonical, vault)


def _with_occupation(record: Record) -> Record:
    found = load_catalogue().resolve(record.occupation, record.job, record.occupation_code)
    if isinstance(found, Unknown):
        raise CorrectionOutOfReach
    return replace(record, occupation=found.occupation.name, job=found.job)
