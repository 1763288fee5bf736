"""The trail: every act of a staff member, appended and never changed.

A row says who, when, what, on which subject, with which outcome, and from where as a keyed hash. It holds no
name of a holder, no number of a certificate or an identity, nothing of a batch's content: `details` are codes
and counts.

Source: 2025-14 art. 17(5), (7) (supervision of upload and review); 个人信息保护法 arts. 51, 54.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.staff.model import COMMAND_LINE
from registry.storage import staff_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from signing.encoding import rfc3339

_TRAIL, _CUT = (
    DESK_METADATA.tables[str(row.__tablename__)] for row in (staff_rows.TrailRow, staff_rows.TrailCutRow)
)
DONE = "done"
_CUT_ROW = 1


@dataclass(frozen=True)
class TrailEntry:
    """One act. `account` is an id, `COMMAND_LINE`, or "" for a stranger; `outcome` is `DONE` or a code."""

    at: datetime
    act: str
    account: str = ""
    role: str = ""
    subject: str = ""
    outcome: str = DONE
    address: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    id: str = ""


class Trail:
    """The trail on one desk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, entry: TrailEntry) -> None:
        """Appends one act. Raises: DatabaseUnavailable."""
        moment = entry.at.astimezone(UTC)
        values = {
            "id": f"{moment:%Y%m%dT%H%M%S.%f}-{secrets.token_hex(6)}",
            "at": rfc3339(moment),
            "account": entry.account,
            "role": entry.role,
            "act": entry.act,
            "subject": entry.subject,
            "outcome": entry.outcome,
            "address": entry.address,
            "details": json.dumps(dict(entry.details), ensure_ascii=False, sort_keys=True),
        }
        with writing(self._engine) as connection:
            connection.execute(sa.insert(_TRAIL).values(**values))

    def newest(self, limit: int, *, account: str = "") -> Sequence[TrailEntry]:
        """The last acts, newest first, of one account if it is named. Raises: DatabaseUnavailable."""
        query = sa.select(_TRAIL).order_by(_TRAIL.c.id.desc()).limit(limit)
        if account:
            query = query.where(_TRAIL.c.account == account)
        with reading(self._engine) as connection:
            return [entry_of_row(row) for row in connection.execute(query).mappings().all()]

    def remove_before(self, before: datetime) -> int:
        """What the retention period is over for goes; the database refuses to remove anything younger.

        Raises: DatabaseUnavailable.
        """
        text = rfc3339(before)
        with writing(self._engine) as connection:
            connection.execute(sa.delete(_CUT))
            connection.execute(sa.insert(_CUT).values(id=_CUT_ROW, before_at=text))
            done = connection.execute(sa.delete(_TRAIL).where(_TRAIL.c.at < text))
        return int(done.rowcount)


def by_command(at: datetime, act: str, *, subject: str = "", outcome: str = DONE) -> TrailEntry:
    """An act that was done at the command line."""
    return TrailEntry(at, act, account=COMMAND_LINE, subject=subject, outcome=outcome)


def entry_of_row(row: sa.RowMapping) -> TrailEntry:
    """The act in a row of the table."""
    at = datetime.fromisoformat(row["at"])
    return TrailEntry(
        at=at,
        act=row["act"],
        account=row["account"],
        role=row["role"],
        subject=row["subject"],
        outcome=row["outcome"],
        address=row["address"],
        details=json.loads(row["details"]),
        id=row["id"],
    )
