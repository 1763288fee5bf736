"""API tokens of institutions' own systems: a scope, an end date, shown once, kept as a hash.

A token acts as the account that made it, never beyond its scope, and ends with the account.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.ledger.admission import CIVIL_TIME
from registry.staff.accounts import account_of_row
from registry.staff.errors import MalformedToken, TokenUnknown
from registry.staff.model import Account, TokenScope
from registry.storage import staff_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from signing.encoding import b64url_encode, rfc3339

_TOKEN, _ACCOUNT = (
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (staff_rows.StaffTokenRow, staff_rows.StaffAccountRow)
)
# Makes a token that was left somewhere easy to recognise, for people and for scanners.
PREFIX = "skillcert_"
MAX_DAYS = 366
_SECRET_BYTES = 32
_ID_BYTES = 8
_MAX_NAME = 60
_SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class AccessToken:
    """A token as its owner sees it: the secret is shown once and kept nowhere. `ends_on` is its last day."""

    id: str
    account: str
    name: str
    scopes: frozenset[TokenScope]
    created_at: str
    ends_on: date
    ended_at: str
    seen_at: str

    def is_good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return not self.ended_at and now.astimezone(CIVIL_TIME).date() <= self.ends_on


class AccessTokens:
    """The tokens on one desk."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def create(
        self, account: Account, *, name: str, scopes: Iterable[TokenScope], ends_on: date
    ) -> tuple[AccessToken, str]:
        """A new token and its secret. Raises: MalformedToken, DatabaseUnavailable."""
        name, kept = name.strip(), frozenset(scopes)
        now = self._clock()
        today = now.astimezone(CIVIL_TIME).date()
        if not name or len(name) > _MAX_NAME or not name.isprintable():
            raise MalformedToken("name")
        if not kept:
            raise MalformedToken("scopes")
        if not today <= ends_on <= today + timedelta(days=MAX_DAYS):
            raise MalformedToken("ends_on")
        secret = PREFIX + b64url_encode(secrets.token_bytes(_SECRET_BYTES))
        values = {
            "id": secrets.token_hex(_ID_BYTES),
            "digest": _digest(secret),
            "account": account.id,
            "name": name,
            "scopes": " ".join(sorted(kept)),
            "created_at": rfc3339(now),
            "ends_at": ends_on.isoformat(),
            "ended_at": "",
            "seen_at": "",
        }
        with writing(self._engine) as connection:
            connection.execute(sa.insert(_TOKEN).values(**values))
        return _token(values), secret

    def of_account(self, account: str) -> list[AccessToken]:
        """Every token of an account, newest first. Raises: DatabaseUnavailable."""
        query = sa.select(_TOKEN).where(_TOKEN.c.account == account).order_by(_TOKEN.c.created_at.desc())
        with reading(self._engine) as connection:
            return [_token(row) for row in connection.execute(query).mappings().all()]

    def end(self, account: str, identity: str) -> AccessToken:
        """Ends one of the account's own tokens. Raises: TokenUnknown, DatabaseUnavailable."""
        own = sa.and_(_TOKEN.c.id == identity, _TOKEN.c.account == account)
        with writing(self._engine) as connection:
            row = connection.execute(sa.select(_TOKEN).where(own)).mappings().first()
            if row is None:
                raise TokenUnknown
            if not row["ended_at"]:
                connection.execute(sa.update(_TOKEN).where(own).values(ended_at=rfc3339(self._clock())))
            return _token(row)

    def opened_by(self, secret: str) -> tuple[AccessToken, Account]:
        """The token and the account that it acts as. Raises: TokenUnknown, DatabaseUnavailable."""
        now = self._clock()
        of_account = [column.label(f"account_{column.name}") for column in _ACCOUNT.c]
        query = (
            sa.select(_TOKEN, *of_account)
            .join(_ACCOUNT, _ACCOUNT.c.id == _TOKEN.c.account)
            .where(_TOKEN.c.digest == _digest(secret))
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise TokenUnknown
        token = _token(row)
        account = account_of_row({column.name: row[f"account_{column.name}"] for column in _ACCOUNT.c})
        if not token.is_good(now) or not account.active:
            raise TokenUnknown
        if token.seen_at <= rfc3339(now - _SEEN_EVERY):
            with writing(self._engine) as connection:
                seen = sa.update(_TOKEN).where(_TOKEN.c.id == token.id).values(seen_at=rfc3339(now))
                connection.execute(seen)
        return token, account


def _token(row: Any) -> AccessToken:
    return AccessToken(
        id=row["id"],
        account=row["account"],
        name=row["name"],
        scopes=frozenset(TokenScope(each) for each in row["scopes"].split()),
        created_at=row["created_at"],
        ends_on=date.fromisoformat(row["ends_at"]),
        ended_at=row["ended_at"],
        seen_at=row["seen_at"],
    )


def _digest(secret: str) -> bytes:
    return sha256(b"skillcert/access-token/v1\x00" + secret.encode("utf-8", "surrogatepass")).digest()
