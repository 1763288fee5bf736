"""Reading the trail: by period, person, act, subject and outcome, newest first, page by page.

A page begins behind the last row of the one before it, so that what is appended meanwhile moves nothing, and
a page far back costs as much as the first. Rows sort by their id, which begins with the moment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.staff.trail import DONE, TrailEntry, entry_of_row
from registry.storage import staff_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading

_TRAIL = DESK_METADATA.tables[str(staff_rows.TrailRow.__tablename__)]
_PAGE: Final = 1_000


class TrailOutcome(StrEnum):
    """How an act ended, coarsely."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class TrailFilter:
    """Which acts are asked for; what is left open leaves nothing out. `account` may be "" for strangers.

    `start` is within, `end` is not; `before` is the id behind which a page goes on.
    """

    start: datetime | None = None
    end: datetime | None = None
    account: str | None = None
    act: str = ""
    subject: str = ""
    outcome: TrailOutcome | None = None
    before: str = ""


class TrailSearch:
    """Reads of the trail on one desk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, asked: TrailFilter, limit: int) -> Sequence[TrailEntry]:
        """At most `limit` acts, newest first. Raises: DatabaseUnavailable."""
        query = sa.select(_TRAIL).where(*_conditions(asked)).order_by(_TRAIL.c.id.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [entry_of_row(row) for row in connection.execute(query).mappings().all()]

    def count(self, asked: TrailFilter) -> int:
        """How many acts there are, on all pages. Raises: DatabaseUnavailable."""
        whole = _conditions(replace(asked, before=""))
        query = sa.select(sa.func.count()).select_from(_TRAIL).where(*whole)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def each(self, asked: TrailFilter, most: int) -> Iterator[TrailEntry]:
        """Up to `most` acts, newest first, read page by page. Raises: DatabaseUnavailable."""
        while most > 0 and (found := self.page(asked, min(most, _PAGE))):
            yield from found
            most -= len(found)
            asked = replace(asked, before=found[-1].id)

    def acts(self) -> Sequence[str]:
        """The codes of everything that was ever done here. Raises: DatabaseUnavailable."""
        query = sa.select(_TRAIL.c.act).distinct().order_by(_TRAIL.c.act)
        with reading(self._engine) as connection:
            return [str(act) for act in connection.execute(query).scalars()]


def _conditions(asked: TrailFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if asked.start is not None:
        found.append(_TRAIL.c.id >= _beginning(asked.start))
    if asked.end is not None:
        found.append(_TRAIL.c.id < _beginning(asked.end))
    if asked.before:
        found.append(_TRAIL.c.id < asked.before)
    if asked.account is not None:
        found.append(_TRAIL.c.account == asked.account)
    if asked.act:
        found.append(_TRAIL.c.act == asked.act)
    if asked.subject:
        found.append(_TRAIL.c.subject.contains(asked.subject, autoescape=True))
    match asked.outcome:
        case TrailOutcome.DONE:
            found.append(_TRAIL.c.outcome == DONE)
        case TrailOutcome.REFUSED:
            found.append(_TRAIL.c.outcome != DONE)
        case None:
            pass
    return found


def _beginning(moment: datetime) -> str:
    """How the ids of acts at that moment begin."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S}"
