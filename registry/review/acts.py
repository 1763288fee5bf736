"""Acts on a certificate: correction, annulment, reinstatement, reissue, replacement by a new number.

Source: 湘人社发〔2024〕26号 (十) (wrongly issued certificates); 湘人社规〔2025〕14号 arts. 15, 21.
"""

from dataclasses import dataclass
from enum import StrEnum

from registry.ledger.chain import Chain
from registry.ledger.entries import ActKind, Authority, Entry, EntryType
from registry.storage.vault import Vault
from signing.encoding import b64url_encode

REQUEST_BYTES = 16


class ActReason(StrEnum):
    """Why, coarsely: the log is public and names no circumstances of a person."""

    CLERICAL_ERROR = "clerical_error"
    WRONGLY_ISSUED = "wrongly_issued"
    FRAUD = "fraud"
    REPLACED = "replaced"
    WRONGLY_ANNULLED = "wrongly_annulled"
    LOST_OR_DAMAGED = "lost_or_damaged"
    LEGAL_GROUND = "legal_ground"


@dataclass(frozen=True)
class Grounds:
    """What an act rests on: on whose word, by which paper, and for which request.

    `document` is the SHA-256 of the paper, b"" without one. `request` names what was asked for, b"" for none:
    one request is done once, however often it is tried.
    """

    authority: Authority
    document: bytes = b""
    request: bytes = b""


def document_hash(vault: Vault, chain: Chain, document: bytes) -> bytes:
    """What the log says of the paper behind the act that continues `chain`.

    A decision on one person is a form letter: whoever knows the form could try names against a plain hash.
    The salt is the register's own for that place of the chain: it can be given to who is to check the paper.
    """
    return vault.document_mac(chain.first.index, chain.head.index, document)


def act_content(
    chain: Chain,
    act: ActKind,
    reason: ActReason,
    *,
    bureau: str,
    bureau_key_id: str,
    commitment: bytes | None = None,
    by: int | None = None,
    grounds: Grounds | None = None,
    vault: Vault | None = None,
) -> Entry:
    """What the bureau signs of an act that continues `chain`. A paper needs the `vault` that salts it."""
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
    if grounds is not None:
        content["authority"] = grounds.authority.value
        if grounds.request:
            content["request"] = b64url_encode(grounds.request)
        if grounds.document and vault is not None:
            content["document"] = b64url_encode(document_hash(vault, chain, grounds.document))
    return content
