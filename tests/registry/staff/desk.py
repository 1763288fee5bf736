"""A desk for the tests of this room: real tables, cheap passwords, a clock that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import Engine

from registry.staff.accounts import Accounts
from registry.staff.desk import Staff
from registry.staff.model import Account, StaffRole
from registry.staff.passwords import Cost, Passwords
from registry.staff.sessions import Sessions, SessionTimes
from registry.staff.throttle import Throttle
from registry.staff.tokens import AccessTokens
from registry.staff.trail import Trail
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import open_engine, sqlite_url
from registry.storage.vault import Vault

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
VAULT = Vault(record_keys={"1": b"r" * 32}, blind_key=b"b" * 32)
PASSWORD = "示例口令 of a test"
CREDIT_CODE = "52439900MA9900010W"


@dataclass
class Clock:
    """A clock that moves only when it is told to."""

    now: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        """Lets so much time pass."""
        self.now += timedelta(**span)


@dataclass
class Bench:
    """The staff's things over one empty desk."""

    engine: Engine
    clock: Clock
    staff: Staff

    def account(
        self, role: StaffRole = StaffRole.AUDITOR, office: str = "", login: str = "somebody"
    ) -> Account:
        """An account with `PASSWORD`."""
        return self.staff.accounts.create(
            login=login, name="示例", role=role, office=office, password=PASSWORD, password_due=False
        )


@contextmanager
def a_bench(database: str, directory: Path) -> Iterator[Bench]:
    """An empty desk on either database."""
    engine = open_engine(database or sqlite_url(directory / "desk.sqlite"))
    migrate(engine, Schema.DESK)
    clock = Clock()
    staff = Staff(
        accounts=Accounts(engine, lambda: VAULT, Passwords(CHEAP), clock),
        sessions=Sessions(engine, SessionTimes(), clock),
        tokens=AccessTokens(engine, clock),
        throttle=Throttle(engine, clock),
        trail=Trail(engine),
        secret=b"s" * 32,
    )
    try:
        yield Bench(engine, clock, staff)
    finally:
        engine.dispose()
