"""Reads of a batch's drafts: counts and pages of rows by SQL, so that no size of a batch is felt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.engine import Engine

from registry.storage.draft_changes import DRAWN_COLUMNS, DrawnRow
from registry.storage.sql import KeptReader, Row, for_dialect, reading

_ROW = (
    'r."row"', "r.refused", "r.flagged", "r.level", "r.flags",
    "r.word", "r.reason", "r.decided_by", "r.decided_at", "r.revision",
)  # fmt: skip


@dataclass(frozen=True)
class StoredReview:
    """A batch on the desk: how far its drafts got and who changed them last."""

    batch: bytes
    revision: int
    changed_by: str
    changed_at: str
    percent: int
    least: int


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One row as a page lists it."""

    row: int
    refused: bool
    flagged: bool
    level: int
    flags: str
    word: str
    reason: str
    by: str
    at: str
    revision: int


@dataclass(frozen=True)
class RowFilter:
    """Which rows a page lists. Every part that is set must hold.

    `finding` is a kind such as R14.late; `standing` one of refused, undecided, accepted, rejected, entering;
    `drawn_for` names a sample.
    """

    finding: str = ""
    standing: str = ""
    level: int = 0
    drawn_for: str = ""


@dataclass(frozen=True)
class GroupCount:
    """How many rows with the same findings stand the same way."""

    flags: str
    refused: bool
    flagged: bool
    word: str
    count: int


@dataclass(frozen=True)
class DraftedDecision:
    """Every word on a batch at one revision, by row, with its reason."""

    revision: int
    rejected: Mapping[int, str]
    accepted: Mapping[int, str]
    drawn: Mapping[str, tuple[DrawnRow, ...]]
    percent: int
    least: int


class DraftReads:
    """Reads of drafts. One belongs to one thread, as its reader does."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def review(self, batch: bytes) -> StoredReview | None:
        """The batch's review, None before it lies on the desk."""
        columns = ", ".join(StoredReview.__dataclass_fields__)
        row = self._reader.one(f"SELECT {columns} FROM review WHERE batch = ?", batch)
        return None if row is None else StoredReview(bytes(row[0]), *row[1:])

    def groups(self, batch: bytes) -> list[GroupCount]:
        """All rows, counted by what was found in them and how they stand."""
        rows = self._reader.rows(
            "SELECT flags, refused, flagged, word, COUNT(*) FROM review_row WHERE batch = ? "
            "GROUP BY flags, refused, flagged, word ORDER BY flags",
            batch,
        )
        return [
            GroupCount(str(flags), bool(refused), bool(flagged), str(word), int(count))
            for flags, refused, flagged, word, count in rows
        ]

    def levels(self, batch: bytes) -> dict[int, int]:
        """How many rows of each level; 0 where no level could be read."""
        rows = self._reader.rows(
            "SELECT level, COUNT(*) FROM review_row WHERE batch = ? GROUP BY level ORDER BY level", batch
        )
        return {int(level): int(count) for level, count in rows}

    def count(self, batch: bytes, wanted: RowFilter) -> int:
        """How many rows a filter finds."""
        source, values = _wanted(batch, wanted)
        found = self._reader.one(f"SELECT COUNT(*) {source}", *values)
        return 0 if found is None else int(found[0])

    def page(
        self, batch: bytes, wanted: RowFilter, *, row: int, limit: int, order: Literal["after", "before"]
    ) -> list[ListedRow]:
        """At most `limit` rows after (or before) a row, in the order of the workbook."""
        source, values = _wanted(batch, wanted)
        beyond, direction = ("> ?", "ASC") if order == "after" else ("< ?", "DESC")
        found = self._reader.rows(
            f'SELECT {", ".join(_ROW)} {source} AND r."row" {beyond} ORDER BY r."row" {direction} LIMIT ?',
            *(*values, row, limit),
        )
        listed = [_listed(each) for each in found]
        return listed if order == "after" else listed[::-1]

    def one(self, batch: bytes, row: int) -> ListedRow | None:
        """One row."""
        found = self._reader.one(
            f'SELECT {", ".join(_ROW)} FROM review_row r WHERE r.batch = ? AND r."row" = ?', batch, row
        )
        return None if found is None else _listed(found)

    def contradicted(self, batch: bytes) -> int:
        """How many rows an inspection found to differ that nobody rejected."""
        row = self._reader.one(
            'SELECT COUNT(DISTINCT i."row") FROM inspection i '
            'JOIN review_row r ON r.batch = i.batch AND r."row" = i."row" '
            "WHERE i.batch = ? AND i.result = 'discrepancy' AND r.word <> 'rejected'",
            batch,
        )
        return 0 if row is None else int(row[0])

    def drawn(self, batch: bytes, drawn_for: str) -> list[DrawnRow]:
        """A sample in the order of the workbook."""
        rows = self._reader.rows(
            f'SELECT {DRAWN_COLUMNS} FROM inspection WHERE batch = ? AND drawn_for = ? ORDER BY "row"',
            *(batch, drawn_for),
        )
        return [DrawnRow(*row) for row in rows]


