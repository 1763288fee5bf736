"""Tiles: the tree's hashes in rows of 256, and the addresses that outsiders fetch them by.

Only full tiles are kept. A tile at the right edge is made from what stands below it (entries, or the roots
of full tiles), so no row is ever rewritten and a partial tile is a prefix of the full one by construction.

Source: C2SP tlog-tiles.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registry.ledger.merkle import pyramid
from signing.inclusion import Hash

WIDTH = 256
HASH_BYTES = 32
_NUMBER = re.compile(r"(x[0-9]{3}/)*[0-9]{3}")


@dataclass(frozen=True)
class FullTile:
    """One complete tile: 256 hashes, and the 255 hashes above them up to the tile's own root."""

    level: int
    number: int
    hashes: bytes
    above: bytes

    @property
    def root(self) -> Hash:
        """The hash of the subtree that the tile covers; it stands in the next level's tile."""
        return Hash(self.above[-HASH_BYTES:])

    def node(self, height: int, position: int) -> Hash:
        """The subtree hash `height` steps above the tile's row, `position` counted within the tile."""
        if height == 0:
            return Hash(self.hashes[position * HASH_BYTES : (position + 1) * HASH_BYTES])
        at = (WIDTH - (WIDTH >> (height - 1)) + position) * HASH_BYTES
        return Hash(self.above[at : at + HASH_BYTES])


def full_tile(level: int, number: int, row: Sequence[Hash]) -> FullTile:
    """The tile over exactly 256 neighbouring hashes."""
    levels = pyramid(row)
    above = b"".join(each for level_row in levels[1:] for each in level_row)
    return FullTile(level, number, b"".join(row), above)


def tile_width(size: int, level: int, number: int) -> int:
    """How many hashes tile (level, number) holds in a tree of that size: 0..256."""
    return max(0, min(WIDTH, (size >> (8 * level)) - number * WIDTH))


def tile_path(number: int) -> str:
    """A tile number as path groups: 1234067 -> `x001/x234/067`."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def parse_tile_path(text: str) -> int | None:
    """The number behind a path in its one spelling, None for anything else."""
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        return None
    number = int(text.replace("x", "").replace("/", ""))
    return number if tile_path(number) == text else None


def bundle(bodies: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its length as two bytes, big-endian."""
    return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)
