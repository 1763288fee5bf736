"""The tree computed anew from leaves, without looking at anything that the writer stored.

Each level keeps the unfinished tile as a pyramid that grows with it, so that every hash is made once: a full
tile falls out of it, and the root at any size costs a few hashes. That is another way than the writer's
(`tree.GrowingEdge`), on purpose: an audit that shared the writer's code would share its mistakes.

Source: RFC 6962 section 2.1; C2SP tlog-tiles.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import cast

from registry.ledger.tiles import WIDTH, FullTile
from signing.inclusion import EMPTY_ROOT, Hash, leaf_hash, node_hash

_STEPS = WIDTH.bit_length() - 1
# Beyond this an altered byte is not searched for: the entry alone is named.
_SEARCHED_BYTES = 4_096


class _OpenTile:
    """The unfinished tile of one level: its row, and the complete pairs above, pairs of pairs, and so on."""

    def __init__(self) -> None:
        self.number = 0
        self.rows: list[list[bytes]] = [[] for _ in range(_STEPS + 1)]

    def room(self) -> int:
        """How many hashes it still takes."""
        return WIDTH - len(self.rows[0])

    def extend(self, hashes: Sequence[bytes]) -> None:
        """Adds at most `room()` hashes, and every pair that they complete."""
        self.rows[0].extend(hashes)
        for lower, upper in zip(self.rows, self.rows[1:], strict=False):
            start = 2 * len(upper)
            if len(lower) - start < 2:
                break
            upper += [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(lower[start::2], lower[start + 1 :: 2], strict=False)
            ]

    def close(self, level: int) -> FullTile:
        """The tile, now full; the next one begins."""
        above = b"".join(each for row in self.rows[1:] for each in row)
        tile = FullTile(level, self.number, b"".join(self.rows[0]), above)
        self.number += 1
        self.rows = [[] for _ in range(_STEPS + 1)]
        return tile

    def merged(self, carried: Hash | None) -> Hash | None:
        """The root over the row and the unfinished tree `carried` behind it; None if there is neither."""
        for row in self.rows:
            if len(row) % 2:
                carried = Hash(row[-1]) if carried is None else node_hash(row[-1], carried)
        return carried


class Regrowth:
    """The tree of all leaves so far."""

    def __init__(self) -> None:
        self.size = 0
        self._levels = [_OpenTile()]

    def extend(self, leaves: Sequence[Hash]) -> list[FullTile]:
        """Appends leaves and returns the tiles that became full, each before the one above it."""
        tiles: list[FullTile] = []
        self._grow(0, leaves, tiles)
        self.size += len(leaves)
        return tiles

    def root(self) -> Hash:
        """The root at this size."""
        carried: Hash | None = None
        for level in self._levels:
            carried = level.merged(carried)
        return EMPTY_ROOT if carried is None else carried

    def levels(self) -> list[int]:
        """How many full tiles there are, by level."""
        return [level.number for level in self._levels]

    def edges(self) -> list[tuple[int, int, bytes]]:
        """The unfinished tiles that have any hash, the lowest first: level, number, hashes."""
        return [
            (level, tile.number, b"".join(tile.rows[0]))
            for level, tile in enumerate(self._levels)
            if tile.rows[0]
        ]

    def _grow(self, level: int, hashes: Sequence[bytes], tiles: list[FullTile]) -> None:
        if level == len(self._levels):
            self._levels.append(_OpenTile())
        open_tile, start = self._levels[level], 0
        while start < len(hashes):
            taken = hashes[start : start + open_tile.room()]
            open_tile.extend(taken)
            start += len(taken)
            if not open_tile.room():
                tiles.append(open_tile.close(level))
                self._grow(level + 1, [tiles[-1].root], tiles)


def leaf_hashes(bodies: Sequence[bytes]) -> list[Hash]:
    """The leaf hash of each entry."""
    return cast(list[Hash], [sha256(b"\x00" + body).digest() for body in bodies])


def altered_byte(body: bytes, is_original: Callable[[bytes], bool]) -> int | None:
    """Where `body` differs from the original, if a single byte was altered and only a hash is known of it."""
    if len(body) > _SEARCHED_BYTES:
        return None
    tried = bytearray(body)
    for offset, stored in enumerate(body):
        for value in range(256):
            tried[offset] = value
            if value != stored and is_original(bytes(tried)):
                return offset
        tried[offset] = stored
    return None


def altered_entry_byte(body: bytes, leaf: bytes) -> int | None:
    """Where an entry differs from the one that was hashed into `leaf`."""
    return altered_byte(body, lambda tried: leaf_hash(tried) == leaf)
