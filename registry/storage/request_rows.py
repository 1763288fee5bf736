"""Table of the desk for requests for acts. What people wrote and handed in lies sealed.

In clear stands nothing that names a person: which certificate by its index in the log, which office, which
state, and when.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA

REQUEST_TABLE = "act_request"
# Two clicks of one office are one request: the database holds one open one of each.
OPEN = text("state IN ('asked', 'accepted')")


def _bytes() -> "Column[bytes]":
    return Column(LargeBinary, nullable=False)


class ActRequestRow(SQLModel, table=True):
    """One request. `entry` is the act that was done for it, -1 while there is none.

    `wish`, `document`, `answer` and `signed` are sealed, b"" where there is none; `reference` is the keyed
    hash of what a holder was given to ask by.
    """

    metadata = DESK_METADATA
    __tablename__ = REQUEST_TABLE
    __table_args__ = (
        Index(
            "ix_act_request_open",
            "certificate",
            "kind",
            "act",
            "asker",
            "office",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_act_request_certificate", "certificate"),
        Index("ix_act_request_state", "state", "asked_at"),
        Index("ix_act_request_reference", "reference"),
    )

    id: str = Field(primary_key=True)
    kind: str
    act: str
    reason: str
    authority: str
    certificate: int = Field(sa_column=Column(BigInteger, nullable=False))
    prefix: str
    bureau: str
    asker: str
    office: str
    account: str
    asked_at: str
    state: str
    decided_by: str
    decided_office: str
    decided_at: str
    entry: int = Field(sa_column=Column(BigInteger, nullable=False))
    wish: bytes = Field(sa_column=_bytes())
    document: bytes = Field(sa_column=_bytes())
    answer: bytes = Field(sa_column=_bytes())
    signed: bytes = Field(sa_column=_bytes())
    reference: bytes = Field(sa_column=_bytes())
