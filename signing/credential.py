"""The certificate as a W3C Verifiable Credential 2.0 of the Open Badges 3.0 kind: built, and read back.

What the credential says, and where:

- `issuer` the register (its signature says "accepted into the register after the bureau's review");
  `credentialSubject.source` the 评价机构 that assessed and certified
- `validFrom` when it was registered; `awardedDate` the certificate's date of issue
- `credentialSubject.licenseNumber` the number; `achievement.humanCode`, `fieldOfStudy`, `specialization`
  occupation code, occupation and 工种; `result[0].value` the level, a string as every value here is
- `credentialSubject.identifier`: the holder's name in clear, for the holder shows this file, and the identity
  number only as `identityHash = "sha256$" || hex(SHA256(number || salt))`. The salt is the base64url text
  that opens `id_number` in the holder's full receipt, and stands nowhere else; without it the hash is noise
- `credentialStatus` one position in a revocation and in a supersession list
- `evidence[0].id` the inclusion receipt as a data URI (Open Badges: "evidence encoded as a Data URI"). It
  opens the log entry's commitment for every field that the credential shows, the full name included, so the
  credential is checked as registered without asking anyone

With `eddsa-jcs-2022` the bytes are signed, so members of later versions may stand beside these; with
`eddsa-rdfc-2022` the statements are signed, so exactly the shape of `signing.credential_shape` is read.

Source: W3C VC Data Model 2.0; 1EdTech Open Badges 3.0 (AchievementCredential, IdentityObject, Evidence).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote
from uuid import NAMESPACE_URL, uuid5

from signing.credential_shape import require_shape
from signing.data_integrity import JCS, RDFC, Suite, sign_document
from signing.encoding import Json, canonical_json, parse_canonical_json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedCredential
from signing.keys import KeyRole, SigningKey
from signing.rdf import BADGE_CONTEXT, VC_CONTEXT
from signing.receipts import HEADER as RECEIPT_FORMAT
from signing.statement import Statement
from signing.status_list import StatusPurpose, status_entries

BADGE_TYPE: Final = "OpenBadgeCredential"
MAX_CREDENTIAL_BYTES = 1 << 18
_TITLE = "职业技能等级证书"
_RECEIPT_URI = "data:text/plain;charset=utf-8,"
_RECEIPT_SAFE = "/+=@:;,.-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LEVELS: list[Json] = ["5", "4", "3", "2", "1"]
_PREFIX_LENGTH = 13
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class StatusPosition:
    """Where the status of one credential stands."""

    url: str
    index: int


@dataclass(frozen=True)
class Credential:
    """What a credential says, its proof not yet checked. `fields` are named as in the record."""

    issuer: str
    version: int
    registered_at: datetime
    fields: Mapping[str, str]
    institution_name: str
    status: Mapping[StatusPurpose, StatusPosition]
    receipt: bytes
    document: Mapping[str, Json]


def build_credential(statement: Statement, key: SigningKey, suite: Suite = JCS) -> bytes:
    """The signed credential in canonical JSON: `NUMBER.json`, or with RDFC `NUMBER.rdfc.json`.

    Two files with one proof each, because some verifiers refuse a set of proofs and others are content when
    any single one of it is good.
    """
    method = f"{statement.did}#{KeyRole.CREDENTIAL}-{key.require(KeyRole.CREDENTIAL).key_id}"
    body, at = credential_body(statement), statement.registered_at
    return canonical_json(sign_document(body, key, method=method, created_at=at, suite=suite))


def credential_body(statement: Statement) -> dict[str, Json]:
    """The credential without its proof."""
    return {
        "@context": [VC_CONTEXT, BADGE_CONTEXT],
        "id": f"{statement.origin}/q/{statement.ref}#version-{statement.version}",
        "type": ["VerifiableCredential", BADGE_TYPE],
        "name": _TITLE,
        "issuer": {
            "id": statement.did,
            "type": ["Profile"],
            "name": statement.register_name,
            "url": statement.origin,
        },
        "validFrom": rfc3339(statement.registered_at),
        "awardedDate": f"{statement.record.issued_on}T00:00:00+08:00",
        "credentialSubject": _subject(statement),
        "credentialStatus": status_entries(statement.origin, statement.ordinal),
        "evidence": [_evidence(statement)],
    }


def attachment_name(number: str) -> str:
    """The credential's file name, under which a sheet carries it."""
    return f"{number}.json"


def identity_hash(id_number: str, salt: str) -> str:
    """The hash under which an identity number stands in a credential; `salt` is base64url text."""
    return "sha256$" + sha256((id_number + salt).encode()).hexdigest()


def _subject(statement: Statement) -> dict[str, Json]:
    record = statement.record
    identity: list[Json] = [
        {"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": record.name},
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityType": _identity_type(record.id_type),
            "identityHash": identity_hash(record.id_number, statement.identity_salt),
        },
    ]
    source: dict[str, Json] = {
        "id": f"{statement.origin}/institutions/{record.institution}",
        "type": ["Profile"],
        "name": statement.institution_name,
    }
    result_id = f"{statement.did}#level"
    return {
        "type": ["AchievementSubject"],
        "identifier": identity,
        "licenseNumber": record.number,
        "source": source,
        "achievement": _achievement(statement, result_id),
        "result": [{"type": ["Result"], "resultDescription": result_id, "value": record.level}],
    }


