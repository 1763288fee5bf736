"""Which signature algorithms the register knows. This is the one place that chooses; today it holds one.

A `key` entry names its algorithm, and a signed note has a type byte for each, so that another algorithm can
stand beside Ed25519: add it here, introduce a key of it, and both sign while they overlap. Who does not know
the type of a signature line leaves that line aside, as signed notes ask.

Source: RFC 8032; C2SP signed-note (signature types).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signing.errors import BadSignature
from signing.points import is_public_key


@dataclass(frozen=True)
class Algorithm:
    """How keys and signatures of one kind look, and how a signature is checked.

    `verify(public, message, signature)` raises BadSignature.
    """

    name: str
    note_type: int
    public_bytes: int
    signature_bytes: int
    verify: Callable[[bytes, bytes, bytes], None]


def _verify_ed25519(public: bytes, message: bytes, signature: bytes) -> None:
    """The library refuses S >= L and compares R as bytes, but looks at no key; see `signing.points`."""
    if not is_public_key(public):
        raise BadSignature("public key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as fault:
        raise BadSignature from fault


ED25519 = Algorithm("Ed25519", 0x01, 32, 64, _verify_ed25519)
ALGORITHMS: Mapping[str, Algorithm] = MappingProxyType({each.name: each for each in (ED25519,)})
