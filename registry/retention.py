"""Removes what was kept for its whole period. Doing it again removes nothing more.

1. uploads, by the batch: both files and all rows, once it is written down (`disposal_rows`)
2. the trail, by its cut: the database refuses to remove anything younger
3. what was written and handed in with requests that ended; shares that ended; sessions, attempts to log in,
   jobs that ended, and drafts of batches that were decided on; holders of whom nothing is registered
4. the database's freed space is cleared, as far as this process may do that

What is registered stays: certificates, their records, decisions, and the line of every batch. An erasure
makes values unreadable in every copy of the database that was ever made (`registry.erasing`); a period that
ended does not, because that would let the key grow by some kilobytes with every batch for ever. It reaches a
backup when that backup's own time ends.

If we die in between: each batch goes with its line in one transaction, and the next run does the rest.

Source: `registry.rules.retention`.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa

from registry.holders.disclosing import shares_of
from registry.holders.forgetting import forget_strangers
from registry.register import Register
from registry.requests.deciding import desk_of
from registry.review.clearing import clear_finished_drafts
from registry.rules.retention import Kept
from registry.staff.model import COMMAND_LINE
from registry.staff.trail import Trail, TrailEntry
from registry.storage import holder_rows, job_rows, staff_rows
from registry.storage.batch_rows import BatchRows
from registry.storage.batch_seal import require_intact
from registry.storage.disposal_rows import dispose, due_batches
from registry.storage.errors import SealBroken
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import KeptReader, reading, writing
from registry.storage.traces import clear_freed_space
from signing.encoding import rfc3339

_JOB, _SESSION, _ATTEMPT, _TRAIL, _HOLDER_SESSION = (
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (
        job_rows.JobRow,
        staff_rows.StaffSessionRow,
        staff_rows.StaffAttemptRow,
        staff_rows.TrailRow,
        holder_rows.HolderSessionRow,
    )
)
_ACT = "retention.removed"
# Nobody is held back for longer; what is older is forgotten.
_ATTEMPTS_LAST = timedelta(days=1)


class Removable(StrEnum):
    """What a run removes, as it is told."""

    APPROVED = "approved_uploads"
    RETURNED = "returned_uploads"
    ROWS = "upload_rows"
    REQUESTS = "requests"
    TRAIL = "trail"
    JOBS = "jobs"
    DRAFTS = "drafts"
    SHARES = "shares"
    SESSIONS = "sessions"
    HOLDER_SESSIONS = "holder_sessions"
    HOLDERS = "holders"
    ATTEMPTS = "attempts"


@dataclass(frozen=True)
class Retained:
    """What a run removed, or would. `altered`: batches left alone, because they are not as received."""

    removed: Mapping[Removable, int]
    altered: int

    @property
    def total(self) -> int:
        """How much it was."""
        return sum(self.removed.values())


def apply_retention(register: Register, days: Mapping[Kept, int], *, dry_run: bool = False) -> Retained:
    """Removes everything whose period is over, or only counts it. Raises: DatabaseUnavailable."""
    removed = dict.fromkeys(Removable, 0)
    altered = 0
    # 1
    for kind in (Kept.APPROVED, Kept.RETURNED):
        for rows in _uploads(register, kind, days[kind], dry_run=dry_run):
            if rows is None:
                altered += 1
                continue
            removed[Removable.APPROVED if kind is Kept.APPROVED else Removable.RETURNED] += 1
            removed[Removable.ROWS] += rows
    # 2, 3
    now = register.clock()
    trail_before, jobs_before = (
        rfc3339(now - timedelta(days=days[each])) for each in (Kept.TRAIL, Kept.JOBS)
    )
    removed[Removable.REQUESTS] = desk_of(register).blank_ended(
        now - timedelta(days=days[Kept.REQUESTS]), dry_run=dry_run
    )
    removed[Removable.SHARES] = shares_of(register).remove_ended(
        now - timedelta(days=days[Kept.SHARES]), dry_run=dry_run
    )
    for what, table, is_over in (
        (Removable.JOBS, _JOB, sa.and_(_JOB.c.ended_at != "", _JOB.c.ended_at < jobs_before)),
        (Removable.SESSIONS, _SESSION, _SESSION.c.expires_at <= rfc3339(now)),
        (Removable.HOLDER_SESSIONS, _HOLDER_SESSION, _HOLDER_SESSION.c.expires_at <= rfc3339(now)),
        (Removable.ATTEMPTS, _ATTEMPT, _ATTEMPT.c.last_at < rfc3339(now - _ATTEMPTS_LAST)),
    ):
        removed[what] = _delete(register, table, is_over, dry_run=dry_run)
    removed[Removable.HOLDERS] = forget_strangers(register, dry_run=dry_run)
    jobs_since = now - timedelta(days=days[Kept.JOBS])
    removed[Removable.DRAFTS] = clear_finished_drafts(register, jobs_since, dry_run=dry_run)
    if dry_run:
        removed[Removable.TRAIL] = _count(register, _TRAIL, _TRAIL.c.at < trail_before)
        return Retained(removed, altered)
    trail = Trail(register.desk_engine)
    removed[Removable.TRAIL] = trail.remove_before(now - timedelta(days=days[Kept.TRAIL]))
    told = {what.value: str(count) for what, count in removed.items() if count}
    if told:
        trail.write(TrailEntry(now, _ACT, account=COMMAND_LINE, details=told))
    # 4
    if removed[Removable.APPROVED] or removed[Removable.RETURNED]:
        clear_freed_space(register.engine)
    return Retained(removed, altered)


def _uploads(register: Register, kind: Kept, days: int, *, dry_run: bool) -> Iterator[int | None]:
    """How many rows each batch had that goes; None for one that is not as it was received."""
    now = register.clock()
    before = rfc3339(now - timedelta(days=days))
    with closing(KeptReader(register.engine)) as reader:
        batches = BatchRows(reader)
        for due in list(due_batches(reader, kind, before)):
            batch = batches.batch(due.batch)
            assert batch is not None, "a batch is never removed"
            vault = register.keys.vault
            try:
                # Its line is bound anew: what was altered must not become right by that.
                require_intact(vault, batch)
            except SealBroken:
                yield None
                continue
            if not dry_run:
                dispose(register.engine, vault, due, batch, days=days, disposed_at=rfc3339(now))
            yield batch.row_count


def _count(register: Register, table: sa.Table, is_over: sa.ColumnElement[bool]) -> int:
    with reading(register.desk_engine) as connection:
        counted = sa.select(sa.func.count()).select_from(table).where(is_over)
        return int(connection.execute(counted).scalar_one())


def _delete(register: Register, table: sa.Table, is_over: sa.ColumnElement[bool], *, dry_run: bool) -> int:
    if dry_run:
        return _count(register, table, is_over)
    with writing(register.desk_engine) as connection:
        return int(connection.execute(sa.delete(table).where(is_over)).rowcount)
