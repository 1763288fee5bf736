"""The Merkle tree as pure functions over the hashes of complete subtrees.

A complete subtree of height h at position i covers the leaves [i·2^h, (i+1)·2^h). Whoever can name those
hashes (a list in memory, rows of tiles) gets roots, inclusion and consistency proofs from here.

Source: RFC 6962 section 2.1 (MTH, PATH, PROOF).
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Protocol, cast

from signing.inclusion import EMPTY_ROOT, Hash, node_hash


class Subtrees(Protocol):
    """Where the hashes of complete subtrees are found."""

    def node(self, height: int, position: int) -> Hash:
        """The hash of the complete subtree of 2^height leaves at that position."""
        ...


def merge(hashes: Sequence[Hash]) -> Hash:
    """The root over a row of neighbours: complete subtrees of one size, the last of which may be smaller.

    Pairing up level by level and carrying an odd last one gives the same tree as splitting at the largest
    power of two.
    """
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        row = _parents(row) + (row[-1:] if len(row) % 2 else [])
    return row[0]


def pyramid(leaves: Sequence[Hash]) -> list[list[Hash]]:
    """All complete levels above a row of hashes, the row itself first."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        levels.append(_parents(levels[-1]))
    return levels


def leaf_hashes(entries: Sequence[bytes]) -> list[Hash]:
    """`leaf_hash` of each entry, without a call for each: with `_parents` most of what an append computes."""
    return cast(list[Hash], [sha256(b"\x00" + entry).digest() for entry in entries])


def _parents(row: Sequence[Hash]) -> list[Hash]:
    """`node_hash` of neighbouring pairs; an odd last one is left out."""
    pairs = zip(row[::2], row[1::2], strict=False)
    return cast(list[Hash], [sha256(b"\x01" + left + right).digest() for left, right in pairs])


def root(subtrees: Subtrees, size: int) -> Hash:
    """MTH of the first `size` leaves."""
    return _range_hash(subtrees, 0, size)


def inclusion_proof(subtrees: Subtrees, index: int, size: int) -> list[Hash]:
    """PATH(index, D[0:size]), leaf side first. Needs 0 <= index < size.

    Up to the height where the entry's way to the root meets the last entry's, each sibling is the neighbour,
    complete except for the last one; above, only left neighbours are left.
    """
    inner = (index ^ (size - 1)).bit_length()
    path = [subtrees.node(height, (index >> height) ^ 1) for height in range(inner - 1)]
    if inner:
        path.append(_range_hash(subtrees, ((index >> (inner - 1)) | 1) << (inner - 1), size))
    border = index >> inner
    for height in range(border.bit_length()):
        if border >> height & 1:
            path.append(subtrees.node(inner + height, (border >> height) - 1))
    return path


def consistency_proof(subtrees: Subtrees, old_size: int, size: int) -> list[Hash]:
    """PROOF(old_size, D[0:size]); empty where the old tree is empty or both are the same.

    Needs 0 <= old_size <= size. Going down from the root, the half that the old tree does not end in is
    named; so is the part where the old tree ends, unless it is that whole tree, whose root is known.
    """
    if old_size in (0, size):
        return []
    path: list[Hash] = []
    start, end, old_end, whole = 0, size, old_size, True
    while old_end != end:
        middle = start + _split(end - start)
        if old_end <= middle:
            path.append(_range_hash(subtrees, middle, end))
            end = middle
        else:
            path.append(_range_hash(subtrees, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_range_hash(subtrees, start, end))
    return path[::-1]


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (count >= 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(subtrees: Subtrees, start: int, end: int) -> Hash:
    """MTH(D[start:end]) where start is a multiple of the first complete subtree's size."""
    parts = [subtrees.node(height, position) for height, position in complete_subtrees(start, end)]
    if not parts:
        return EMPTY_ROOT
    combined = parts[-1]
    for left in reversed(parts[:-1]):
        combined = node_hash(left, combined)
    return combined


def complete_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(height, position) of the complete subtrees that [start, end) is made of, largest first."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height
