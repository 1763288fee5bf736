"""Reconciliation reports as the desk keeps them: signed, whole, and never changed."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.storage.metadata import DESK_METADATA
from registry.storage.national_rows import NationalReconciliationRow
from registry.storage.sql import reading, writing
from signing.encoding import parse_rfc3339, rfc3339

_REPORT = DESK_METADATA.tables[str(NationalReconciliationRow.__tablename__)]
_ID_BYTES = 8


@dataclass(frozen=True)
class KeptReport:
    """What there is to know of a report without reading it."""

    id: str
    at: datetime
    size: int
    outcome: str


def keep_report(engine: Engine, report: bytes, *, at: datetime, size: int, outcome: str) -> KeptReport:
    """Keeps a signed report. Raises: DatabaseUnavailable, DiskFull."""
    kept = KeptReport(secrets.token_hex(_ID_BYTES), at, size, outcome)
    values = {**vars(kept), "at": rfc3339(at), "report": report}
    with writing(engine) as connection:
        connection.execute(sa.insert(_REPORT).values(**values))
    return kept


def kept_reports(engine: Engine, limit: int, *, skip: int = 0) -> list[KeptReport]:
    """The newest reports first. Raises: DatabaseUnavailable."""
    chosen = sa.select(_REPORT.c.id, _REPORT.c.at, _REPORT.c.size, _REPORT.c.outcome)
    ordered = chosen.order_by(_REPORT.c.at.desc(), _REPORT.c.id).limit(limit).offset(skip)
    with reading(engine) as connection:
        rows = connection.execute(ordered).all()
    return [
        KeptReport(str(identity), parse_rfc3339(str(at)), int(size), str(outcome))
        for identity, at, size, outcome in rows
    ]


def count_reports(engine: Engine) -> int:
    """How many reports there are. Raises: DatabaseUnavailable."""
    with reading(engine) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(_REPORT)).scalar_one())


def report_bytes(engine: Engine, identity: str) -> bytes | None:
    """A signed report, None where there is none of that id. Raises: DatabaseUnavailable."""
    with reading(engine) as connection:
        found = connection.execute(sa.select(_REPORT.c.report).where(_REPORT.c.id == identity))
        row = found.scalar_one_or_none()
    return None if row is None else bytes(row)
