"""HTTP messages signed with Ed25519, and the digest of their content.

The signature covers a list of components (method, host, path, status, fields); the body is covered through
its Content-Digest. A verifier names what must be covered, and reads nothing of a message that is not.
Component parameters (`;req`, `;sf`, …) are not supported: refused, not guessed.

Source: RFC 9421 sections 2.1-2.5 (components and base), 3.1-3.2 (signing, verifying), 3.3.6 (Ed25519), 4;
RFC 9530 section 2 (Content-Digest).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512

from registry.national.errors import MalformedMessage, SignatureFault, SignatureRefused
from registry.national.structured_fields import (
    BareItem,
    InnerList,
    Item,
    Member,
    Parameters,
    Text,
    parse_dictionary,
    serialise,
)
from signing.errors import BadSignature
from signing.keys import KeyRole, SigningKey, verify

ALGORITHM = "ed25519"
_DIGESTS = {"sha-256": sha256, "sha-512": sha512}
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True)
class Message:
    """What of a request or a response can be covered: derived components, and fields by lower-case name."""

    derived: Mapping[str, str]
    fields: Mapping[str, str]

    def component(self, name: str) -> str:
        """The component's value. Raises: SignatureRefused."""
        values = self.derived if name.startswith("@") else self.fields
        if name not in values:
            raise SignatureRefused(SignatureFault.NOT_COVERED)
        return values[name]


@dataclass(frozen=True)
class Verified:
    """Whose signature held, when it was made, and when it ends if its maker said so."""

    keyid: str
    created_at: datetime
    expires_at: datetime | None = None


def request_message(
    method: str, authority: str, path: str, *, scheme: str, fields: Iterable[tuple[str, str]]
) -> Message:
    """A request. Source: RFC 9421 sections 2.2.1 (@method), 2.2.3 (@authority), 2.2.6 (@path)."""
    host = authority.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ""))
    return Message({"@method": method, "@authority": host, "@path": path or "/"}, combined_fields(fields))


def response_message(status: int, fields: Iterable[tuple[str, str]]) -> Message:
    """A response. Source: RFC 9421 section 2.2.9 (@status)."""
    return Message({"@status": str(status)}, combined_fields(fields))


