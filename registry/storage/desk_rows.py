"""Tables of the desk: what may be lost with it is only how far followers got."""

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA


class CursorRow(SQLModel, table=True):
    """How far a follower of the log got, by the follower's name."""

    metadata = DESK_METADATA
    __tablename__ = "cursor"

    name: str = Field(primary_key=True)
    position: int = Field(sa_column=Column(BigInteger, nullable=False))
