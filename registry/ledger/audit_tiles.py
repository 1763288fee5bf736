"""Stored tiles against the tree grown anew, and the search for the byte that was altered.

Source: C2SP tlog-tiles; RFC 6962 section 2.1.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from registry.ledger.audit_report import Check, FindingCode, first_difference, found
from registry.ledger.audit_tree import Regrowth, altered_byte, altered_entry_byte
from registry.ledger.errors import MissingTile
from registry.ledger.tiles import HASH_BYTES, WIDTH, FullTile, full_tile
from registry.ledger.tree import StoredTree
from registry.storage.audit_rows import AuditRows
from signing.errors import InclusionMismatch
from signing.inclusion import Hash, check_inclusion, leaf_hash

# Each tried byte costs a path of hashes: more than this would take minutes, and only the entry is named.
_SEARCHED_BYTES = 2_048


def check_rows(
    rows: AuditRows, start: int, bodies: Sequence[bytes], leaves: Sequence[Hash]
) -> dict[int, FullTile]:
    """The lowest full tiles against the entries below them; `start` is a multiple of 256.

    Returns the stored tiles by number.
    """
    checked: dict[int, FullTile] = {}
    for first in range(0, len(leaves) - WIDTH + 1, WIDTH):
        number = (start + first) // WIDTH
        stored = checked[number] = _stored_tile(rows, 0, number)
        row = b"".join(leaves[first : first + WIDTH])
        if stored.hashes != row:
            _blame(stored, row, start + first, bodies[first : first + WIDTH])
    return checked


def check_tiles(rows: AuditRows, lowest: Mapping[int, FullTile], tiles: Iterable[FullTile]) -> None:
    """Tiles of the tree grown anew against the stored ones, of which `lowest` were read before."""
    for tile in tiles:
        stored = lowest[tile.number] if tile.level == 0 else _stored_tile(rows, tile.level, tile.number)
        for column, held, wanted in (
            ("hashes", stored.hashes, tile.hashes),
            ("above", stored.above, tile.above),
        ):
            if held != wanted:
                _tile_altered(tile, column, first_difference(held, wanted))


def check_no_others(rows: AuditRows, tree: Regrowth) -> None:
    """There is no tile that the tree does not have."""
    levels = tree.levels()
    strays = [rows.tile_outside(level, count) for level, count in enumerate(levels)]
    for stray in (*strays, rows.tile_level_outside(len(levels))):
        if stray is not None:
            found(FindingCode.TILE_BEYOND_LOG, Check.TREE, "tile", f"{stray[0]}/{stray[1]}")


def search_altered(
    rows: AuditRows, candidates: Sequence[int], size: int, root: bytes
) -> tuple[int, int] | None:
    """(index, offset) of the one altered byte among those entries, if undoing it leads to `root`.

    For the right edge, where no tile remembers the leaves.
    """
    edge = size - size % WIDTH
    stored: dict[int, Any] = {row[0]: row[1] for row in rows.in_range("entry", ("idx", "body"), edge, size)}
    suspected = [index for index in candidates if index in stored]
    if len(stored) < size - edge or not all(isinstance(body, bytes) for body in stored.values()):
        return None
    if sum(len(stored[index]) for index in suspected) > _SEARCHED_BYTES:
        return None
    tree = StoredTree(rows.log, size)
    try:
        if tree.root() == root:
            return None
        for index in suspected:
            leads = partial(_leads, index, size, tree.inclusion_proof(index), root)
            if (offset := altered_byte(stored[index], leads)) is not None:
                return index, offset
    except MissingTile:
        return None
    return None


def _leads(index: int, size: int, proof: Sequence[bytes], root: bytes, body: bytes) -> bool:
    try:
        check_inclusion(leaf_hash(body), index, size, proof, root)
    except InclusionMismatch:
        return False
    return True


def _stored_tile(rows: AuditRows, level: int, number: int) -> FullTile:
    row = rows.tile(level, number)
    key = f"{level}/{number}"
    if row is None:
        found(FindingCode.TILE_MISSING, Check.TREE, "tile", key)
    root, hashes, above = row
    lengths = (HASH_BYTES, WIDTH * HASH_BYTES, (WIDTH - 1) * HASH_BYTES)
    for column, value, length in zip(("root", "hashes", "above"), row, lengths, strict=True):
        if not isinstance(value, bytes) or len(value) != length:
            found(FindingCode.TILE_ALTERED, Check.TREE, "tile", key, column)
    tile = FullTile(level, number, hashes, above)
    if root != tile.root:
        column = "above" if tile.root != _recomputed(tile).root else "root"
        offset = first_difference(root, tile.root)
        if column == "above":
            offset = first_difference(above, _recomputed(tile).above)
        _tile_altered(tile, column, offset)
    return tile


def _blame(stored: FullTile, row: bytes, first: int, bodies: Sequence[bytes]) -> NoReturn:
    """Leaves and tile differ. A tile that still agrees with its own upper hashes was not altered."""
    offset = first_difference(stored.hashes, row)
    if _recomputed(stored).above != stored.above:
        _tile_altered(stored, "hashes", offset)
    position = offset // HASH_BYTES
    leaf = stored.hashes[position * HASH_BYTES : (position + 1) * HASH_BYTES]
    at = altered_entry_byte(bodies[position], leaf)
    found(FindingCode.ENTRY_ALTERED, Check.ENTRIES, "entry", first + position, "body", offset=at)


def _recomputed(tile: FullTile) -> FullTile:
    row = [Hash(tile.hashes[at : at + HASH_BYTES]) for at in range(0, len(tile.hashes), HASH_BYTES)]
    return full_tile(tile.level, tile.number, row)


def _tile_altered(tile: FullTile, column: str, offset: int) -> NoReturn:
    key = f"{tile.level}/{tile.number}"
    found(FindingCode.TILE_ALTERED, Check.TREE, "tile", key, column, offset=offset)
