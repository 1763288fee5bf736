"""What institutions enter for the renewal of a filing: persons assessed, and which occupations to renew.

An entry of persons assessed is for exactly the months that it names: a year that two terms share is entered
for each of them. Choices belong to one term, by its last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from signing.encoding import parse_rfc3339, rfc3339


class RenewalTable(SQLModel):
    """Base of these tables."""

    metadata = DESK_METADATA


class RenewalAssessedRow(RenewalTable, table=True):
    """How many persons an institution assessed in some months; by which account it was entered, and when."""

    __tablename__ = "renewal_assessed"

    prefix: str = Field(primary_key=True)
    start_month: str = Field(primary_key=True)
    end_month: str = Field(primary_key=True)
    assessed: int
    account: str
    entered_at: str


class RenewalChoiceRow(RenewalTable, table=True):
    """Whether an occupation of a filing is to be renewed behind that term."""

    __tablename__ = "renewal_choice"

    prefix: str = Field(primary_key=True)
    term: str = Field(primary_key=True)
    occupation_code: str = Field(primary_key=True)
    occupation: str = Field(primary_key=True)
    job: str = Field(primary_key=True)
    renew: bool
    account: str
    entered_at: str


_ASSESSED, _CHOICE = (
    DESK_METADATA.tables[str(row.__tablename__)] for row in (RenewalAssessedRow, RenewalChoiceRow)
)


@dataclass(frozen=True)
class Entered:
    """A number of persons assessed, who entered it and when."""

    assessed: int
    account: str
    entered_at: datetime


@dataclass(frozen=True)
class Choice:
    """Whether to renew, who said so and when."""

    renew: bool
    account: str
    entered_at: datetime


class RenewalRows:
    """Entries for renewals on the desk's database. Occupations are (code, occupation, job)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def assessed(self, prefix: str) -> Mapping[tuple[str, str], Entered]:
        """What was entered for an institution, by (first month, last month). Raises: DatabaseUnavailable."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(_ASSESSED).where(_ASSESSED.c.prefix == prefix)).all()
        return {
            (row.start_month, row.end_month): Entered(
                row.assessed, row.account, parse_rfc3339(row.entered_at)
            )
            for row in rows
        }

    def choices(self, prefix: str, term: date) -> Mapping[tuple[str, str, str], Choice]:
        """What was chosen for the end of that term. Raises: DatabaseUnavailable."""
        chosen = sa.and_(_CHOICE.c.prefix == prefix, _CHOICE.c.term == term.isoformat())
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(_CHOICE).where(chosen)).all()
        return {
            (row.occupation_code, row.occupation, row.job): Choice(
                bool(row.renew), row.account, parse_rfc3339(row.entered_at)
            )
            for row in rows
        }

    def enter(
        self,
        prefix: str,
        assessed: Mapping[tuple[str, str], int | None],
        choices: Mapping[tuple[str, str, str], bool | None],
        *,
        term: date | None,
        account: str,
        now: datetime,
    ) -> int:
        """Saves all at once and says how many entries changed; None takes an entry back.

        What is as it was keeps its author. Raises: DatabaseUnavailable, and then nothing is saved.
        """
        by = {"account": account, "entered_at": rfc3339(now.replace(microsecond=0))}
        changed = 0
        with writing(self._engine) as connection:
            for (start, end), number in assessed.items():
                key = {"prefix": prefix, "start_month": start, "end_month": end}
                changed += _save(connection, _ASSESSED, key, "assessed", number, by)
            if term is not None:
                for (code, occupation, job), renew in choices.items():
                    key = {
                        "prefix": prefix,
                        "term": term.isoformat(),
                        "occupation_code": code,
                        "occupation": occupation,
                        "job": job,
                    }
                    changed += _save(connection, _CHOICE, key, "renew", renew, by)
        return changed


def _save(
    connection: Connection,
    table: sa.Table,
    key: Mapping[str, str],
    column: str,
    value: int | bool | None,
    by: Mapping[str, str],
) -> bool:
    """Puts a value in its place; False if it stood there."""
    there = sa.and_(*(table.c[name] == part for name, part in key.items()))
    before = connection.execute(sa.select(table.c[column]).where(there)).scalar_one_or_none()
    if before == value:
        return False
    connection.execute(sa.delete(table).where(there))
    if value is not None:
        connection.execute(sa.insert(table).values(**key, **by, **{column: value}))
    return True
