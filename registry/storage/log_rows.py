"""The log as stored: entries, tiles and checkpoints, read by driver SQL and written in bulk."""

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from registry.ledger.tiles import FullTile
from registry.storage.sql import KeptReader, bulk_insert
from signing.inclusion import Hash


class LogRows:
    """Reads of the log. Bytes as they were hashed; nothing here knows what they mean."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def stored_size(self) -> int:
        """How many entries are committed, published or not."""
        row = self._reader.one("SELECT max(idx) FROM entry")
        return 0 if row is None or row[0] is None else int(row[0]) + 1

    def published(self) -> tuple[int, bytes] | None:
        """Size and note of the newest published checkpoint."""
        row = self._reader.one("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")
        return None if row is None else (int(row[0]), bytes(row[1]))

    def checkpoints(self) -> list[tuple[int, bytes]]:
        """Every checkpoint that was ever published, oldest first."""
        rows = self._reader.rows("SELECT size, note FROM checkpoint ORDER BY size")
        return [(int(size), bytes(note)) for size, note in rows]

    def bodies(self, start: int, end: int) -> list[bytes]:
        """The entries start..end-1."""
        rows = self._reader.rows("SELECT body FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", start, end)
        return [bytes(row[0]) for row in rows]

    def body(self, index: int) -> bytes | None:
        """One entry, or None where the log has none."""
        row = self._reader.one("SELECT body FROM entry WHERE idx = ?", index)
        return None if row is None else bytes(row[0])

    def landmarks(self, types: Sequence[str], start: int, end: int) -> list[tuple[int, bytes]]:
        """(index, body) of the entries of those types in start..end-1, in order."""
        places = ", ".join("?" for _ in types)
        rows = self._reader.rows(
            "SELECT entry.idx, entry.body FROM landmark JOIN entry ON entry.idx = landmark.idx "
            f"WHERE landmark.type IN ({places}) AND landmark.idx >= ? AND landmark.idx < ? "
            "ORDER BY landmark.idx",
            *types,
            start,
            end,
        )
        return [(int(index), bytes(body)) for index, body in rows]

    def tile(self, level: int, number: int) -> FullTile | None:
        """A full tile, or None while it is not full."""
        row = self._reader.one("SELECT hashes, above FROM tile WHERE level = ? AND number = ?", level, number)
        return None if row is None else FullTile(level, number, bytes(row[0]), bytes(row[1]))

    def tile_roots(self, level: int, start: int, end: int) -> list[Hash]:
        """The roots of the full tiles start..end-1 of a level."""
        rows = self._reader.rows(
            "SELECT root FROM tile WHERE level = ? AND number >= ? AND number < ? ORDER BY number",
            level,
            start,
            end,
        )
        return [Hash(bytes(row[0])) for row in rows]

    def status_list(self, name: str) -> bytes | None:
        """The newest published status list of that name: one whose entry a checkpoint covers."""
        row = self._reader.one(
            "SELECT body FROM status_list WHERE name = ? AND idx < (SELECT max(size) FROM checkpoint) "
            "ORDER BY idx DESC LIMIT 1",
            name,
        )
        return None if row is None else bytes(row[0])

    def has_status_list(self, name: str) -> bool:
        """Whether a status list of that name is published."""
        row = self._reader.one(
            "SELECT 1 FROM status_list WHERE name = ? AND idx < (SELECT max(size) FROM checkpoint) LIMIT 1",
            name,
        )
        return row is not None

    def stored_status_list(self, name: str) -> bytes | None:
        """The newest status list of that name, published or not."""
        row = self._reader.one("SELECT body FROM status_list WHERE name = ? ORDER BY idx DESC LIMIT 1", name)
        return None if row is None else bytes(row[0])


def insert_entries(connection: Connection, first: int, bodies: Sequence[bytes]) -> None:
    """Writes entries at first, first+1, …"""
    rows = [(index, body) for index, body in enumerate(bodies, start=first)]
    bulk_insert(connection, "entry", ("idx", "body"), rows)


def insert_tiles(connection: Connection, tiles: Sequence[FullTile]) -> None:
    """Writes tiles that became full."""
    rows = [(each.level, each.number, each.root, each.hashes, each.above) for each in tiles]
    bulk_insert(connection, "tile", ("level", "number", "root", "hashes", "above"), rows)


def insert_checkpoint(connection: Connection, size: int, note: bytes) -> None:
    """Publishes: from this commit on, readers serve a tree of `size`."""
    bulk_insert(connection, "checkpoint", ("size", "note"), [(size, note)])
