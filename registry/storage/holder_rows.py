"""Tables of the desk for holders: who has a management secret, and who is logged in.

A person stands here as the two keyed hashes that the register's records carry as well, and never by name or
number. Moments are RFC 3339 UTC to the second and compare as text; "" is never.
"""

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA


class HolderTable(SQLModel):
    """Base of these tables."""

    metadata = DESK_METADATA


class HolderRow(HolderTable, table=True):
    """A holder who came in once. `person` finds the identity document, `named` document and name together.

    `secret` is the management secret as Argon2id, "" while there is none.
    """

    __tablename__ = "holder"
    __table_args__ = (
        Index("ix_holder_named", "named", unique=True),
        Index("ix_holder_person", "person"),
    )

    id: str = Field(primary_key=True)
    person: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    named: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    secret: str
    secret_at: str
    voided_at: str
    opened_at: str


class HolderSessionRow(HolderTable, table=True):
    """One log-in of a holder. `token` is the hash of what the browser shows; `way` is how they came in."""

    __tablename__ = "holder_session"
    __table_args__ = (
        Index("ix_holder_session_token", "token", unique=True),
        Index("ix_holder_session_holder", "holder"),
    )

    id: str = Field(primary_key=True)
    holder: str
    token: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    csrf: str
    way: str
    browser: str
    opened_at: str
    seen_at: str
    expires_at: str