def _achievement(statement: Statement, result_id: str) -> dict[str, Json]:
    record = statement.record
    identity = f"{statement.did}/{record.occupation_code}/{record.occupation}/{record.job}/{record.level}"
    name = " · ".join(part for part in (record.occupation, record.job, statement.level_label) if part)
    achievement: dict[str, Json] = {
        "id": uuid5(NAMESPACE_URL, identity).urn,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": name,
        "description": f"Vocational skill level assessment passed in occupation {record.occupation_code}",
        "criteria": {"narrative": f"Assessed and certified by the institution {record.institution}"},
        "humanCode": record.occupation_code,
        "fieldOfStudy": record.occupation,
        "resultDescription": [
            {
                "id": result_id,
                "type": ["ResultDescription"],
                "name": "职业技能等级",
                "resultType": "PerformanceLevel",
                "allowedValue": _LEVELS,
            }
        ],
    }
    if record.job:
        achievement["specialization"] = record.job
    return achievement


def _evidence(statement: Statement) -> dict[str, Json]:
    return {
        "id": _RECEIPT_URI + quote(statement.holder_receipt, safe=_RECEIPT_SAFE),
        "type": ["Evidence"],
        "name": RECEIPT_FORMAT,
        "description": (
            f"Entry {statement.entry_index} of the log {statement.log_origin} carries the commitment "
            f"{statement.commitment.hex()}; accepted after review by {statement.bureau_name}."
        ),
        "narrative": (
            "The data URI holds a C2SP tlog-proof: the log's key signed its checkpoint, its hashes lead from "
            "the entry in `extra` to the checkpoint's root, and the opening in `extra` opens the entry's "
            "commitment for the fields shown here."
        ),
    }


def _identity_type(id_type: str) -> str:
    return "nationalIdentityNumber" if id_type == "201" else f"ext:identity-document-{id_type}"


def parse_credential(data: bytes) -> Credential:
    """Reads a credential in its canonical bytes, without checking its proof.

    Raises: MalformedEncoding for bytes that are no canonical JSON; MalformedCredential for another shape.
    """
    if len(data) > MAX_CREDENTIAL_BYTES:
        raise MalformedEncoding("credential too long")
    document = parse_canonical_json(data)
    root = _Reader(document, "")
    proof = root.value.get("proof")
    if isinstance(proof, dict) and proof.get("cryptosuite") == RDFC.name:
        require_shape(document)
    if root.strings("@context") != [VC_CONTEXT, BADGE_CONTEXT]:
        raise MalformedCredential("@context")
    if root.strings("type") != ["VerifiableCredential", BADGE_TYPE]:
        raise MalformedCredential("type")
    subject = root.child("credentialSubject")
    institution = subject.child("source")
    return Credential(
        issuer=root.child("issuer").text("id"),
        version=_version(root.text("id")),
        registered_at=root.moment("validFrom"),
        fields=_fields(root, subject, institution),
        institution_name=institution.text("name"),
        status=dict(_status(entry) for entry in root.children("credentialStatus", 2)),
        receipt=_receipt(root.children("evidence", 1)[0]),
        document=root.value,
    )


class _Reader:
    """One JSON object and where it stands, read strictly."""

    def __init__(self, value: Json, path: str) -> None:
        if not isinstance(value, dict):
            raise MalformedCredential(path)
        self.value = value
        self.path = path

    def text(self, name: str) -> str:
        value = self.value.get(name)
        if not isinstance(value, str):
            raise MalformedCredential(f"{self.path}/{name}")
        return value

    def strings(self, name: str) -> Sequence[Json]:
        value = self.value.get(name)
        if not isinstance(value, list):
            raise MalformedCredential(f"{self.path}/{name}")
        return value

    def moment(self, name: str) -> datetime:
        try:
            return parse_rfc3339(self.text(name))
        except MalformedEncoding as fault:
            raise MalformedCredential(f"{self.path}/{name}") from fault

    def child(self, name: str) -> "_Reader":
        return _Reader(self.value.get(name), f"{self.path}/{name}")

    def children(self, name: str, count: int) -> "list[_Reader]":
        values = self.strings(name)
        if len(values) != count:
            raise MalformedCredential(f"{self.path}/{name}")
        return [_Reader(value, f"{self.path}/{name}/{at}") for at, value in enumerate(values)]


def _fields(root: _Reader, subject: _Reader, institution: _Reader) -> dict[str, str]:
    achievement = subject.child("achievement")
    return {
        "number": subject.text("licenseNumber"),
        "name": subject.children("identifier", 2)[0].text("identityHash"),
        "occupation_code": achievement.text("humanCode"),
        "occupation": achievement.text("fieldOfStudy"),
        "job": achievement.text("specialization") if "specialization" in achievement.value else "",
        "level": subject.children("result", 1)[0].text("value"),
        "issued_on": root.text("awardedDate").removesuffix("T00:00:00+08:00"),
        "institution": institution.text("id")[-_PREFIX_LENGTH:],
    }


def _version(identifier: str) -> int:
    digits = identifier.rpartition("#version-")[2]
    if not _DECIMAL.fullmatch(digits):
        raise MalformedCredential("/id")
    return int(digits)


def _status(entry: _Reader) -> tuple[StatusPurpose, StatusPosition]:
    index = entry.text("statusListIndex")
    if entry.text("type") != "BitstringStatusListEntry" or not _DECIMAL.fullmatch(index):
        raise MalformedCredential(entry.path)
    try:
        purpose = StatusPurpose(entry.text("statusPurpose"))
    except ValueError as fault:
        raise MalformedCredential(entry.path) from fault
    return purpose, StatusPosition(entry.text("statusListCredential"), int(index))


def _receipt(evidence: _Reader) -> bytes:
    uri = evidence.text("id")
    try:
        receipt = unquote(uri.removeprefix(_RECEIPT_URI), errors="strict").encode()
    except UnicodeDecodeError as fault:
        raise MalformedCredential("/evidence") from fault
    if _RECEIPT_URI + quote(receipt, safe=_RECEIPT_SAFE) != uri:
        raise MalformedCredential("/evidence")
    return receipt
