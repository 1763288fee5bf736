"""Tables of the desk for the people who work here: accounts, sessions, tokens, attempts, and the trail.

Moments are RFC 3339 UTC to the second and compare as text; "" is never.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA


class StaffTable(SQLModel):
    """Base of these tables."""

    metadata = DESK_METADATA


class StaffAccountRow(StaffTable, table=True):
    """A person's account. Never removed: the trail names it.

    `totp` is the sealed secret, bound to `totp_place`; both are empty until one-time codes are set up.
    `totp_step` is the step of the newest code that was accepted.
    """

    __tablename__ = "staff_account"
    __table_args__ = (Index("ix_staff_account_login", "login", unique=True),)

    id: str = Field(primary_key=True)
    login: str
    name: str
    role: str
    office: str
    active: bool
    password: str
    password_due: bool
    totp: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    totp_place: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    totp_step: int = Field(sa_column=Column(BigInteger, nullable=False))
    created_at: str
    seen_at: str


class StaffRecoveryRow(StaffTable, table=True):
    """A recovery code that was not used yet, as a hash."""

    __tablename__ = "staff_recovery"
    __table_args__ = (Index("ix_staff_recovery_account", "account"),)

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    account: str


class StaffSessionRow(StaffTable, table=True):
    """One log-in. `current` and `previous` are hashes of the tokens before and behind the last rotation.

    `confirmed`: the current token was seen at least once, so that its browser has it. The previous one is
    then good until `previous_until`, for requests that were already under way.
    """

    __tablename__ = "staff_session"
    __table_args__ = (
        Index("ix_staff_session_current", "current", unique=True),
        Index("ix_staff_session_previous", "previous"),
        Index("ix_staff_session_account", "account"),
    )

    id: str = Field(primary_key=True)
    account: str
    stage: str
    current: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    previous: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    previous_until: str
    confirmed: bool
    csrf: str
    browser: str
    network: str
    opened_at: str
    rotated_at: str
    seen_at: str
    expires_at: str


class StaffTokenRow(StaffTable, table=True):
    """An API token of an institution's own system, as a hash. `scopes` between spaces."""

    __tablename__ = "staff_token"
    __table_args__ = (
        Index("ix_staff_token_digest", "digest", unique=True),
        Index("ix_staff_token_account", "account"),
    )

    id: str = Field(primary_key=True)
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    account: str
    name: str
    scopes: str
    created_at: str
    ends_at: str
    ended_at: str
    seen_at: str


class StaffAttemptRow(StaffTable, table=True):
    """How many log-ins failed under a key (an account, a network, a browser), and until when it waits."""

    __tablename__ = "staff_attempt"

    key: str = Field(primary_key=True)
    failures: int
    last_at: str
    until_at: str


class TrailRow(StaffTable, table=True):
    """Who did what, when. Appended only; the retention job alone removes what is older than its cut.

    `id` begins with the moment, so that it sorts as things happened. `details` is JSON without personal data.
    """

    __tablename__ = "trail"
    __table_args__ = (
        Index("ix_trail_account", "account", "id"),
        Index("ix_trail_subject", "subject", "id"),
        Index("ix_trail_act", "act", "id"),
        {"sqlite_with_rowid": False},
    )

    id: str = Field(primary_key=True)
    at: str
    account: str
    role: str
    act: str
    subject: str
    outcome: str
    address: str
    details: str


class TrailCutRow(StaffTable, table=True):
    """What is older than `before_at` may be removed from the trail. There is at most one row, with id 1."""

    __tablename__ = "trail_cut"

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    before_at: str
