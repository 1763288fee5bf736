"""Table of the desk for log-ins through an outside identity provider that are under way."""

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA


class OidcAttemptRow(SQLModel, table=True):
    """One attempt. `state` and `browser` are hashes; nobody is named. Removed when it goes on, or is old."""

    metadata = DESK_METADATA
    __tablename__ = "oidc_attempt"
    __table_args__ = (Index("ix_oidc_attempt_until", "until_at"),)

    state: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    browser: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    after: str
    until_at: str
