"""The tree of a given size over stored tiles, and the right edge that grows by appending."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

from registry.ledger import merkle
from registry.ledger.errors import MissingTile
from registry.ledger.tiles import HASH_BYTES, WIDTH, FullTile, full_tile, tile_width
from signing.inclusion import EMPTY_ROOT, Hash

_CACHED_TILES = 2048


class TileSource(Protocol):
    """Where full tiles and entries come from."""

    def bodies(self, start: int, end: int) -> list[bytes]:
        """Entries start..end-1."""
        ...

    def tile(self, level: int, number: int) -> FullTile | None:
        """A full tile, or None."""
        ...

    def tile_roots(self, level: int, start: int, end: int) -> list[Hash]:
        """Roots of full tiles start..end-1."""
        ...


def cached_tiles(source: TileSource) -> Callable[[int, int], FullTile]:
    """Full tiles never change, so those in use are kept in memory (32 MB at most)."""

    @lru_cache(maxsize=_CACHED_TILES)
    def load(level: int, number: int) -> FullTile:
        tile = source.tile(level, number)
        if tile is None:
            raise MissingTile(level, number)
        return tile

    return load


class StoredTree:
    """The tree over the first `size` stored entries."""

    def __init__(
        self, source: TileSource, size: int, full: Callable[[int, int], FullTile] | None = None
    ) -> None:
        self.size = size
        self._source = source
        self._full = full or cached_tiles(source)
        self._edges: dict[int, list[Hash]] = {}
        self._edge_nodes: dict[int, list[list[Hash]]] = {}

    def node(self, height: int, position: int) -> Hash:
        """See `merkle.Subtrees`."""
        level, step = divmod(height, 8)
        number, offset = divmod(position << step, WIDTH)
        if (number + 1) << (8 * level + 8) <= self.size:
            return self._full(level, number).node(step, offset >> step)
        # Every proof meets the edge: its complete pairs are hashed once for this tree, not once a proof.
        if level not in self._edge_nodes:
            self._edge_nodes[level] = merkle.pyramid(self.edge(level))
        return self._edge_nodes[level][step][offset >> step]

    def edge(self, level: int) -> list[Hash]:
        """The hashes of the level's last, partial tile; empty where the last tile is full.

        Raises: MissingTile.
        """
        if level not in self._edges:
            end = self.size >> (8 * level)
            start = end - end % WIDTH
            if level == 0:
                row = merkle.leaf_hashes(self._source.bodies(start, end))
            else:
                row = self._source.tile_roots(level - 1, start, end)
            if len(row) != end - start:
                raise MissingTile(level, start // WIDTH)
            self._edges[level] = row
        return self._edges[level]

    def tile_hashes(self, level: int, number: int, width: int) -> bytes | None:
        """The first `width` hashes of a tile, or None where this tree has fewer."""
        available = tile_width(self.size, level, number)
        if not 0 < width <= available:
            return None
        if available == WIDTH:
            return self._full(level, number).hashes[: width * HASH_BYTES]
        return b"".join(self.edge(level)[:width])

    def root(self) -> Hash:
        """The tree's root."""
        return merkle.root(self, self.size)

    def inclusion_proof(self, index: int) -> list[Hash]:
        """The path of an entry to this root."""
        return merkle.inclusion_proof(self, index, self.size)

    def consistency_proof(self, old_size: int) -> list[Hash]:
        """What shows that this tree extends the one of `old_size`, which is no larger."""
        return merkle.consistency_proof(self, old_size, self.size)


class GrowingEdge:
    """The unfinished row of each level; full rows leave it as tiles."""

    def __init__(self, size: int, rows: Sequence[Sequence[Hash]]) -> None:
        self.size = size
        self._rows = [list(row) for row in rows]

    @classmethod
    def of(cls, tree: StoredTree) -> "GrowingEdge":
        """The edge of a stored tree."""
        levels = max(1, (tree.size.bit_length() + 7) // 8)
        return cls(tree.size, [tree.edge(level) for level in range(levels)])

    def extend(self, leaves: Sequence[Hash]) -> list[FullTile]:
        """Appends leaves and returns the tiles that became full, lower levels first."""
        tiles: list[FullTile] = []
        rising: Sequence[Hash] = leaves
        level = 0
        while rising:
            if level == len(self._rows):
                self._rows.append([])
            row = self._rows[level]
            done = (self.size >> (8 * level)) - len(row)
            row.extend(rising)
            full = [
                full_tile(level, (done + start) // WIDTH, row[start : start + WIDTH])
                for start in range(0, len(row) - WIDTH + 1, WIDTH)
            ]
            del row[: len(full) * WIDTH]
            tiles.extend(full)
            rising = [tile.root for tile in full]
            level += 1
        self.size += len(leaves)
        return tiles

    def root(self) -> Hash:
        """The root of all that was appended."""
        carried: list[Hash] = []
        for row in self._rows:
            hashes = [*row, *carried]
            carried = [merkle.merge(hashes)] if hashes else []
        return carried[0] if carried else EMPTY_ROOT
