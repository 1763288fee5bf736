"""Acts on a certificate: correction, annulment, reinstatement, reissue, replacement by a new number.

Source: 湘人社发〔2024〕26号 (十) (wrongly issued certificates); 湘人社规〔2025〕14号 arts. 15, 21.
"""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from registry.ledger.append import PreparedCertificate, prepare
from registry.ledger.chain import Chain
from registry.ledger.entries import ActKind, Entry, EntryType
from registry.review.errors import CorrectionOutOfReach
from registry.rules.identity_documents import IdentityType, check_identity
from registry.rules.masks import mask_name
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


# Number, category, institution, year and level stand in the number itself.
_FIXED_FIELDS = frozenset({"number", "masked_name", "level", "institution", "occupation_code"})


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
    record: Record, changes: dict[str, str], vault: Vault, today: date
) -> PreparedCertificate:
    """The corrected version of a record, committed under a fresh seed.

    Raises: CorrectionOutOfReach if a change touches what the number itself says; IdentityFault.
    """
    if _FIXED_FIELDS & set(changes) or not set(changes) <= set(Record.__dataclass_fields__):
        raise CorrectionOutOfReach
    corrected = replace(record, **changes)
    corrected = replace(corrected, masked_name=mask_name(corrected.name))
    if corrected == record or corrected.issued_on[:4] != record.issued_on[:4]:
        raise CorrectionOutOfReach
    identity = check_identity(IdentityType(corrected.id_type), corrected.id_number, today)
    corrected = replace(corrected, id_number=identity.number)
    return prepare(corrected, new_seed(), identity.canonical, vault)
