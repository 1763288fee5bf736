"""Changes of a batch's drafts, one at a time: whoever changes holds the row of the review until the end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection, CursorResult, Engine
from sqlalchemy.exc import IntegrityError

from registry.storage.sql import Row, bulk_insert, for_dialect, writing


@dataclass(frozen=True)
class NewReview:
    """What is known of a batch before anybody said a word."""

    batch: bytes
    percent: int
    least: int


@dataclass(frozen=True, slots=True)
class OutlinedRow:
    """A row of the workbook as the desk lists it. `flags` holds each kind of finding between spaces."""

    row: int
    refused: bool
    flagged: bool
    level: int
    flags: str


@dataclass(frozen=True, slots=True)
class DraftedRow:
    """What is said of a row, by whom, and at which revision that was changed last."""

    row: int
    refused: bool
    flagged: bool
    word: str
    reason: str
    by: str
    at: str
    revision: int


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row of a sample and what an inspection found."""

    row: int
    result: str
    note: str
    by: str
    at: str
    revision: int


DRAWN_COLUMNS = '"row", result, note, inspected_by, inspected_at, revision'
_ROW_COLUMNS = (
    "batch", '"row"', "refused", "flagged", "level", "flags",
    "word", "reason", "decided_by", "decided_at", "revision",
)  # fmt: skip
_INSPECTION_COLUMNS = (
    "batch", "drawn_for", '"row"', "result", "note", "inspected_by", "inspected_at", "revision",
)  # fmt: skip


def insert_review(
    engine: Engine, review: NewReview, rows: Sequence[OutlinedRow], drawn: Sequence[tuple[str, int]]
) -> bool:
    """Lays a batch on the desk, whole or not at all; False if it lies there already, and stays as it is."""
    try:
        with writing(engine) as connection:
            bulk_insert(
                connection,
                "review",
                ("batch", "revision", "changed_by", "changed_at", "percent", "least"),
                [(review.batch, 0, "", "", review.percent, review.least)],
            )
            listed: list[Row] = [
                (
                    review.batch,
                    each.row,
                    each.refused,
                    each.flagged,
                    each.level,
                    each.flags,
                    "",
                    "",
                    "",
                    "",
                    0,
                )
                for each in rows
            ]
            bulk_insert(connection, "review_row", _ROW_COLUMNS, listed)
            sample: list[Row] = [(review.batch, whose, row, "", "", "", "", 0) for whose, row in drawn]
            bulk_insert(connection, "inspection", _INSPECTION_COLUMNS, sample)
    except IntegrityError:
        return False
    return True


class DraftChange:
    """One change of the drafts of one batch, inside its transaction."""

    def __init__(self, connection: Connection, batch: bytes, revision: int, by: str, at: str) -> None:
        """`revision`, `by` and `at` are those of the last change before this one."""
        self._connection = connection
        self._batch = batch
        self.revision, self.by, self.at = revision, by, at

    def row(self, row: int) -> DraftedRow | None:
        """What is said of a row until now."""
        found = self._one(
            'SELECT "row", refused, flagged, word, reason, decided_by, decided_at, revision '
            'FROM review_row WHERE batch = ? AND "row" = ?',
            *(self._batch, row),
        )
        return None if found is None else DraftedRow(*found)

    def undecided_in_group(self, flags: str) -> int:
        """How many rows with exactly these flags wait for a word."""
        return self._count("flags = ? AND flagged = ? AND refused = ? AND word = ''", flags, True, False)

    def decided_in_group(self, flags: str) -> int:
        """How many rows with exactly these flags have one."""
        return self._count("flags = ? AND flagged = ? AND refused = ? AND word <> ''", flags, True, False)

    def set_row(self, row: int, word: str, reason: str, by: str, at: str) -> None:
        """The word on one row; "" takes it back."""
        self._set('"row" = ?', (row,), word, reason, by, at)

    def set_group(self, flags: str, word: str, reason: str, by: str, at: str) -> None:
        """The word on every row with exactly these flags that has none yet; "" takes back all of them."""
        waiting = "word = ''" if word else "word <> ''"
        condition = f"flags = ? AND flagged = ? AND refused = ? AND {waiting}"
        self._set(condition, (flags, True, False), word, reason, by, at)

    def inspection(self, drawn_for: str, row: int) -> DrawnRow | None:
        """What was found of a row of a sample until now; None if it was not drawn."""
        found = self._one(
            f'SELECT {DRAWN_COLUMNS} FROM inspection WHERE batch = ? AND drawn_for = ? AND "row" = ?',
            *(self._batch, drawn_for, row),
        )
        return None if found is None else DrawnRow(*found)

    def set_inspection(self, drawn_for: str, row: int, result: str, note: str, by: str, at: str) -> None:
        """What an inspection found; "" takes it back."""
        self._run(
            "UPDATE inspection SET result = ?, note = ?, inspected_by = ?, inspected_at = ?, revision = ? "
            'WHERE batch = ? AND drawn_for = ? AND "row" = ?',
            *(result, note, by, at, self.revision + 1, self._batch, drawn_for, row),
        )
        self._grown(by, at)

    def _set(
        self, condition: str, values: Sequence[object], word: str, reason: str, by: str, at: str
    ) -> None:
        self._run(
            "UPDATE review_row SET word = ?, reason = ?, decided_by = ?, decided_at = ?, revision = ? "
            f"WHERE batch = ? AND {condition}",
            *(word, reason, by, at, self.revision + 1, self._batch, *values),
        )
        self._grown(by, at)

    def _grown(self, by: str, at: str) -> None:
        self.revision, self.by, self.at = self.revision + 1, by, at
        self._run(
            "UPDATE review SET revision = ?, changed_by = ?, changed_at = ? WHERE batch = ?",
            *(self.revision, by, at, self._batch),
        )

    def _count(self, condition: str, *values: object) -> int:
        statement = f"SELECT COUNT(*) FROM review_row WHERE batch = ? AND {condition}"
        return int(self._run(statement, self._batch, *values).scalar_one())

    def _one(self, statement: str, *values: object) -> Row | None:
        found = self._run(statement, *values).fetchone()
        return None if found is None else tuple(found)

    def _run(self, statement: str, *values: object) -> CursorResult[Any]:
        return self._connection.exec_driver_sql(
            for_dialect(statement, self._connection.dialect.name), tuple(values)
        )


@contextmanager
def changing(engine: Engine, batch: bytes) -> Iterator[DraftChange | None]:
    """A change of the drafts, which no other overlaps; None if the batch does not lie on the desk."""
    with writing(engine) as connection:
        dialect = connection.dialect.name
        # Takes the lock before anything is read.
        connection.exec_driver_sql(
            for_dialect("UPDATE review SET revision = revision WHERE batch = ?", dialect), (batch,)
        )
        found = connection.exec_driver_sql(
            for_dialect("SELECT revision, changed_by, changed_at FROM review WHERE batch = ?", dialect),
            (batch,),
        ).fetchone()
        yield None if found is None else DraftChange(connection, batch, int(found[0]), found[1], found[2])
