"""Accounts as the desk keeps them. Whatever takes a right away ends the account's sessions in the same step.

Nothing here asks who may do it: that is the gate's, and the command line's.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.staff.errors import (
    AccountUnknown,
    CodeRefused,
    LastAdministrator,
    LoginTaken,
    PasswordFault,
    PasswordRefused,
)
from registry.staff.model import Account, StaffRole, check_account, tidy_login
from registry.staff.passwords import Passwords, check_password
from registry.staff.totp import NEVER, accepted_step, looks_like_recovery, recovery_codes, recovery_digest
from registry.storage import staff_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from registry.storage.vault import Vault
from signing.encoding import rfc3339

_ACCOUNT, _RECOVERY, _SESSION, _TOKEN = (
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (
        staff_rows.StaffAccountRow,
        staff_rows.StaffRecoveryRow,
        staff_rows.StaffSessionRow,
        staff_rows.StaffTokenRow,
    )
)
_ID_BYTES = 16


@dataclass(frozen=True)
class ListedAccount:
    """An account as the administrator sees it; `seen_at` is "" before the first log-in."""

    account: Account
    created_at: str
    seen_at: str


class Accounts:
    """The accounts on one desk."""

    def __init__(
        self,
        engine: Engine,
        vault: Callable[[], Vault],
        passwords: Passwords,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._passwords = passwords
        self._clock = clock

    def get(self, identity: str) -> Account | None:
        """The account. Raises: DatabaseUnavailable."""
        return self._find(_ACCOUNT.c.id == identity)

    def by_login(self, login: str) -> Account | None:
        """The account with this login. Raises: DatabaseUnavailable."""
        return self._find(_ACCOUNT.c.login == tidy_login(login))

    def all(self) -> list[ListedAccount]:
        """Every account, in the order of logins. Raises: DatabaseUnavailable."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(_ACCOUNT).order_by(_ACCOUNT.c.login)).mappings().all()
        return [ListedAccount(account_of_row(row), row["created_at"], row["seen_at"]) for row in rows]

    def of_office(self, role: StaffRole, office: str) -> list[Account]:
        """The active accounts of one office. Raises: DatabaseUnavailable."""
        return [
            each.account
            for each in self.all()
            if each.account.role is role and each.account.office == office and each.account.active
        ]

    def create(
        self, *, login: str, name: str, role: StaffRole, office: str, password: str, password_due: bool = True
    ) -> Account:
        """A new account. Raises: MalformedAccount, LoginTaken, DatabaseUnavailable."""
        login, name = tidy_login(login), name.strip()
        check_account(login, name, role, office)
        identity = secrets.token_hex(_ID_BYTES)
        stored = self._passwords.hash(password)
        try:
            with writing(self._engine) as connection:
                connection.execute(
                    sa.insert(_ACCOUNT).values(
                        id=identity,
                        login=login,
                        name=name,
                        role=role.value,
                        office=office,
                        active=True,
                        password=stored,
                        password_due=password_due,
                        totp=b"",
                        totp_place=b"",
                        totp_step=NEVER,
                        created_at=rfc3339(self._clock()),
                        seen_at="",
                    )
                )
        except sa.exc.IntegrityError as fault:
            raise LoginTaken from fault
        return Account(identity, login, name, role, office, password_due=password_due)

    def change(self, identity: str, *, name: str, role: StaffRole, office: str) -> Account:
        """Another name, role or office. A new role or office ends every session and token.

        Raises: AccountUnknown, MalformedAccount, LastAdministrator, DatabaseUnavailable.
        """
        with writing(self._engine) as connection:
            before = _require(connection, identity)
            check_account(before.login, name.strip(), role, office)
            if role is not StaffRole.ADMINISTRATOR:
                _require_another_administrator(connection, before)
            _update(connection, identity, name=name.strip(), role=role.value, office=office)
            if (before.role, before.office) != (role, office):
                _end_everything(connection, identity, self._clock())
            return _require(connection, identity)

    def set_active(self, identity: str, *, active: bool) -> Account:
        """Opens or closes an account; closing ends every session and token.

        Raises: AccountUnknown, LastAdministrator, DatabaseUnavailable.
        """
        with writing(self._engine) as connection:
            before = _require(connection, identity)
            if not active:
                _require_another_administrator(connection, before)
                _end_everything(connection, identity, self._clock())
            _update(connection, identity, active=active)
            return _require(connection, identity)

    def reset_password(self, identity: str, password: str) -> None:
        """A start password that must be replaced; ends every session. Raises: AccountUnknown."""
        stored = self._passwords.hash(password)
        with writing(self._engine) as connection:
            _require(connection, identity)
            _update(connection, identity, password=stored, password_due=True)
            _end_sessions(connection, identity)

    def reset_two_step(self, identity: str) -> None:
        """Forgets the phone and the recovery codes; ends every session. Raises: AccountUnknown."""
        with writing(self._engine) as connection:
            _require(connection, identity)
            _update(connection, identity, totp=b"", totp_place=b"", totp_step=NEVER)
            connection.execute(sa.delete(_RECOVERY).where(_RECOVERY.c.account == identity))
            _end_sessions(connection, identity)

    def password_is_right(self, login: str, password: str) -> Account | None:
        """The account that this login and password open, None for any other reason.

        The work is the same whether the login exists or not. A password that was kept at another cost than
        today's is kept anew. Raises: DatabaseUnavailable.
        """
        with reading(self._engine) as connection:
            query = sa.select(_ACCOUNT).where(_ACCOUNT.c.login == tidy_login(login))
            row = connection.execute(query).mappings().first()
        right = self._passwords.matches(None if row is None else row["password"], password)
        if row is None or not right or not row["active"]:
            return None
        if self._passwords.is_outdated(row["password"]):
            stored = self._passwords.hash(password)
            with writing(self._engine) as connection:
                # Only in place of the very one that was checked: it may have been reset meanwhile.
                connection.execute(
                    sa.update(_ACCOUNT)
                    .where(_ACCOUNT.c.id == row["id"], _ACCOUNT.c.password == row["password"])
                    .values(password=stored)
                )
        return account_of_row(row)

    def change_password(self, account: Account, *, old: str, new: str, again: str) -> None:
        """The person's own new password; `old` was found right before. Whoever calls ends the other sessions.

        Raises: PasswordRefused, DatabaseUnavailable.
        """
        if new != again:
            raise PasswordRefused(PasswordFault.DIFFERENT)
        if new == old:
            raise PasswordRefused(PasswordFault.UNCHANGED)
        check_password(new, login=account.login)
        stored = self._passwords.hash(new)
        with writing(self._engine) as connection:
            _update(connection, account.id, password=stored, password_due=False)

    def set_up_two_step(self, account: Account, secret: bytes, code: str) -> list[str]:
        """Keeps the secret once a code of it was shown, and returns the recovery codes, shown this once.

        Raises: CodeRefused, DatabaseUnavailable.
        """
        step = accepted_step(secret, code, self._clock(), last_step=NEVER)
        place = secrets.token_bytes(_ID_BYTES)
        sealed = self._vault().seal("staff_account", place, "totp", secret)
        with writing(self._engine) as connection:
            _update(connection, account.id, totp=sealed, totp_place=place, totp_step=step)
            return _renew_recovery(connection, account.id)

    def renew_recovery(self, account: Account) -> list[str]:
        """New recovery codes in place of all old ones. Raises: DatabaseUnavailable."""
        with writing(self._engine) as connection:
            return _renew_recovery(connection, account.id)

    def recovery_left(self, account: Account) -> int:
        """How many recovery codes were not used yet. Raises: DatabaseUnavailable."""
        query = sa.select(sa.func.count()).where(_RECOVERY.c.account == account.id)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def accept_code(self, account: Account, code: str) -> bool:
        """Takes a one-time code, or a recovery code; each only once. Returns whether it was a recovery code.

        Raises: CodeRefused, DatabaseUnavailable.
        """
        if looks_like_recovery(code):
            self._use_recovery(account, code)
            return True
        with reading(self._engine) as connection:
            query = sa.select(_ACCOUNT.c.totp, _ACCOUNT.c.totp_place, _ACCOUNT.c.totp_step)
            found = connection.execute(query.where(_ACCOUNT.c.id == account.id)).first()
        if found is None or not found[0]:
            raise CodeRefused
        secret = self._vault().open("staff_account", bytes(found[1]), "totp", bytes(found[0]))
        step = accepted_step(secret, code, self._clock(), last_step=int(found[2]))
        with writing(self._engine) as connection:
            # Two requests with the same code race for this one change.
            done = connection.execute(
                sa.update(_ACCOUNT)
                .where(_ACCOUNT.c.id == account.id, _ACCOUNT.c.totp_step < step)
                .values(totp_step=step)
            )
        if done.rowcount != 1:
            raise CodeRefused
        return False

    def saw(self, account: Account) -> None:
        """Remembers that the person logged in now. Raises: DatabaseUnavailable."""
        with writing(self._engine) as connection:
            _update(connection, account.id, seen_at=rfc3339(self._clock()))

    def _use_recovery(self, account: Account, code: str) -> None:
        with writing(self._engine) as connection:
            done = connection.execute(
                sa.delete(_RECOVERY).where(
                    _RECOVERY.c.digest == recovery_digest(code), _RECOVERY.c.account == account.id
                )
            )
        if done.rowcount != 1:
            raise CodeRefused

    def _find(self, condition: sa.ColumnElement[bool]) -> Account | None:
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(_ACCOUNT).where(condition)).mappings().first()
        return None if row is None else account_of_row(row)


