"""What a side holds, as counts and roots over ranges of references: how both sides are compared.

A range is all references whose hexadecimal digits begin with a prefix; "" is everything. Its sixteen children
have one digit more, so that two sides which differ in one version find it in as many questions as the prefix
has digits. Leaves stand in order of reference; an erased certificate keeps its leaf, in state erased, so both
sides still add up after an erasure.

Source: the product's own protocol v2 (docs/national-protocol.md); RFC 6962 section 2.1 (MTH).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from registry.ledger.merkle import merge
from registry.national.rows import REFERENCE_BYTES, Held, Reference
from signing.encoding import b64url_encode
from signing.inclusion import Hash

_DIGITS = "0123456789abcdef"
LONGEST_PREFIX = 2 * REFERENCE_BYTES


@dataclass(frozen=True)
class Range:
    """How many versions are held whose references begin with `prefix`, and the root over them."""

    prefix: str
    count: int
    root: Hash


def summarise(held: Iterable[Held], prefix: str = "") -> Range:
    """Count and root of what is held in a range, of versions that come in order of reference."""
    first, last = bounds(prefix)
    leaves = [leaf(each) for each in held if first <= each.ref <= last]
    return Range(prefix, len(leaves), merge(leaves))


def leaf(held: Held) -> Hash:
    """The leaf of a version: of the canonical JSON `[ref, version, commitment, state]`."""
    # None of the four has a character that JSON would escape, so this is RFC 8785 already.
    ref, commitment = b64url_encode(held.ref), b64url_encode(held.commitment)
    text = f'["{ref}",{held.version},"{commitment}","{held.state.value}"]'
    return Hash(sha256(b"\x00" + text.encode()).digest())


def children(prefix: str) -> tuple[str, ...]:
    """The sixteen parts of a range; none of one that holds a single reference."""
    return tuple(prefix + digit for digit in _DIGITS) if len(prefix) < LONGEST_PREFIX else ()


def bounds(prefix: str) -> tuple[Reference, Reference]:
    """The smallest and the largest reference of a range."""
    first, last = (bytes.fromhex(prefix.ljust(LONGEST_PREFIX, digit)) for digit in "0f")
    return Reference(first), Reference(last)


def is_prefix(text: str) -> bool:
    """Whether this names a range: at most 32 lower-case hexadecimal digits."""
    return len(text) <= LONGEST_PREFIX and all(each in _DIGITS for each in text)
