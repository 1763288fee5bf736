"""The definitions of RFC 6962 section 2.1 written down as they stand, slow and obvious, to compare with."""

from collections.abc import Sequence
from hashlib import sha256

from registry.ledger.tiles import WIDTH, FullTile
from signing.inclusion import EMPTY_ROOT, Hash, leaf_hash, node_hash


def split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def mth(leaves: Sequence[Hash]) -> Hash:
    """MTH over leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return node_hash(mth(leaves[:middle]), mth(leaves[middle:]))


def path(index: int, leaves: Sequence[Hash]) -> list[Hash]:
    """PATH(m, D[n])."""
    if len(leaves) <= 1:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*path(index, leaves[:middle]), mth(leaves[middle:])]
    return [*path(index - middle, leaves[middle:]), mth(leaves[:middle])]


def proof(old_size: int, leaves: Sequence[Hash]) -> list[Hash]:
    """PROOF(m, D[n]), 0 < m < n."""
    return _subproof(old_size, leaves, True)


def _subproof(old_size: int, leaves: Sequence[Hash], whole: bool) -> list[Hash]:
    if old_size == len(leaves):
        return [] if whole else [mth(leaves)]
    middle = split(len(leaves))
    if old_size <= middle:
        return [*_subproof(old_size, leaves[:middle], whole), mth(leaves[middle:])]
    return [*_subproof(old_size - middle, leaves[middle:], False), mth(leaves[:middle])]


def some_leaves(count: int) -> list[Hash]:
    """Different leaf hashes, always the same."""
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def some_digests(count: int) -> list[Hash]:
    """Different 32-byte values that cost one hash for many: for trees of many leaves."""
    stream = b"".join(sha256(number.to_bytes(4, "big")).digest() for number in range(-(-count // 31) + 1))
    return [Hash(stream[at : at + 32]) for at in range(count)]


class StoredTiles:
    """A tile store in memory, filled as the database is: entries, and tiles when they are full."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.full: dict[tuple[int, int], FullTile] = {}

    def add(self, entries: Sequence[bytes], tiles: Sequence[FullTile]) -> None:
        """Adds, and never replaces."""
        self.entries.extend(entries)
        for tile in tiles:
            assert (tile.level, tile.number) not in self.full
            assert len(tile.hashes) == 32 * WIDTH
            self.full[tile.level, tile.number] = tile

    def bodies(self, start: int, end: int) -> list[bytes]:
        """See `TileSource`."""
        return self.entries[start:end]

    def tile(self, level: int, number: int) -> FullTile | None:
        """See `TileSource`."""
        return self.full.get((level, number))

    def tile_roots(self, level: int, start: int, end: int) -> list[Hash]:
        """See `TileSource`."""
        numbers = [number for number in range(start, end) if (level, number) in self.full]
        return [self.full[level, number].root for number in numbers]
