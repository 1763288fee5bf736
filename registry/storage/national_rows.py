"""Tables of the desk for the national network: what was sent, what was answered, and who may send."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA


class NationalTable(SQLModel):
    """Base of these tables."""

    metadata = DESK_METADATA


class NationalProgressRow(NationalTable, table=True):
    """A queue position that left `pending`. A position without a row here is pending."""

    __tablename__ = "national_progress"
    __table_args__ = (
        Index("ix_national_progress_batch", "batch"),
        Index("ix_national_progress_state", "state"),
    )

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    state: str
    on_date: str
    reason: str
    batch: str


class NationalBatchRow(NationalTable, table=True):
    """A batch that was sent at least once. `state` is in_flight, answered or withdrawn.

    The answer is kept as it came: body and the fields that its signature covers. Both are empty before.
    """

    __tablename__ = "national_batch"
    __table_args__ = (Index("ix_national_batch_state", "state", "last"),)

    batch: str = Field(primary_key=True)
    previous: str
    first: int = Field(sa_column=Column(BigInteger, nullable=False))
    last: int = Field(sa_column=Column(BigInteger, nullable=False))
    count: int
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str
    sent_at: str
    answered_at: str
    answer_fields: str
    answer: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NationalLeaseRow(NationalTable, table=True):
    """The one sender. There is at most one row, with id 1."""

    __tablename__ = "national_lease"

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    holder: str
    until_at: str
