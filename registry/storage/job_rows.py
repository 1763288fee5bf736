"""Tables of the desk for jobs: what was asked, the sealed files that came with it, and who does them."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA

# An index that holds open jobs only: ended ones may be as many as people asked for.
OPEN = text("ended_at = ''")
JOB_TABLE, JOB_FILE_TABLE = "job", "job_file"


class JobTable(SQLModel):
    """Base of these tables."""

    metadata = DESK_METADATA


class JobRow(JobTable, table=True):
    """One job. `place` orders the queue; `sealed` holds what an error said of a refused or postponed one.

    `standing` is as whom the account asked: its role and office at that moment.
    """

    __tablename__ = JOB_TABLE
    __table_args__ = (
        # A second one of a kind and subject is refused here and not by looking first.
        Index("ix_job_open", "kind", "subject", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_job_subject", "kind", "subject", "place"),
        Index("ix_job_account", "account", "place"),
        Index("ix_job_ended_at", "ended_at"),
    )

    id: str = Field(primary_key=True)
    place: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: str
    subject: str
    account: str
    standing: str
    state: str
    progress: int = Field(sa_column=Column(BigInteger, nullable=False))
    total: int = Field(sa_column=Column(BigInteger, nullable=False))
    content: str
    result: str
    code: str
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    asked_at: str
    begun_at: str
    ended_at: str
    again_at: str
    attempts: int
    postponed: int


class JobFileRow(JobTable, table=True):
    """A file that came with a job, sealed; gone when the job ended."""

    __tablename__ = JOB_FILE_TABLE

    job: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class JobLeaseRow(JobTable, table=True):
    """The one who does jobs. There is at most one row, with id 1."""

    __tablename__ = "job_lease"

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    holder: str
    until_at: str
