"""Tables of the desk for counting. Everything in them can be counted again from the register.

`tally_cell` holds the counts, `tally_certificate` which cell each certificate is counted in, so that an act
moves it; `tally_act` what an act made of which certificate, so that what the national network says of the
act's position is known to be about it. Nothing in them names a person or a certificate number.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.storage.columns import counting_key
from registry.storage.metadata import DESK_METADATA

CELL_COLUMNS = (
    "prefix", "bureau", "month", "level", "occupation_code", "occupation", "job", "upload", "state",
)  # fmt: skip


class TallyTable(SQLModel):
    """Base of these tables."""

    metadata = DESK_METADATA


class TallyCellRow(TallyTable, table=True):
    """How many certificates share everything that statistics ask about."""

    __tablename__ = "tally_cell"
    __table_args__ = (UniqueConstraint(*CELL_COLUMNS),)

    id: int = Field(sa_column=Column(counting_key(), primary_key=True, autoincrement=False))
    prefix: str
    bureau: str
    month: str
    level: int
    occupation_code: str
    occupation: str
    job: str
    upload: str
    state: str
    count: int = Field(sa_column=Column(BigInteger, nullable=False))


class TallyCertificateRow(TallyTable, table=True):
    """In which cell a certificate is counted, by the index of its first entry."""

    __tablename__ = "tally_certificate"
    __table_args__ = (Index("ix_tally_certificate_cell", "cell"),)

    certificate: int = Field(sa_column=Column(counting_key(), primary_key=True, autoincrement=False))
    cell: int = Field(sa_column=Column(BigInteger, nullable=False))


class TallyActRow(TallyTable, table=True):
    """Which certificate an act is about, and in which state it left it."""

    __tablename__ = "tally_act"
    __table_args__ = (Index("ix_tally_act_certificate", "certificate"),)

    idx: int = Field(sa_column=Column(counting_key(), primary_key=True, autoincrement=False))
    certificate: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: str


class TallyBatchRow(TallyTable, table=True):
    """A decided batch: when it came, when it was decided, and how many rows entered."""

    __tablename__ = "tally_batch"
    __table_args__ = (Index("ix_tally_batch_decided_on", "decided_on"),)

    batch: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    prefix: str
    bureau: str
    received_on: str
    decided_on: str
    approved: bool
    legacy: bool
    row_count: int = Field(sa_column=Column(Integer, nullable=False))
    approved_count: int = Field(sa_column=Column(Integer, nullable=False))


class TallyReasonRow(TallyTable, table=True):
    """How many rows of a decided batch had a finding or were rejected with a reason, by its code."""

    __tablename__ = "tally_reason"

    batch: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    count: int = Field(sa_column=Column(Integer, nullable=False))
