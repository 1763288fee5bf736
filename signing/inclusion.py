"""Merkle tree hashes, and the check that an entry is in a tree or that one tree extends another.

Source: RFC 6962 section 2.1; RFC 9162 sections 2.1.3.2 and 2.1.4.2 (verification).
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NewType

from signing.errors import InclusionMismatch

Hash = NewType("Hash", bytes)

EMPTY_ROOT = Hash(sha256(b"").digest())
HASH_BYTES = 32
MAX_SIZE = 1 << 63


def leaf_hash(entry: bytes) -> Hash:
    """SHA256(00 || entry)."""
    return Hash(sha256(b"\x00" + entry).digest())


def node_hash(left: bytes, right: bytes) -> Hash:
    """SHA256(01 || left || right)."""
    return Hash(sha256(b"\x01" + left + right).digest())


def check_inclusion(leaf: Hash, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Shows that `leaf` stands at `index` of the tree of `size` leaves under `root`.

    Shapes: proof is leaf-side first; its length must be inner + border exactly.
    Raises: InclusionMismatch.
    """
    if not 0 <= index < size < MAX_SIZE:
        raise InclusionMismatch
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    if len(proof) != inner + border or any(len(each) != HASH_BYTES for each in (leaf, root, *proof)):
        raise InclusionMismatch
    current = leaf
    for height, sibling in enumerate(proof):
        left_side = height >= inner or (index >> height) & 1
        current = node_hash(sibling, current) if left_side else node_hash(current, sibling)
    if current != root:
        raise InclusionMismatch


def check_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Shows that the tree of `size` leaves under `root` extends the one of `old_size` under `old_root`.

    Raises: InclusionMismatch.
    """
    hashes = (old_root, root, *proof)
    if not 0 <= old_size <= size < MAX_SIZE or any(len(each) != HASH_BYTES for each in hashes):
        raise InclusionMismatch
    if old_size in (0, size):
        if proof or (old_size == 0 and old_root != EMPTY_ROOT) or (old_size == size and old_root != root):
            raise InclusionMismatch
        return
    path = list(proof)
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if node == 0 or old_size & (old_size - 1) == 0:
        first: bytes = old_root
    elif path:
        first = path.pop(0)
    else:
        raise InclusionMismatch
    from_old, from_new = first, first
    for sibling in path:
        if last == 0:
            raise InclusionMismatch
        if node & 1 or node == last:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
            while not node & 1 and node != 0:
                node, last = node >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        node, last = node >> 1, last >> 1
    if last != 0 or from_old != old_root or from_new != root:
        raise InclusionMismatch
