"""HTTP Message Signatures by others: the Python package `http-message-signatures`, and npm's of that name.

They share no code with ours, nor with each other, from the structured fields down to the signature; digests
of content are made and checked by the first itself, and beside the second by Node's own hashes.

Source: RFC 9421; RFC 9530 for Content-Digest.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ED25519

from tests.outside.node_verifiers import NodeVerifiers


@dataclass(frozen=True)
class Wire:
    """A message as it was on the wire: a request if it has a method, an answer if it has a status."""

    fields: Mapping[str, str]
    content: bytes
    method: str = ""
    url: str = ""
    status: int = 0


@dataclass(frozen=True)
class Purpose:
    """With which key and for what something is signed, and which components are covered."""

    keyid: str
    tag: str
    covered: Sequence[str]


class Others(Protocol):
    """An implementation that is not ours."""

    def signed(self, message: Wire, purpose: Purpose, seed: bytes, created_at: datetime) -> dict[str, str]:
        """The fields of a request with its digest and its signature."""
        ...

    def believes(self, message: Wire, purpose: Purpose, public: bytes, now: datetime) -> bool:
        """Whether that key signed the message for that purpose, and the digest is of its content."""
        ...


class PythonOthers:
    """The package of the Python Package Index."""

    def signed(self, message: Wire, purpose: Purpose, seed: bytes, created_at: datetime) -> dict[str, str]:
        """See `Others`."""
        fields = dict(message.fields)
        key = Ed25519PrivateKey.from_private_bytes(seed)
        signer = HTTPMessageSigner(
            signature_algorithm=ED25519,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={purpose.keyid: key}),
        )
        ContentDigest.add(fields, message.content)
        signer.sign(
            SimpleNamespace(method=message.method, url=message.url, headers=fields),
            key_id=purpose.keyid,
            tag=purpose.tag,
            created=created_at,
            include_alg=False,
            covered_component_ids=purpose.covered,
            use_existing_digest=True,
        )
        return {name.lower(): value for name, value in fields.items()}

    def believes(self, message: Wire, purpose: Purpose, public: bytes, now: datetime) -> bool:
        """See `Others`. It knows no other clock than the machine's, so how old a signature is isn't asked."""
        given: dict[str, Any] = {"headers": dict(message.fields)}
        if message.status:
            given |= {"status_code": message.status, "request": None}
        else:
            given |= {"method": message.method, "url": message.url}
        verifier = HTTPMessageVerifier(
            signature_algorithm=ED25519,
            key_resolver=MappingKeyResolver(
                public_keys={purpose.keyid: Ed25519PublicKey.from_public_bytes(public)}, private_keys={}
            ),
        )
        try:
            found = verifier.verify(
                SimpleNamespace(**given),
                max_age=None,
                expect_tag=purpose.tag or None,
                require_components=purpose.covered,
                body=message.content,
            )
        except HTTPMessageSignaturesException:
            return False
        return len(found) == 1


class NodeOthers:
    """The package of npm, in a process of its own."""

    def __init__(self, node: NodeVerifiers) -> None:
        self._node = node

    def signed(self, message: Wire, purpose: Purpose, seed: bytes, created_at: datetime) -> dict[str, str]:
        """See `Others`."""
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        answer = self._ask("sign", message, purpose, public, created_at, seed=seed)
        return {name.lower(): value for name, value in answer["said"].items()}

    def believes(self, message: Wire, purpose: Purpose, public: bytes, now: datetime) -> bool:
        """See `Others`."""
        return self._ask("verify", message, purpose, public, now).get("said") is True

    def _ask(
        self, ask: str, message: Wire, purpose: Purpose, public: bytes, now: datetime, *, seed: bytes = b""
    ) -> dict[str, Any]:
        given: dict[str, Any] = {"headers": dict(message.fields)}
        given |= (
            {"status": message.status} if message.status else {"method": message.method, "url": message.url}
        )
        key = {"x": _base64url(public)} | ({"d": _base64url(seed)} if seed else {})
        return self._node.ask(
            ask,
            now=now.isoformat(),
            message=given,
            content=base64.b64encode(message.content).decode(),
            key=key,
            keyid=purpose.keyid,
            tag=purpose.tag,
            created=int(now.timestamp()),
            covered=list(purpose.covered),
            required=list(purpose.covered),
        )


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
