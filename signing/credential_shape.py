"""The exact shape of a credential whose statements are signed, and not its bytes: `eddsa-rdfc-2022`.

Two dangers of such a proof end here, before anything is turned into RDF:

- several JSON texts make the same statements (sets in another order, `"true"` for `true`, a name beside its
  own address, members that no context defines): of all of them only the one is read that this product writes
- a graph of like blank nodes takes exponential time to canonicalize: this shape has ten of them, all told
  apart by what they are

What is free is text and addresses; an address holds nothing that could end it early in N-Quads.

Source: W3C Data Integrity EdDSA Cryptosuites v1.0 section 3.2; RDFC-1.0 section 7.1 (dataset poisoning).
"""

import re
from typing import Final, TypeAlias

from signing.encoding import Json
from signing.form_errors import MalformedCredential
from signing.rdf import BADGE_CONTEXT, VC_CONTEXT

_Shape: TypeAlias = "bool | str | re.Pattern[str] | list[_Shape] | dict[str, _Shape]"

_TEXT = re.compile(r".*", re.DOTALL)
_ADDRESS = re.compile(r"(?:https?|did|urn|data):[^\x00-\x20<>\"{}|\\^`\x7f-\x9f]+")
_OPTIONAL: Final = frozenset({"specialization"})


def _identity(*, hashed: bool) -> _Shape:
    return {"type": "IdentityObject", "hashed": hashed, "identityType": _TEXT, "identityHash": _TEXT}


def _status(purpose: str) -> _Shape:
    return {
        "id": _ADDRESS,
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": _TEXT,
        "statusListCredential": _ADDRESS,
    }


_LEVEL: _Shape = {
    "id": _ADDRESS,
    "type": ["ResultDescription"],
    "name": _TEXT,
    "resultType": "PerformanceLevel",
    "allowedValue": ["5", "4", "3", "2", "1"],
}
_ACHIEVEMENT: _Shape = {
    "id": _ADDRESS,
    "type": ["Achievement"],
    "achievementType": "Certificate",
    "name": _TEXT,
    "description": _TEXT,
    "criteria": {"narrative": _TEXT},
    "humanCode": _TEXT,
    "fieldOfStudy": _TEXT,
    "specialization": _TEXT,
    "resultDescription": [_LEVEL],
}
_SUBJECT: _Shape = {
    "type": ["AchievementSubject"],
    "identifier": [_identity(hashed=False), _identity(hashed=True)],
    "licenseNumber": _TEXT,
    "source": {"id": _ADDRESS, "type": ["Profile"], "name": _TEXT},
    "achievement": _ACHIEVEMENT,
    "result": [{"type": ["Result"], "resultDescription": _ADDRESS, "value": _TEXT}],
}
_EVIDENCE: _Shape = {
    "id": _ADDRESS,
    "type": ["Evidence"],
    "name": _TEXT,
    "description": _TEXT,
    "narrative": _TEXT,
}
_PROOF: _Shape = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": _TEXT,
    "verificationMethod": _ADDRESS,
    "proofPurpose": "assertionMethod",
    "proofValue": _TEXT,
}
_CREDENTIAL: _Shape = {
    "@context": [VC_CONTEXT, BADGE_CONTEXT],
    "id": _ADDRESS,
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": _TEXT,
    "issuer": {"id": _ADDRESS, "type": ["Profile"], "name": _TEXT, "url": _ADDRESS},
    "validFrom": _TEXT,
    "awardedDate": _TEXT,
    "credentialSubject": _SUBJECT,
    "credentialStatus": [_status("revocation"), _status("supersession")],
    "evidence": [_EVIDENCE],
    "proof": _PROOF,
}


def require_shape(document: Json) -> None:
    """Shows that a signed credential has exactly this shape. Raises: MalformedCredential."""
    _require(document, _CREDENTIAL, "")


def _require(value: Json, shape: _Shape, path: str) -> None:
    if isinstance(shape, dict):
        if not isinstance(value, dict) or not shape.keys() - _OPTIONAL <= value.keys() <= shape.keys():
            raise MalformedCredential(path)
        for name, each in value.items():
            _require(each, shape[name], f"{path}/{name}")
    elif isinstance(shape, list):
        if not isinstance(value, list) or len(value) != len(shape):
            raise MalformedCredential(path)
        for at, each in enumerate(value):
            _require(each, shape[at], f"{path}/{at}")
    elif isinstance(shape, re.Pattern):
        if not isinstance(value, str) or not shape.fullmatch(value):
            raise MalformedCredential(path)
    elif type(value) is not type(shape) or value != shape:
        raise MalformedCredential(path)