def combined_fields(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Field lines by lower-case name, several of one name joined. Source: RFC 9421 section 2.1."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), []).append(value.strip(" \t"))
    return {name: ", ".join(values) for name, values in found.items()}


def content_digest(content: bytes) -> str:
    """The Content-Digest of a message's content, as it is on the wire (after any Content-Encoding)."""
    return f"sha-256={serialise(Item(sha256(content).digest()))}"


def check_content_digest(message: Message, content: bytes) -> None:
    """Shows that the digest field is of this content. Raises: SignatureRefused.

    Every digest of a known algorithm must hold, and one of them must be there.
    """
    try:
        members = parse_dictionary(message.fields.get("content-digest", ""))
    except MalformedMessage as fault:
        raise SignatureRefused(SignatureFault.DIGEST_MISSING) from fault
    known = [(name, member) for name, member in members.items() if name in _DIGESTS]
    if not known:
        raise SignatureRefused(SignatureFault.DIGEST_MISSING)
    for name, member in known:
        if not isinstance(member, Item) or member.value != _DIGESTS[name](content).digest():
            raise SignatureRefused(SignatureFault.DIGEST_DIFFERS)


def sign(
    message: Message,
    covered: Sequence[str],
    key: SigningKey,
    created_at: datetime,
    *,
    tag: str = "",
    label: str = "sig",
    keyid: str = "",
) -> dict[str, str]:
    """The fields `signature-input` and `signature` to add to the message. Raises: WrongKeyRole."""
    key.require(KeyRole.NATIONAL)
    parameters: Parameters = (
        ("created", int(created_at.timestamp())),
        ("keyid", Text(keyid or key.key_id)),
        *((("tag", Text(tag)),) if tag else ()),
    )
    signature_input = InnerList(tuple(Item(Text(name)) for name in covered), parameters)
    signature = key.sign(signature_base(message, signature_input))
    return {
        "signature-input": f"{label}={serialise(signature_input)}",
        "signature": f"{label}={serialise(Item(signature))}",
    }


def signature_base(message: Message, signature_input: InnerList) -> bytes:
    """The bytes that are signed. Source: RFC 9421 section 2.5. Raises: SignatureRefused."""
    lines: list[str] = []
    for item in signature_input.items:
        if not isinstance(item.value, Text) or item.parameters:
            raise SignatureRefused(SignatureFault.UNSUPPORTED)
        value = message.component(item.value.value)
        lines.append(f"{serialise(item)}: {value}")
    if len(set(lines)) != len(lines):
        raise SignatureRefused(SignatureFault.MALFORMED)
    lines.append(f'"@signature-params": {serialise(signature_input)}')
    base = "\n".join(lines)
    # A line break inside a value would let one component pose as two.
    if not base.isascii() or base.count("\n") != len(lines) - 1:
        raise SignatureRefused(SignatureFault.MALFORMED)
    return base.encode("ascii")


@dataclass(frozen=True)
class Claimed:
    """What a signature says of itself; nothing of it is verified."""

    keyid: str
    created_at: datetime
    signature: bytes
    signature_input: InnerList
    expires_at: datetime | None = None


def claimed_signature(message: Message, *, tag: str = "") -> Claimed:
    """The one signature with the wanted tag, with created, keyid and no other algorithm.

    Raises: SignatureRefused.
    """
    signature_input, signature = _tagged(message, tag)
    parameters = dict(signature_input.parameters)
    created, keyid = _moment(parameters, "created"), parameters.get("keyid")
    if created is None or not isinstance(keyid, Text):
        raise SignatureRefused(SignatureFault.MALFORMED)
    if parameters.get("alg", Text(ALGORITHM)) != Text(ALGORITHM):
        raise SignatureRefused(SignatureFault.UNSUPPORTED)
    return Claimed(keyid.value, created, signature, signature_input, _moment(parameters, "expires"))


def _moment(parameters: Mapping[str, BareItem], name: str) -> datetime | None:
    """A moment among the parameters of a signature, None if it is not there. Raises: SignatureRefused."""
    found = parameters.get(name)
    if found is None:
        return None
    if not isinstance(found, int) or isinstance(found, bool):
        raise SignatureRefused(SignatureFault.MALFORMED)
    try:
        return datetime.fromtimestamp(found, UTC)
    except (ValueError, OverflowError, OSError) as fault:
        raise SignatureRefused(SignatureFault.MALFORMED) from fault


def verify_message(
    message: Message, required: Collection[str], keys: Mapping[str, bytes], *, tag: str = ""
) -> Verified:
    """Shows that one of `keys` (public key by keyid) signed at least the `required` components.

    1. The one signature with the wanted tag.  2. Parameters: created, keyid, no other algorithm.
    3. All that is required is covered.  4. A key we know.  5. The signature over the base.
    Raises: SignatureRefused.
    """
    claimed = claimed_signature(message, tag=tag)
    covered = {item.value.value for item in claimed.signature_input.items if isinstance(item.value, Text)}
    if not covered.issuperset(required):
        raise SignatureRefused(SignatureFault.NOT_COVERED)
    if claimed.keyid not in keys:
        raise SignatureRefused(SignatureFault.UNKNOWN_KEY)
    base = signature_base(message, claimed.signature_input)
    try:
        verify(keys[claimed.keyid], base, claimed.signature)
    except BadSignature as fault:
        raise SignatureRefused(SignatureFault.WRONG) from fault
    return Verified(claimed.keyid, claimed.created_at, claimed.expires_at)


def check_fresh(verified: Verified, now: datetime, tolerance: timedelta) -> None:
    """Shows that the signature was made about now, and has not expired. Raises: SignatureRefused."""
    expired = verified.expires_at is not None and now > verified.expires_at
    if expired or abs(now - verified.created_at) > tolerance:
        raise SignatureRefused(SignatureFault.STALE)


def _tagged(message: Message, tag: str) -> tuple[InnerList, bytes]:
    inputs = _members(message, "signature-input")
    signatures = _members(message, "signature")
    found: list[tuple[InnerList, bytes]] = []
    for label, member in inputs.items():
        if not isinstance(member, InnerList):
            raise SignatureRefused(SignatureFault.MALFORMED)
        if dict(member.parameters).get("tag", Text("")) != Text(tag):
            continue
        signature = signatures.get(label)
        if not isinstance(signature, Item) or not isinstance(signature.value, bytes):
            raise SignatureRefused(SignatureFault.MALFORMED)
        found.append((member, signature.value))
    if not found:
        raise SignatureRefused(SignatureFault.MISSING)
    if len(found) > 1:
        raise SignatureRefused(SignatureFault.MALFORMED)
    return found[0]


def _members(message: Message, name: str) -> Mapping[str, Member]:
    if name not in message.fields:
        raise SignatureRefused(SignatureFault.MISSING)
    try:
        return parse_dictionary(message.fields[name])
    except MalformedMessage as fault:
        raise SignatureRefused(SignatureFault.MALFORMED) from fault
