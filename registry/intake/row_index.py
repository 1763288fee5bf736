"""Which rows of a batch have a finding, are refused, flagged or clean: kept, so that no page scans a batch.

Row numbers are kept as ranges under the name of what they have in common: `R14` and `R14.late` for findings,
`refused`, `flagged`, `clean`, and `level.3` for those of a level. They say nothing about a person.

Source: the product's own format.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.intake.findings import Finding
from signing.encoding import canonical_json, parse_json

REFUSED, FLAGGED, CLEAN = "refused", "flagged", "clean"
_LARGEST = 64 << 20


@dataclass(frozen=True)
class RowIndex:
    """Row numbers by what they have in common, ascending and each once."""

    rows: Mapping[str, Sequence[int]]

    def of(self, name: str) -> Sequence[int]:
        """The rows under a name, none if there is no such name."""
        return self.rows.get(name, ())

    def every_row(self) -> Sequence[int]:
        """All rows of the batch: each is refused, flagged or clean."""
        return sorted([*self.of(REFUSED), *self.of(FLAGGED), *self.of(CLEAN)])

    def with_findings(self) -> Sequence[int]:
        """The rows that something was found in."""
        return sorted([*self.of(REFUSED), *self.of(FLAGGED)])

    def counts(self) -> Mapping[str, int]:
        """How many rows there are under each name."""
        return {name: len(rows) for name, rows in self.rows.items()}

    def encoded(self) -> bytes:
        """As it is stored: packed ranges."""
        return zlib.compress(canonical_json({name: _ranges(rows) for name, rows in self.rows.items()}))

    @classmethod
    def decoded(cls, stored: bytes) -> "RowIndex":
        """What `encoded` gave; nothing for a batch that has none."""
        if not stored:
            return cls({})
        value = parse_json(zlib.decompressobj().decompress(stored, _LARGEST))
        assert isinstance(value, dict)
        return cls({name: _numbers(ranges) for name, ranges in value.items() if isinstance(ranges, list)})


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
        return RowIndex(self._rows)

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


def _numbers(ranges: Sequence[object]) -> list[int]:
    rows: list[int] = []
    for first, length in zip(ranges[::2], ranges[1::2], strict=True):
        assert isinstance(first, int)
        assert isinstance(length, int)
        rows += range(first, first + length)
    return rows