def read_decision(engine: Engine, batch: bytes) -> DraftedDecision | None:
    """Every word on a batch and its samples as of one moment; None if it does not lie on the desk."""
    dialect = engine.dialect.name
    with reading(engine) as connection:
        review = connection.exec_driver_sql(
            for_dialect("SELECT revision, percent, least FROM review WHERE batch = ?", dialect), (batch,)
        ).fetchone()
        if review is None:
            return None
        words: dict[str, dict[int, str]] = {"accepted": {}, "rejected": {}}
        for row, word, reason in connection.exec_driver_sql(
            for_dialect(
                'SELECT "row", word, reason FROM review_row WHERE batch = ? AND word <> \'\' ORDER BY "row"',
                dialect,
            ),
            (batch,),
        ):
            words[word][int(row)] = reason
        drawn: dict[str, list[DrawnRow]] = {}
        for whose, *drawn_row in connection.exec_driver_sql(
            for_dialect(
                f"SELECT drawn_for, {DRAWN_COLUMNS} FROM inspection WHERE batch = ? "
                'ORDER BY drawn_for, "row"',
                dialect,
            ),
            (batch,),
        ):
            drawn.setdefault(str(whose), []).append(DrawnRow(*drawn_row))
    samples = {whose: tuple(rows) for whose, rows in drawn.items()}
    revision, percent, least = review
    return DraftedDecision(revision, words["rejected"], words["accepted"], samples, percent, least)


def _wanted(batch: bytes, wanted: RowFilter) -> tuple[str, tuple[object, ...]]:
    """FROM and WHERE of a filter, with the values of its places."""
    source = "FROM review_row r"
    values: list[object] = []
    if wanted.drawn_for:
        source += ' JOIN inspection i ON i.batch = r.batch AND i."row" = r."row" AND i.drawn_for = ?'
        values.append(wanted.drawn_for)
    source += " WHERE r.batch = ?"
    values.append(batch)
    if wanted.finding:
        source += " AND r.flags LIKE ?"
        values.append(f"% {wanted.finding} %")
    if wanted.level:
        source += " AND r.level = ?"
        values.append(wanted.level)
    condition, more = _STANDINGS[wanted.standing]
    return source + condition, (*values, *more)


_STANDINGS: Mapping[str, tuple[str, tuple[object, ...]]] = {
    "": ("", ()),
    "refused": (" AND r.refused = ?", (True,)),
    "undecided": (" AND r.refused = ? AND r.flagged = ? AND r.word = ''", (False, True)),
    "accepted": (" AND r.refused = ? AND r.word = 'accepted'", (False,)),
    "rejected": (" AND r.refused = ? AND r.word = 'rejected'", (False,)),
    "entering": (
        " AND r.refused = ? AND (r.word = 'accepted' OR (r.word = '' AND r.flagged = ?))",
        (False, False),
    ),
}
STANDINGS = tuple(_STANDINGS)


def _listed(row: Row) -> ListedRow:
    return ListedRow(int(row[0]), bool(row[1]), bool(row[2]), *row[3:])
