"""Jobs as the worker sees them: whose turn it is, which one is next, and how it ended.

One worker at a time does jobs, by a lease that it renews while it works. Each method is one transaction:

    begin_next   the oldest open job is marked as running, by this worker, once more
    report       progress, for those who watch; nothing depends on it
    postpone     the house could not do it: it waits, with its files
    end          outcome, files gone, together

Whoever dies between the first and the last leaves a running job; when the lease ran out, the next worker
begins it again. What was begun more often stands behind what was not, so that a job that ends its worker
every time holds up nobody else for longer than one lease.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from registry.jobs.askers import NOBODY, standing_of
from registry.jobs.desk import JOB, JOB_FILE, JOB_LEASE, file_of, file_place, job_of, particulars_place
from registry.jobs.errors import JobLeaseLost
from registry.jobs.model import Job, JobState
from registry.jobs.refusals import particulars_of
from registry.storage.sql import reading, writing
from registry.storage.vault import Vault
from signing.encoding import Json, canonical_json, rfc3339

LEASE = timedelta(seconds=20)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)


@dataclass(frozen=True)
class JobQueue:
    """The queue for one worker, who is known by a name of its own."""

    engine: Engine
    vault: Callable[[], Vault]
    clock: Callable[[], datetime]
    holder: str

    def is_empty(self) -> bool:
        """Whether there is nothing to do now. Raises: DatabaseUnavailable."""
        due = sa.select(JOB.c.id).where(*self._due()).limit(1)
        with reading(self.engine) as connection:
            return connection.execute(due).first() is None

    def take_lease(self) -> bool:
        """Becomes, or stays, the one who works; False while another one holds an unexpired lease.

        One that ends much later than a lease taken now was taken by a clock that ran ahead, and shuts nobody
        out. Raises: DatabaseUnavailable.
        """
        now = self.clock()
        query = sa.select(JOB_LEASE.c.holder, JOB_LEASE.c.until_at).with_for_update()
        values = {"holder": self.holder, "until_at": rfc3339(now + LEASE)}
        try:
            with writing(self.engine) as connection:
                row = connection.execute(query).one_or_none()
                if row is None:
                    connection.execute(sa.insert(JOB_LEASE).values(id=1, **values))
                elif row[0] in (self.holder, "") or not rfc3339(now) < row[1] <= rfc3339(now + 2 * LEASE):
                    connection.execute(sa.update(JOB_LEASE).values(**values))
                else:
                    return False
        except IntegrityError:
            # Two were the very first at the same moment, and the other one was quicker.
            return False
        return True

    def release_lease(self) -> None:
        """Lets the next one in at once; nothing if another one took over."""
        with writing(self.engine) as connection:
            mine = JOB_LEASE.c.holder == self.holder
            connection.execute(sa.update(JOB_LEASE).where(mine).values(holder=""))

    def begin_next(self) -> Job | None:
        """The next job, as begun once more; None if there is none. Raises: JobLeaseLost."""
        chosen = sa.select(JOB).where(*self._due()).order_by(JOB.c.attempts, JOB.c.place, JOB.c.id).limit(1)
        with writing(self.engine) as connection:
            self._require_lease(connection)
            row = connection.execute(chosen).mappings().one_or_none()
            if row is None:
                return None
            begun = {
                "state": JobState.RUNNING.value,
                "attempts": row["attempts"] + 1,
                "begun_at": rfc3339(self.clock()),
                "again_at": "",
                "code": "",
                "sealed": b"",
                "progress": 0,
                "total": 0,
            }
            connection.execute(sa.update(JOB).where(JOB.c.id == row["id"]).values(**begun))
        return job_of({**row, **begun}, self.vault())

    def asker_still_may(self, job: Job) -> bool:
        """Whether whoever asked still is who they were then. Raises: DatabaseUnavailable."""
        with reading(self.engine) as connection:
            now = standing_of(connection, job.account)
        return now == job.standing and now != NOBODY

    def report(self, job: Job, progress: int, total: int) -> None:
        """Says how far a job is. Raises: JobLeaseLost: another worker does it now, and this one must stop."""
        with writing(self.engine) as connection:
            self._require_lease(connection)
            mine = sa.update(JOB).where(JOB.c.id == job.id)
            connection.execute(mine.values(progress=progress, total=total))

    def finish(self, job: Job, result: Mapping[str, Json]) -> None:
        """The job is done. Raises: JobLeaseLost."""
        self._end(job, state=JobState.DONE.value, result=canonical_json(dict(result)).decode())

    def refuse(self, job: Job, error: Exception, code: str) -> None:
        """The job is not done, and why. Raises: JobLeaseLost."""
        self._end(job, state=JobState.REFUSED.value, code=code, sealed=self._told(job, error))

    def postpone(self, job: Job, error: Exception, code: str) -> None:
        """The house could not do the job, and why: it waits, longer each time. Raises: JobLeaseLost.

        The attempt does not count: only deaths do.
        """
        with writing(self.engine) as connection:
            self._require_lease(connection)
            mine = JOB.c.id == job.id
            before: int = connection.execute(sa.select(JOB.c.postponed).where(mine)).scalar_one()
            wait = min(FIRST_WAIT * (1 << min(before, 20)), LONGEST_WAIT)
            connection.execute(
                sa.update(JOB)
                .where(mine, JOB.c.ended_at == "")
                .values(
                    state=JobState.QUEUED.value,
                    code=code,
                    sealed=self._told(job, error),
                    again_at=rfc3339(self.clock() + wait),
                    attempts=JOB.c.attempts - 1,
                    postponed=before + 1,
                    progress=0,
                    total=0,
                )
            )

    def _told(self, job: Job, error: Exception) -> bytes:
        told = particulars_of(error)
        return self.vault().seal_json(*particulars_place(job.id), told) if told else b""

    def _due(self) -> tuple[sa.ColumnElement[bool], ...]:
        now = self.clock()
        # What waits far longer than any wait was postponed by a clock that ran ahead.
        is_due = sa.or_(JOB.c.again_at <= rfc3339(now), JOB.c.again_at > rfc3339(now + 2 * LONGEST_WAIT))
        return (JOB.c.ended_at == "", is_due)

    def _end(self, job: Job, **outcome: object) -> None:
        with writing(self.engine) as connection:
            self._require_lease(connection)
            ended = sa.update(JOB).where(JOB.c.id == job.id, JOB.c.ended_at == "")
            connection.execute(ended.values(ended_at=rfc3339(self.clock()), **outcome))
            connection.execute(sa.delete(JOB_FILE).where(JOB_FILE.c.job == job.id))

    def _require_lease(self, connection: Connection) -> None:
        # Not the clock but the row decides: whoever still stands in it was not replaced, however late it is.
        found = connection.execute(sa.select(JOB_LEASE.c.holder).with_for_update()).scalar_one_or_none()
        if found != self.holder:
            raise JobLeaseLost


@dataclass(frozen=True)
class Attachments(Mapping[str, bytes]):
    """The files of a job by name, opened when they are asked for: two workbooks need not lie side by side."""

    queue: JobQueue
    job: Job

    def __getitem__(self, name: str) -> bytes:
        """One file. Raises: KeyError, SealBroken, DatabaseUnavailable."""
        with reading(self.queue.engine) as connection:
            sealed = file_of(connection, self.job.id, name)
        if sealed is None:
            raise KeyError(name)
        return self.queue.vault().open(*file_place(self.job.id, name), sealed)

    def __iter__(self) -> Iterator[str]:
        """The names."""
        chosen = sa.select(JOB_FILE.c.name).where(JOB_FILE.c.job == self.job.id).order_by(JOB_FILE.c.name)
        with reading(self.queue.engine) as connection:
            return iter([str(name) for name in connection.execute(chosen).scalars()])

    def __len__(self) -> int:
        """How many there are."""
        return len(list(iter(self)))