def account_of_row(row: Any) -> Account:
    """The account in a row of the table, by column names."""
    return Account(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        role=StaffRole(row["role"]),
        office=row["office"],
        active=bool(row["active"]),
        password_due=bool(row["password_due"]),
        two_step=bool(row["totp"]),
    )


def _require(connection: Connection, identity: str) -> Account:
    query = sa.select(_ACCOUNT).where(_ACCOUNT.c.id == identity)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise AccountUnknown
    return account_of_row(row)


def _update(connection: Connection, identity: str, **values: object) -> None:
    connection.execute(sa.update(_ACCOUNT).where(_ACCOUNT.c.id == identity).values(**values))


def _require_another_administrator(connection: Connection, leaving: Account) -> None:
    if leaving.role is not StaffRole.ADMINISTRATOR or not leaving.active:
        return
    others = sa.select(sa.func.count()).where(
        _ACCOUNT.c.role == StaffRole.ADMINISTRATOR.value,
        _ACCOUNT.c.active.is_(True),
        _ACCOUNT.c.id != leaving.id,
    )
    if connection.execute(others).scalar_one() == 0:
        raise LastAdministrator


def _renew_recovery(connection: Connection, identity: str) -> list[str]:
    codes = recovery_codes()
    connection.execute(sa.delete(_RECOVERY).where(_RECOVERY.c.account == identity))
    connection.execute(
        sa.insert(_RECOVERY), [{"digest": recovery_digest(code), "account": identity} for code in codes]
    )
    return codes


def _end_sessions(connection: Connection, identity: str) -> None:
    connection.execute(sa.delete(_SESSION).where(_SESSION.c.account == identity))


def _end_everything(connection: Connection, identity: str, now: datetime) -> None:
    _end_sessions(connection, identity)
    open_tokens = sa.and_(_TOKEN.c.account == identity, _TOKEN.c.ended_at == "")
    connection.execute(sa.update(_TOKEN).where(open_tokens).values(ended_at=rfc3339(now)))
