"""Jobs as those who ask see them: handing one in, and looking at what became of it.

Handing in is one transaction: a job without its files, or twice, is never seen. Two who ask for the same at
the same moment get the same job, because the database holds one open job of a kind and subject.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from registry.jobs.askers import standing_of
from registry.jobs.errors import JobError
from registry.jobs.model import Job, JobState
from registry.jobs.refusals import error_of
from registry.storage import job_rows
from registry.storage.job_rows import JOB_FILE_TABLE, JOB_TABLE
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from registry.storage.vault import Vault
from signing.encoding import Json, canonical_json, parse_json, parse_rfc3339, rfc3339

JOB, JOB_FILE, JOB_LEASE = (
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (job_rows.JobRow, job_rows.JobFileRow, job_rows.JobLeaseRow)
)
_ID_BYTES = 16
# Another one can be handed in and be done between our refusal and our look: then we were just too early.
_TRIES = 5


class Jobs:
    """Jobs on the desk's database. Bears several threads at once."""

    def __init__(self, engine: Engine, vault: Callable[[], Vault], clock: Callable[[], datetime]) -> None:
        """`vault` gives the newest one: an erasure replaces it."""
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def submit(
        self,
        kind: str,
        subject: str,
        account: str,
        content: Mapping[str, Json],
        *,
        sealed: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Job:
        """The job that will do this: a new one, or the open one of that kind and subject that is there.

        What is personal goes into `sealed`, never into `content`. Raises: DatabaseUnavailable, DiskFull.
        """
        identity = secrets.token_hex(_ID_BYTES)
        vault = self._vault()
        files = [
            {"job": identity, "name": name, "sealed": vault.seal(*file_place(identity, name), value)}
            for name, value in sealed.items()
        ]
        for _ in range(_TRIES):
            try:
                with writing(self._engine) as connection:
                    connection.execute(
                        sa.insert(JOB).values(
                            id=identity,
                            place=sa.select(
                                sa.func.coalesce(sa.func.max(JOB.c.place), 0) + 1
                            ).scalar_subquery(),
                            kind=kind,
                            subject=subject,
                            account=account,
                            standing=standing_of(connection, account),
                            state=JobState.QUEUED.value,
                            progress=0,
                            total=0,
                            content=canonical_json(dict(content)).decode(),
                            result="{}",
                            code="",
                            sealed=b"",
                            asked_at=rfc3339(self._clock()),
                            begun_at="",
                            ended_at="",
                            again_at="",
                            attempts=0,
                            postponed=0,
                        )
                    )
                    if files:
                        connection.execute(sa.insert(JOB_FILE), files)
            except IntegrityError:
                there = self._newest(JOB.c.kind == kind, JOB.c.subject == subject, JOB.c.ended_at == "")
                if there is not None:
                    return there
                continue
            found = self.get(identity)
            assert found is not None
            return found
        raise JobError

    def get(self, identity: str) -> Job | None:
        """One job. Raises: DatabaseUnavailable."""
        return self._newest(JOB.c.id == identity)

    def latest(self, kind: str, subject: str) -> Job | None:
        """The job of that kind and subject that was asked for last. Raises: DatabaseUnavailable."""
        return self._newest(JOB.c.kind == kind, JOB.c.subject == subject)

    def of_account(self, account: str, limit: int = 50) -> list[Job]:
        """What somebody asked for, newest first. Raises: DatabaseUnavailable."""
        chosen = sa.select(JOB).where(JOB.c.account == account).order_by(JOB.c.place.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [job_of(row, self._vault()) for row in connection.execute(chosen).mappings()]

    def before(self, job: Job) -> int:
        """How many open jobs stand before it. Raises: DatabaseUnavailable."""
        place = sa.select(JOB.c.place).where(JOB.c.id == job.id).scalar_subquery()
        waiting = sa.select(sa.func.count()).where(JOB.c.ended_at == "", JOB.c.place < place)
        with reading(self._engine) as connection:
            return int(connection.execute(waiting).scalar_one())

    def waiting(self) -> tuple[int, datetime | None]:
        """How many jobs are open, and since when the oldest of them is. Raises: DatabaseUnavailable."""
        chosen = sa.select(sa.func.count(), sa.func.min(JOB.c.asked_at)).where(JOB.c.ended_at == "")
        with reading(self._engine) as connection:
            count, oldest = connection.execute(chosen).one()
        return int(count), None if oldest is None else parse_rfc3339(str(oldest))

    def somebody_works(self) -> bool:
        """Whether a worker does a job now. Nobody can say it of a worker that has nothing to do."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(JOB_LEASE.c.holder, JOB_LEASE.c.until_at)).one_or_none()
        return found is not None and found[0] != "" and rfc3339(self._clock()) < found[1]

    def error(self, job: Job) -> Exception | None:
        """Why it was refused, or why it waits; None if neither."""
        return error_of(job.code, job.particulars) if job.code else None

    def _newest(self, *conditions: sa.ColumnElement[bool]) -> Job | None:
        chosen = sa.select(JOB).where(*conditions).order_by(JOB.c.place.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(chosen).mappings().one_or_none()
        return None if row is None else job_of(row, self._vault())


def file_place(job: str, name: str) -> tuple[str, bytes, str]:
    """What binds a file to its job and name."""
    return JOB_FILE_TABLE, bytes.fromhex(job), name


def particulars_place(job: str) -> tuple[str, bytes, str]:
    """What binds an error's fields to their job."""
    return JOB_TABLE, bytes.fromhex(job), "sealed"


def job_of(row: Mapping[str, object] | sa.RowMapping, vault: Vault) -> Job:
    """A stored job as a value. Raises: SealBroken."""
    identity, sealed = str(row["id"]), bytes(row["sealed"])  # type: ignore[arg-type]  # bytes or memoryview
    particulars = vault.open_json(*particulars_place(identity), sealed) if sealed else {}
    return Job(
        id=identity,
        kind=str(row["kind"]),
        subject=str(row["subject"]),
        account=str(row["account"]),
        standing=str(row["standing"]),
        state=JobState(str(row["state"])),
        progress=int(str(row["progress"])),
        total=int(str(row["total"])),
        content=_object(str(row["content"])),
        result=_object(str(row["result"])),
        code=str(row["code"]),
        particulars=_members(particulars),
        asked_at=parse_rfc3339(str(row["asked_at"])),
        begun_at=_moment(str(row["begun_at"])),
        ended_at=_moment(str(row["ended_at"])),
        again_at=_moment(str(row["again_at"])),
        attempts=int(str(row["attempts"])),
    )


def file_of(connection: Connection, job: str, name: str) -> bytes | None:
    """A file as it is sealed."""
    chosen = sa.select(JOB_FILE.c.sealed).where(JOB_FILE.c.job == job, JOB_FILE.c.name == name)
    found = connection.execute(chosen).scalar_one_or_none()
    return None if found is None else bytes(found)


def _object(stored: str) -> Mapping[str, Json]:
    return _members(parse_json(stored.encode()))


def _members(value: object) -> Mapping[str, Json]:
    assert isinstance(value, dict)
    return value


def _moment(stored: str) -> datetime | None:
    return parse_rfc3339(stored) if stored else None
