"""A desk with an invented batch on it, for tests that need no register."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from registry.intake.row_index import CLEAN, FLAGGED, REFUSED, RowIndex
from registry.review.drafts import Change
from registry.review.laying import BatchOutline, lay_on_desk
from registry.review.sample import SampleRule
from registry.storage.draft_reads import DraftReads, RowFilter
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import KeptReader, open_engine, sqlite_url, writing

BATCH, MAC = b"\x07" * 16, b"\x05" * 32
AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
LATE, TWICE = "R14.late", "R15.in_file"
# Rows 2–13 of a workbook: two refused, three late, one late and twice there, one twice there, five clean.
OUTLINE = BatchOutline(
    BATCH,
    MAC,
    RowIndex.of_rows(
        {
            REFUSED: [4, 9],
            FLAGGED: [3, 5, 7, 8, 11],
            CLEAN: [2, 6, 10, 12, 13],
            "R03": [4, 9],
            "R03.length": [4, 9],
            "R14": [3, 5, 7, 8],
            LATE: [3, 5, 7, 8],
            "R15": [8, 11],
            TWICE: [8, 11],
            "level.2": [2, 3, 10],
            "level.3": [5, 6, 7, 8, 9, 11, 12, 13],
        }
    ),
)
RULE = SampleRule(percent=20, least=3)


@contextmanager
def a_desk(directory: Path, database: str = "") -> Iterator[Engine]:
    """The desk, with the batch laid on it; on PostgreSQL where a database is given."""
    engine = open_engine(database or sqlite_url(directory / "desk.sqlite"))
    migrate(engine, Schema.DESK)
    assert lay_on_desk(engine, OUTLINE, RULE)
    yield engine
    engine.dispose()


def laid_anew(engine: Engine) -> None:
    """The desk as it was before anybody said a word."""
    with writing(engine) as connection:
        for table in ("review", "review_row", "inspection", "proposal"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    assert lay_on_desk(engine, OUTLINE, RULE)


def by(account: str = "account-1", seen: int = 0) -> Change:
    """A change by somebody who saw that revision."""
    return Change(BATCH, seen, account, AT)


def revision(desk: Engine) -> int:
    """How far the drafts got."""
    with closing(KeptReader(desk)) as reader:
        review = DraftReads(reader).review(BATCH)
    assert review is not None
    return review.revision


def listed(desk: Engine, limit: int = 5, **wanted: object) -> list[int]:
    """The rows that a filter shows, leafed through page by page."""
    with closing(KeptReader(desk)) as reader:
        reads, found, last = DraftReads(reader), list[int](), 0
        while page := reads.page(BATCH, RowFilter(**wanted), row=last, limit=limit, order="after"):  # type: ignore[arg-type]
            found += [each.row for each in page]
            last = page[-1].row
        assert len(found) == reads.count(BATCH, RowFilter(**wanted))  # type: ignore[arg-type]
    return found
