"""Tables of the desk for the national network: what was sent, answered and turned back, and who may send."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA


class NationalTable(SQLModel):
    """Base of these tables."""

    metadata = DESK_METADATA


class NationalProgressRow(NationalTable, table=True):
    """A queue position that was planned. A position without a row here is pending and was never looked at.

    `batch` is the last batch that carried it. On a pending position it names the group in which it must go
    again, "" for none: rows of two groups never share a batch.
    """

    __tablename__ = "national_progress"
    __table_args__ = (
        Index("ix_national_progress_batch", "batch"),
        Index("ix_national_progress_state", "state", "seq"),
    )

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    state: str
    on_date: str
    reason: str
    batch: str


class NationalBatchRow(NationalTable, table=True):
    """A batch that was sent at least once. `state` is in_flight, answered, withdrawn or lost.

    The answer is kept as it came: body and the fields that its signature covers. Both are empty before, and
    `sequence`, the network's own count of its batches, is 0. A lost batch was answered, and the network does
    not know it any more.
    """

    __tablename__ = "national_batch"
    __table_args__ = (Index("ix_national_batch_state", "state", "sequence"),)

    batch: str = Field(primary_key=True)
    previous: str
    first: int = Field(sa_column=Column(BigInteger, nullable=False))
    last: int = Field(sa_column=Column(BigInteger, nullable=False))
    count: int
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    sent_at: str
    answered_at: str
    answer_fields: str
    answer: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NationalRejectionRow(NationalTable, table=True):
    """A row that was turned back, by the network or by ourselves; open while `settled_at` is "".

    `settled_by` is the position whose acceptance settled it: the same one after all, or a later version of
    the same thing. 0 while it is open. `words` are the network's own, "" for a reason of ours.
    """

    __tablename__ = "national_rejection"
    __table_args__ = (
        Index("ix_national_rejection_open", "settled_at", "institution"),
        Index("ix_national_rejection_ref", "ref"),
    )

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    ref: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    version: int
    institution: str
    reason: str
    words: str
    rejected_at: str
    settled_at: str
    settled_by: int = Field(sa_column=Column(BigInteger, nullable=False))


class NationalHealthRow(NationalTable, table=True):
    """How the network is answering. There is at most one row, with id 1.

    `failing_since` and `fault` are "" while it answers; `next_at` is when the sender means to try again, ""
    where nothing holds it back.
    """

    __tablename__ = "national_health"

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    last_answer_at: str
    failing_since: str
    fault: str
    next_at: str


class NationalReconciliationRow(NationalTable, table=True):
    """A comparison with the network as of a tree size, with its signed report."""

    __tablename__ = "national_reconciliation"
    __table_args__ = (Index("ix_national_reconciliation_at", "at"),)

    id: str = Field(primary_key=True)
    at: str
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    outcome: str
    report: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NationalLeaseRow(NationalTable, table=True):
    """The one sender. There is at most one row, with id 1."""

    __tablename__ = "national_lease"

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    holder: str
    until_at: str
