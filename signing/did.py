"""The register's `did:web`: its identifier, and the document that lists every current and past key.

The fragment of a key names its role (`#credential-0123456789abcdef`): one key, one purpose, so a status key
that signs a credential is refused although it stands in the same document. A key that was only rotated out
stays as it is, because what it signed stays good. A key that leaked carries `revoked`, and since other
verifiers were seen not to read that, it is no longer listed for assertions either.

Source: did:web method specification; W3C Controlled Identifiers v1.0 section 2.2 (verification methods).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from signing.encoding import Json, canonical_json, parse_canonical_json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedDid, UnknownKey
from signing.keys import KeyRole, key_id
from signing.multibase import multikey, parse_multikey

CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_PREFIX = "did:web:"
_DID = re.compile(r"did:web:[a-z0-9.-]+(%3A[1-9][0-9]{0,4})?")
_DOCUMENT_FIELDS = {"@context", "id", "verificationMethod", "assertionMethod"}
_METHOD_FIELDS = {"id", "type", "controller", "publicKeyMultibase"}
_ORIGIN = re.compile(r"https?://(?P<host>[a-z0-9.-]+)(:(?P<port>[1-9][0-9]{0,4}))?")


@dataclass(frozen=True)
class DidKey:
    """A public key of the register, what it may sign, and since when it is no longer believed."""

    role: KeyRole
    public: bytes
    revoked_at: datetime | None = None

    @property
    def fragment(self) -> str:
        """Its name inside the document."""
        return key_fragment(self.role, self.public)


@dataclass(frozen=True)
class DidKeys:
    """The keys of one `did:web`, by the DID URL under which a proof names them."""

    did: str
    by_method: Mapping[str, DidKey]

    def key(self, method: str, role: KeyRole, now: datetime) -> DidKey:
        """The key under that name, if it may sign in that role and was not revoked. Raises: UnknownKey."""
        found = self.by_method.get(method)
        if found is None or found.role is not role:
            raise UnknownKey
        if found.revoked_at is not None and found.revoked_at <= now:
            raise UnknownKey
        return found

    def revoked(self, role: KeyRole, now: datetime) -> frozenset[bytes]:
        """The public keys of a role that are no longer believed."""
        keys = (key for key in self.by_method.values() if key.role is role)
        return frozenset(key.public for key in keys if key.revoked_at is not None and key.revoked_at <= now)

    def key_by_id(self, short: str, role: KeyRole, now: datetime) -> DidKey:
        """The key of that role by its 16-digit key id. Raises: UnknownKey."""
        return self.key(f"{self.did}#{role}-{short}", role, now)


def key_fragment(role: KeyRole, public: bytes) -> str:
    """`credential-0123456789abcdef`."""
    return f"{role}-{key_id(public)}"


def did_of_origin(origin: str) -> str:
    """`https://skills.example:8443` as `did:web:skills.example%3A8443`. Raises: MalformedDid."""
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        raise MalformedDid("origin")
    return _PREFIX + match["host"] + ("%3A" + match["port"] if match["port"] else "")


def did_document(origin: str, keys: Iterable[DidKey]) -> bytes:
    """The bytes of `/.well-known/did.json`."""
    did = did_of_origin(origin)
    listed = list(keys)
    methods: list[Json] = [_method(did, key) for key in listed]
    names: list[Json] = [f"{did}#{key.fragment}" for key in listed if key.revoked_at is None]
    return canonical_json(
        {"@context": list(CONTEXTS), "id": did, "verificationMethod": methods, "assertionMethod": names}
    )


def parse_did_document(data: bytes) -> DidKeys:
    """The keys that a document lists for assertions, and those that it revokes. Raises: MalformedDid."""
    try:
        document = parse_canonical_json(data)
    except MalformedEncoding as fault:
        raise MalformedDid("json") from fault
    if not isinstance(document, dict) or document.keys() != _DOCUMENT_FIELDS:
        raise MalformedDid("document")
    did, methods, names = (document[k] for k in ("id", "verificationMethod", "assertionMethod"))
    if document["@context"] != list(CONTEXTS):
        raise MalformedDid("@context")
    if not isinstance(did, str) or not _DID.fullmatch(did):
        raise MalformedDid("id")
    if not isinstance(methods, list) or not isinstance(names, list):
        raise MalformedDid("verificationMethod")
    found = dict(_parse_method(did, method) for method in methods)
    # One key, one purpose: neither a name nor a key stands there twice.
    if len(found) != len(methods) or len({key.public for key in found.values()}) != len(methods):
        raise MalformedDid("verificationMethod")
    listed = [name for name in names if isinstance(name, str) and name in found]
    if len(set(listed)) != len(names):
        raise MalformedDid("assertionMethod")
    revoked = {name for name, key in found.items() if key.revoked_at is not None}
    if revoked & set(listed):
        raise MalformedDid("assertionMethod")
    told = revoked | set(listed)
    return DidKeys(did, MappingProxyType({name: key for name, key in found.items() if name in told}))


def _method(did: str, key: DidKey) -> dict[str, Json]:
    method: dict[str, Json] = {
        "id": f"{did}#{key.fragment}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": multikey(key.public),
    }
    if key.revoked_at is not None:
        method["revoked"] = rfc3339(key.revoked_at)
    return method


def _parse_method(did: str, method: Json) -> tuple[str, DidKey]:
    if not isinstance(method, dict) or method.keys() - {"revoked"} != _METHOD_FIELDS:
        raise MalformedDid("verificationMethod")
    name, material, revoked = method["id"], method["publicKeyMultibase"], method.get("revoked")
    if method["type"] != "Multikey" or method["controller"] != did:
        raise MalformedDid("verificationMethod")
    if not isinstance(name, str) or not isinstance(material, str):
        raise MalformedDid("verificationMethod")
    if "revoked" in method and not isinstance(revoked, str):
        raise MalformedDid("revoked")
    owner, _, fragment = name.partition("#")
    try:
        role = KeyRole(fragment.partition("-")[0])
        public = parse_multikey(material)
        revoked_at = parse_rfc3339(revoked) if isinstance(revoked, str) else None
    except (ValueError, MalformedEncoding) as fault:
        raise MalformedDid("verificationMethod") from fault
    if owner != did or fragment != key_fragment(role, public):
        raise MalformedDid("verificationMethod")
    return name, DidKey(role, public, revoked_at)
