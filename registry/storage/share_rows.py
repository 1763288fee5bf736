"""Tables of the desk for what holders share: each share, and when it was used.

In clear stands what is no secret of a person's: the certificate by its index in the log, which boxes were
ticked, and when. The code itself and the holder's own note lie sealed; a share is found by the code's keyed
hash. Of a use there is its moment, and nothing about who looked.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA

SHARE_TABLE = "share"


def _bytes() -> "Column[bytes]":
    return Column(LargeBinary, nullable=False)


class ShareRow(SQLModel, table=True):
    """One share. `stopped_at` is "" while nobody stopped it; `link` is the sealed code, b"" once stopped."""

    metadata = DESK_METADATA
    __tablename__ = SHARE_TABLE
    __table_args__ = (
        Index("ix_share_code", "code", unique=True),
        Index("ix_share_person", "person"),
        Index("ix_share_certificate", "certificate"),
    )

    id: str = Field(primary_key=True)
    code: bytes = Field(sa_column=_bytes())
    person: bytes = Field(sa_column=_bytes())
    certificate: int = Field(sa_column=Column(BigInteger, nullable=False))
    entry: int = Field(sa_column=Column(BigInteger, nullable=False))
    choices: str
    made_at: str
    ends_at: str
    stopped_at: str
    link: bytes = Field(sa_column=_bytes())
    note: bytes = Field(sa_column=_bytes())


class ShareUseRow(SQLModel, table=True):
    """One use of a share."""

    metadata = DESK_METADATA
    __tablename__ = "share_use"
    __table_args__ = (Index("ix_share_use_share", "share", "at"),)

    id: str = Field(primary_key=True)
    share: str
    at: str
