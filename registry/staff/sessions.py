"""Sessions: what a browser shows instead of a password, and when that stops working.

A token is 256 random bits; the desk keeps its SHA-256 only. It is replaced at log-in, at every step up
(password, one-time code), and from time to time while it is used:

1. at a rotation the old token stays good until the new one was seen, so that a lost answer logs nobody out,
2. once the new one was seen the old one is good for a short grace, for requests already under way,
3. whoever shows the old one after that has copied it, or was copied: the whole session ends.

Source: OWASP Session Management Cheat Sheet; NIST SP 800-63B section 7.1.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.staff.accounts import account_of_row
from registry.staff.model import Account
from registry.storage import staff_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from signing.encoding import b64url_encode, parse_rfc3339, rfc3339

_SESSION, _ACCOUNT = (
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (staff_rows.StaffSessionRow, staff_rows.StaffAccountRow)
)
_TOKEN_BYTES = 32
_ID_BYTES = 16
_GRACE = timedelta(seconds=30)
# A session that waits for its one-time code waits no longer than this.
_CODE_WAIT = timedelta(minutes=10)
# How exactly the last use is known: a write for every request would be too many.
_SEEN_EVERY = timedelta(seconds=60)


class Stage(StrEnum):
    """How far the person proved who they are. `CODE`: the password was right, the one-time code is due."""

    CODE = "code"
    OPEN = "open"


@dataclass(frozen=True)
class SessionTimes:
    """How long sessions last: without use, at most, and until the next rotation."""

    idle: timedelta = timedelta(minutes=30)
    most: timedelta = timedelta(hours=12)
    rotation: timedelta = timedelta(minutes=15)


@dataclass(frozen=True)
class Session:
    """One log-in. `csrf` goes into every form; `network` is a keyed hash."""

    id: str
    account: str
    stage: Stage
    csrf: str
    browser: str
    network: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Visit:
    """What a token opens. `new_token` is set where the browser must be given another one."""

    session: Session
    account: Account
    new_token: str = ""


class Reused(StrEnum):
    """Why a token opened nothing."""

    UNKNOWN = "unknown"
    ENDED = "ended"
    REPLAYED = "replayed"


@dataclass(frozen=True)
class NoVisit:
    """No session; `account` is known where the token once was one."""

    why: Reused
    account: str = ""


class Sessions:
    """The sessions on one desk."""

    def __init__(self, engine: Engine, times: SessionTimes, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._times = times
        self._clock = clock

    def open(
        self, account: str, stage: Stage, *, browser: str = "", network: str = ""
    ) -> tuple[Session, str]:
        """A new session and its token. Raises: DatabaseUnavailable."""
        now, token = self._clock(), _new_token()
        lasts = _CODE_WAIT if stage is Stage.CODE else self._times.most
        values = {
            "id": secrets.token_hex(_ID_BYTES),
            "account": account,
            "stage": stage.value,
            "current": _digest(token),
            "previous": b"",
            "previous_until": "",
            "confirmed": False,
            "csrf": _new_token(),
            "browser": browser,
            "network": network,
            "opened_at": rfc3339(now),
            "rotated_at": rfc3339(now),
            "seen_at": rfc3339(now),
            "expires_at": rfc3339(now + lasts),
        }
        with writing(self._engine) as connection:
            _forget_old(connection, now - self._times.idle, now)
            connection.execute(sa.insert(_SESSION).values(**values))
        return _session(values), token

    def visit(self, token: str) -> Visit | NoVisit:
        """What this token opens now; rotates it where that is due. Raises: DatabaseUnavailable."""
        digest, now = _digest(token), self._clock()
        with reading(self._engine) as connection:
            row = _row_of(connection, digest)
        if row is None:
            return NoVisit(Reused.UNKNOWN)
        verdict = self._standing(row, digest, now)
        if verdict is not None:
            self.end(row["id"])
            return NoVisit(verdict, row["account"])
        visit = Visit(_session(row), account_of_row(_prefixed(row)))
        if not self._must_write(row, digest, now):
            return visit
        with writing(self._engine) as connection:
            new_token = self._touch(connection, digest, now)
        return Visit(visit.session, visit.account, new_token)

    def step_up(self, session: Session, stage: Stage = Stage.OPEN) -> tuple[Session, str]:
        """The same person, proved anew: a new session in place of this one. Raises: DatabaseUnavailable."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(_SESSION).where(_SESSION.c.id == session.id))
        return self.open(session.account, stage, browser=session.browser, network=session.network)

    def of_account(self, account: str) -> list[Session]:
        """The sessions of an account that are still good, newest use first. Raises: DatabaseUnavailable."""
        now = self._clock()
        query = sa.select(_SESSION).where(
            _SESSION.c.account == account,
            _SESSION.c.stage == Stage.OPEN.value,
            _SESSION.c.expires_at > rfc3339(now),
            _SESSION.c.seen_at > rfc3339(now - self._times.idle),
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(_SESSION.c.seen_at.desc())).mappings().all()
        return [_session(dict(row)) for row in rows]

    def end(self, identity: str) -> None:
        """Ends one session. Raises: DatabaseUnavailable."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(_SESSION).where(_SESSION.c.id == identity))

    def end_others(self, session: Session) -> int:
        """Ends every other session of this account; how many. Raises: DatabaseUnavailable."""
        with writing(self._engine) as connection:
            done = connection.execute(
                sa.delete(_SESSION).where(_SESSION.c.account == session.account, _SESSION.c.id != session.id)
            )
        return int(done.rowcount)

    def _standing(self, row: Mapping[str, Any], digest: bytes, now: datetime) -> Reused | None:
        """Why the row opens nothing, None if it does."""
        text = rfc3339(now)
        if row["expires_at"] <= text or row["seen_at"] <= rfc3339(now - self._times.idle):
            return Reused.ENDED
        if not row["account_active"]:
            return Reused.ENDED
        if row["current"] != digest and row["confirmed"] and row["previous_until"] <= text:
            return Reused.REPLAYED
        return None

    def _must_write(self, row: Mapping[str, Any], digest: bytes, now: datetime) -> bool:
        seen_long_ago = parse_rfc3339(row["seen_at"]) <= now - _SEEN_EVERY
        if row["current"] == digest:
            return not row["confirmed"] or seen_long_ago or self._is_due(row, now)
        return seen_long_ago or _was_lost(row, now)

    def _touch(self, connection: Connection, digest: bytes, now: datetime) -> str:
        """Notes the use, and rotates if it is time; the row is read anew, for a parallel request may have."""
        row = _row_of(connection, digest, for_update=True)
        if row is None:
            return ""
        values: dict[str, object] = {"seen_at": rfc3339(now)}
        token = ""
        if row["current"] == digest:
            if not row["confirmed"]:
                values |= {"confirmed": True, "previous_until": rfc3339(now + _GRACE)}
            if self._is_due(row, now):
                token = _new_token()
                values |= {"previous": digest}
        elif _was_lost(row, now):
            token = _new_token()
        if token:
            values |= {
                "current": _digest(token),
                "confirmed": False,
                "previous_until": "",
                "rotated_at": rfc3339(now),
            }
        connection.execute(sa.update(_SESSION).where(_SESSION.c.id == row["id"]).values(**values))
        return token

    def _is_due(self, row: Mapping[str, Any], now: datetime) -> bool:
        return parse_rfc3339(row["rotated_at"]) <= now - self._times.rotation


def _was_lost(row: Mapping[str, Any], now: datetime) -> bool:
    """The browser still shows the old token a while after the rotation: the new one never reached it."""
    return not row["confirmed"] and parse_rfc3339(row["rotated_at"]) <= now - _GRACE


def _row_of(connection: Connection, digest: bytes, *, for_update: bool = False) -> Mapping[str, Any] | None:
    of_account = [column.label(f"account_{column.name}") for column in _ACCOUNT.c]
    query = (
        sa.select(_SESSION, *of_account)
        .join(_ACCOUNT, _ACCOUNT.c.id == _SESSION.c.account)
        .where(sa.or_(_SESSION.c.current == digest, _SESSION.c.previous == digest))
    )
    if for_update:
        query = query.with_for_update(of=_SESSION)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def _prefixed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {column.name: row[f"account_{column.name}"] for column in _ACCOUNT.c}


def _session(row: Mapping[str, Any]) -> Session:
    return Session(
        id=row["id"],
        account=row["account"],
        stage=Stage(row["stage"]),
        csrf=row["csrf"],
        browser=row["browser"],
        network=row["network"],
        opened_at=parse_rfc3339(row["opened_at"]),
        seen_at=parse_rfc3339(row["seen_at"]),
        expires_at=parse_rfc3339(row["expires_at"]),
    )


def _forget_old(connection: Connection, idle_since: datetime, now: datetime) -> None:
    is_over = sa.or_(_SESSION.c.expires_at <= rfc3339(now), _SESSION.c.seen_at <= rfc3339(idle_since))
    connection.execute(sa.delete(_SESSION).where(is_over))


def _new_token() -> str:
    return b64url_encode(secrets.token_bytes(_TOKEN_BYTES))


def _digest(token: str) -> bytes:
    return sha256(b"skillcert/session/v1\x00" + token.encode("utf-8", "surrogatepass")).digest()
