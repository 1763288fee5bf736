"""Which rows of a batch have a finding, are refused, flagged or clean: kept, so that no page scans a batch.

Row numbers are kept as ranges under the name of what they have in common: `R14` and `R14.late` for findings,
`refused`, `flagged`, `clean`, and `level.3` for those of a level. They say nothing about a person.

Source: the product's own format.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from registry.intake.findings import Finding
from signing.encoding import canonical_json

REFUSED, FLAGGED, CLEAN = "refused", "flagged", "clean"
_LARGEST = 64 << 20


@dataclass(frozen=True)
class RowIndex:
    """Row numbers by what they have in common, ascending and each once: the first of a run and its length."""

    ranges: Mapping[str, Sequence[int]]

    @classmethod
    def of_rows(cls, rows: Mapping[str, Sequence[int]]) -> "RowIndex":
        """The index of these rows."""
        return cls({name: _ranges(numbers) for name, numbers in rows.items()})

    def of(self, name: str) -> Sequence[int]:
        """The rows under a name, none if there is no such name."""
        ranges = self.ranges.get(name, ())
        rows: list[int] = []
        for first, length in zip(ranges[::2], ranges[1::2], strict=True):
            rows += range(first, first + length)
        return rows

    def count(self, name: str) -> int:
        """How many rows there are under a name."""
        return sum(self.ranges.get(name, ())[1::2])

    def every_row(self) -> Sequence[int]:
        """All rows of the batch: each is refused, flagged or clean."""
        return sorted([*self.of(REFUSED), *self.of(FLAGGED), *self.of(CLEAN)])

    def with_findings(self) -> Sequence[int]:
        """The rows that something was found in."""
        return sorted([*self.of(REFUSED), *self.of(FLAGGED)])

    def counts(self) -> Mapping[str, int]:
        """How many rows there are under each name."""
        return {name: self.count(name) for name in self.ranges}

    def encoded(self) -> bytes:
        """As it is stored, packed."""
        return zlib.compress(canonical_json({name: list(each) for name, each in self.ranges.items()}))

    @classmethod
    def decoded(cls, stored: bytes) -> "RowIndex":
        """What `encoded` gave; nothing for a batch that has none. A batch's index never changes."""
        return _decoded(stored)


@lru_cache(maxsize=16)
def _decoded(stored: bytes) -> RowIndex:
    if not stored:
        return RowIndex({})
    # Our own bytes, bound by a keyed hash.
    value = json.loads(zlib.decompressobj().decompress(stored, _LARGEST))
    return RowIndex(cast(dict[str, list[int]], value))


class RowIndexer:
    """Takes in the rows of a batch in their order."""

    def __init__(self) -> None:
        self._rows: dict[str, list[int]] = {}

    def add(self, row: int, findings: Sequence[Finding], *, refused: bool, level: int | None) -> None:
        """One more row."""
        self._note(REFUSED if refused else FLAGGED if findings else CLEAN, row)
        if level is not None:
            self._note(f"level.{level}", row)
        for each in findings:
            self._note(each.code.value, row)
            self._note(f"{each.code.value}.{each.kind}", row)

    def index(self) -> RowIndex:
        """What was taken in."""
        return RowIndex.of_rows(self._rows)

    def _note(self, name: str, row: int) -> None:
        rows = self._rows.setdefault(name, [])
        if not rows or rows[-1] != row:
            rows.append(row)


def _ranges(rows: Iterable[int]) -> list[int]:
    """First and length of each run, one behind the other."""
    ranges: list[int] = []
    for row in rows:
        if ranges and ranges[-2] + ranges[-1] == row:
            ranges[-1] += 1
        else:
            ranges += [row, 1]
    return ranges
