"""Tables of the desk for a bureau's review: what it said so far of each row, its sample, its proposals.

None of them holds a name or a number of a person. They are drafts: what counts is signed, and kept with the
decision in the register.
"""

from sqlalchemy import BigInteger, Column, LargeBinary
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA


class ReviewTable(SQLModel):
    """Base of these tables."""

    metadata = DESK_METADATA


def _batch() -> "Column[bytes]":
    return Column(LargeBinary, primary_key=True)


class ReviewRow(ReviewTable, table=True):
    """A batch under review. `revision` grows by one with every change of a draft and never falls.

    `percent` and `least` are the rule by which its sample was drawn.
    """

    __tablename__ = "review"

    batch: bytes = Field(sa_column=_batch())
    revision: int = Field(sa_column=Column(BigInteger, nullable=False))
    changed_by: str
    changed_at: str
    percent: int
    least: int


class ReviewedRow(ReviewTable, table=True):
    """One row of the workbook: what was found, and the reviewer's word. `word` is "", accepted or rejected.

    `flags` are its kinds of findings, each between spaces, so that one is found by a pattern. `revision` is
    that of the last change of this row's word.
    """

    __tablename__ = "review_row"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch: bytes = Field(sa_column=_batch())
    row: int = Field(primary_key=True)
    refused: bool
    flagged: bool
    level: int
    flags: str
    word: str
    reason: str
    decided_by: str
    decided_at: str
    revision: int = Field(sa_column=Column(BigInteger, nullable=False))


class InspectionRow(ReviewTable, table=True):
    """A row drawn for inspection by the bureau or by the province. `result` is "" until inspected."""

    __tablename__ = "inspection"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch: bytes = Field(sa_column=_batch())
    drawn_for: str = Field(primary_key=True)
    row: int = Field(primary_key=True)
    result: str
    note: str
    inspected_by: str
    inspected_at: str
    revision: int = Field(sa_column=Column(BigInteger, nullable=False))


class ProposalRow(ReviewTable, table=True):
    """What a bureau is asked to sign. Of a batch's proposals the last one counts."""

    __tablename__ = "proposal"
    batch: bytes = Field(sa_column=_batch())
    number: int = Field(primary_key=True)
    revision: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: str
    bureau: str
    body: str
    state: str
    prepared_by: str
    prepared_at: str
    confirmed_by: str
    confirmed_at: str
