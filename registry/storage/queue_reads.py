"""Which entries of the log are positions of the national queue, counted without being read."""

from registry.storage.sql import KeptReader

# Landmarks are all entries that are no certificates; of these, acts and filings go to the network.
_OTHER = "type NOT IN ('act', 'filing')"


class QueueReads:
    """Reads on the register."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def count_behind(self, index: int, size: int) -> int:
        """How many positions stand behind `index`, within a tree of `size`."""
        row = self._reader.one(
            f"SELECT count(*) FROM landmark WHERE idx > ? AND idx < ? AND {_OTHER}", index, size
        )
        return max(0, size - 1 - index - (int(row[0]) if row else 0))

    def first_behind(self, index: int, size: int) -> int | None:
        """The first of them, None if there is none."""
        row = self._reader.one(
            "SELECT idx FROM entry WHERE idx > ? AND idx < ? AND NOT EXISTS "
            f"(SELECT 1 FROM landmark WHERE landmark.idx = entry.idx AND {_OTHER}) ORDER BY idx LIMIT 1",
            index,
            size,
        )
        return None if row is None else int(row[0])
