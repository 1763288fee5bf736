"""A holder's sessions: 256 random bits in the browser, their hash on the desk, an idle and an absolute end.

A session is never carried over: every log-in, and every change of the secret, begins a new one. They are
short, for many people do this on a machine that is not theirs.

Source: OWASP Session Management Cheat Sheet; NIST SP 800-63B section 7.1.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.holders.model import Holder, HolderSession, Way
from registry.storage import holder_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from signing.encoding import b64url_encode, parse_rfc3339, rfc3339

_SESSION, _HOLDER = (
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (holder_rows.HolderSessionRow, holder_rows.HolderRow)
)
_TOKEN_BYTES, _ID_BYTES = 32, 16
# How exactly the last use is known: a write for every request would be too many.
_SEEN_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class HolderSessionTimes:
    """How long a session lasts: without use, and at most."""

    idle: timedelta = timedelta(minutes=15)
    most: timedelta = timedelta(hours=2)


class HolderSessions:
    """The holders' sessions on one desk."""

    def __init__(self, engine: Engine, times: HolderSessionTimes, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._times = times
        self._clock = clock

    def open(self, holder: Holder, way: Way, *, browser: str = "") -> tuple[HolderSession, str]:
        """A new session and its token. Raises: DatabaseUnavailable."""
        now, token = self._clock(), _random(_TOKEN_BYTES)
        values = {
            "id": secrets.token_hex(_ID_BYTES),
            "holder": holder.id,
            "token": _digest(token),
            "csrf": _random(_TOKEN_BYTES),
            "way": way.value,
            "browser": browser,
            "opened_at": rfc3339(now),
            "seen_at": rfc3339(now),
            "expires_at": rfc3339(now + self._times.most),
        }
        with writing(self._engine) as connection:
            connection.execute(sa.insert(_SESSION).values(**values))
        return _session(values), token

    def visit(self, token: str) -> tuple[HolderSession, Holder] | None:
        """The session that this token opens now, and whose it is. Raises: DatabaseUnavailable."""
        now = self._clock()
        query = (
            sa.select(_SESSION, *(column.label(f"holder_{column.name}") for column in _HOLDER.c))
            .join(_HOLDER, _HOLDER.c.id == _SESSION.c.holder)
            .where(_SESSION.c.token == _digest(token))
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        session = _session(dict(row))
        if self._is_over(session, now):
            self.end(session.id)
            return None
        if session.seen_at <= now - _SEEN_EVERY:
            with writing(self._engine) as connection:
                seen = sa.update(_SESSION).where(_SESSION.c.id == session.id)
                connection.execute(seen.values(seen_at=rfc3339(now)))
        return session, holder_of_row({column.name: row[f"holder_{column.name}"] for column in _HOLDER.c})

    def of_holder(self, holder: Holder) -> list[HolderSession]:
        """The sessions of a holder that are still good, newest use first. Raises: DatabaseUnavailable."""
        query = sa.select(_SESSION).where(_SESSION.c.holder == holder.id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(_SESSION.c.seen_at.desc())).mappings().all()
        sessions = (_session(dict(row)) for row in rows)
        return [each for each in sessions if not self._is_over(each, self._clock())]

    def end(self, identity: str) -> None:
        """Ends one session. Raises: DatabaseUnavailable."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(_SESSION).where(_SESSION.c.id == identity))

    def end_others(self, session: HolderSession) -> int:
        """Ends every other session of this holder; how many. Raises: DatabaseUnavailable."""
        with writing(self._engine) as connection:
            return end_sessions(connection, session.holder, but=session.id)

    def _is_over(self, session: HolderSession, now: datetime) -> bool:
        return now >= session.expires_at or now >= session.seen_at + self._times.idle


def end_sessions(connection: Connection, holder: str, *, but: str = "") -> int:
    """Ends the sessions of a holder within a transaction of the caller's; how many."""
    done = connection.execute(sa.delete(_SESSION).where(_SESSION.c.holder == holder, _SESSION.c.id != but))
    return int(done.rowcount)


def holder_of_row(row: Mapping[str, Any]) -> Holder:
    """The holder in a row of the table."""
    return Holder(
        id=row["id"],
        person=bytes(row["person"]),
        named=bytes(row["named"]),
        secret_at=parse_rfc3339(row["secret_at"]) if row["secret"] else None,
        voided_at=parse_rfc3339(row["voided_at"]) if row["voided_at"] else None,
    )


def _session(row: Mapping[str, Any]) -> HolderSession:
    return HolderSession(
        id=row["id"],
        holder=row["holder"],
        way=Way(row["way"]),
        csrf=row["csrf"],
        browser=row["browser"],
        opened_at=parse_rfc3339(row["opened_at"]),
        seen_at=parse_rfc3339(row["seen_at"]),
        expires_at=parse_rfc3339(row["expires_at"]),
    )


def _random(count: int) -> str:
    return b64url_encode(secrets.token_bytes(count))


def _digest(token: str) -> bytes:
    return sha256(b"skillcert/holder-session/v1\x00" + token.encode("utf-8", "surrogatepass")).digest()
