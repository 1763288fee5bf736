"""The holders on one desk, and their management secrets.

A secret is kept as Argon2id only. It carries 80 random bits, so that nobody guesses it from its hash; a
pepper would add nothing to that, and would make every secret useless with the key it comes from.

Whoever has a paper in hand knows what stands on it, and could be the first to take the secret. So every later
log-in by what stands there says since when there is one, and a bureau that checked the person voids it.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.holders.errors import HolderUnknown, SecretExists, SecretRefused
from registry.holders.model import Holder, HolderSession, KnownPerson, Way
from registry.holders.secret_text import new_secret, read_secret
from registry.holders.sessions import end_sessions, holder_of_row
from registry.staff.passwords import Passwords
from registry.storage import holder_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from signing.encoding import rfc3339

_HOLDER = DESK_METADATA.tables[str(holder_rows.HolderRow.__tablename__)]
_ID_BYTES = 16
# What else ends with a voided secret: told whose, it says how much that was.
Ending = Callable[[Holder], int]


@dataclass(frozen=True)
class Voided:
    """What ended with a secret: how many sessions, and how much of each of the `endings`."""

    sessions: int
    others: int


class Holders:
    """The holders on one desk. Whose names belong together is the caller's to say (`persons.registered`)."""

    def __init__(
        self,
        engine: Engine,
        passwords: Passwords,
        clock: Callable[[], datetime],
        *,
        endings: Sequence[Ending] = (),
    ) -> None:
        """`endings` are what else ends when a secret is voided, such as share codes."""
        self._engine = engine
        self._passwords = passwords
        self._clock = clock
        self._endings = endings

    def open(self, known: KnownPerson) -> Holder:
        """The holder who is this person under any of the names; a new one at the first time.

        Raises: DatabaseUnavailable.
        """
        with writing(self._engine) as connection:
            return self._opened(connection, known)

    def among(self, persons: Iterable[KnownPerson]) -> list[Holder]:
        """The holders among these persons, who has a secret first. One question.

        Raises: DatabaseUnavailable.
        """
        return [holder for holder, _ in self._among(persons)]

    def get(self, identity: str) -> Holder:
        """Raises: HolderUnknown, DatabaseUnavailable."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(_HOLDER).where(_HOLDER.c.id == identity)).mappings().first()
        if row is None:
            raise HolderUnknown
        return holder_of_row(dict(row))

    def take_secret(self, known: KnownPerson) -> tuple[Holder, str]:
        """The person's first secret, which is told now and never again.

        Raises: SecretExists, DatabaseUnavailable.
        """
        text = new_secret()
        stored = self._passwords.hash(read_secret(text))
        with writing(self._engine) as connection:
            holder = self._opened(connection, known)
            done = connection.execute(
                sa.update(_HOLDER)
                .where(_HOLDER.c.id == holder.id, _HOLDER.c.secret == "")
                .values(secret=stored, secret_at=rfc3339(self._clock()))
            )
            if done.rowcount != 1:
                raise SecretExists
        return self.get(holder.id), text

    def by_secret(self, persons: Iterable[KnownPerson], typed: str) -> Holder:
        """The holder among these persons whose secret this is; nobody costs the same work as somebody.

        Raises: SecretMistyped, SecretRefused, DatabaseUnavailable.
        """
        text = read_secret(typed)
        holder, stored = next(iter(self._among(persons)), (None, ""))
        if not self._passwords.matches(stored or None, text) or holder is None:
            raise SecretRefused
        if self._passwords.is_outdated(stored):
            with writing(self._engine) as connection:
                _store(connection, holder.id, self._passwords.hash(text))
        return holder

    def replace_secret(self, session: HolderSession, typed: str) -> str:
        """A new secret in place of this one, told now; every session ends but this one.

        Whom a provider recognised just now needs no old one: that proves more than a piece of paper.
        Raises: SecretMistyped, SecretRefused, DatabaseUnavailable.
        """
        if session.way is not Way.PROVIDER:
            self._require_secret(session.holder, read_secret(typed))
        text = new_secret()
        stored = self._passwords.hash(read_secret(text))
        with writing(self._engine) as connection:
            _store(connection, session.holder, stored, since=self._clock())
            end_sessions(connection, session.holder, but=session.id)
        return text

    def void(self, holder: Holder) -> Voided:
        """Ends the secret and every session, then whatever else ends with them.

        If we die in between, voiding it again does the rest. Raises: DatabaseUnavailable.
        """
        now = self._clock()
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(_HOLDER)
                .where(_HOLDER.c.id == holder.id)
                .values(secret="", secret_at="", voided_at=rfc3339(now))
            )
            ended = end_sessions(connection, holder.id)
        return Voided(ended, sum(ending(holder) for ending in self._endings))

    def _require_secret(self, holder: str, text: str) -> None:
        with reading(self._engine) as connection:
            query = sa.select(_HOLDER.c.secret).where(_HOLDER.c.id == holder)
            stored = str(connection.execute(query).scalar() or "")
        if not self._passwords.matches(stored or None, text):
            raise SecretRefused

    def _opened(self, connection: Connection, known: KnownPerson) -> Holder:
        found = _found(connection, known)
        if found is not None:
            return found
        person = known.person
        values = {
            "id": secrets.token_hex(_ID_BYTES),
            "person": person.document,
            "named": person.named,
            **dict.fromkeys(("secret", "secret_at", "voided_at"), ""),
            "opened_at": rfc3339(self._clock()),
        }
        # Somebody else may open the same one at this moment: then theirs it is.
        connection.execute(_insert(connection, values))
        opened = _found(connection, known)
        assert opened is not None, "a holder who was put in, or was there"
        return opened

    def _among(self, persons: Iterable[KnownPerson]) -> list[tuple[Holder, str]]:
        names = {each.person.document: each.names for each in persons}
        query = sa.select(_HOLDER).where(_HOLDER.c.person.in_(names))
        with reading(self._engine) as connection:
            ordered = query.order_by(_HOLDER.c.secret == "", _HOLDER.c.opened_at)
            rows = connection.execute(ordered).mappings().all()
        return [
            (holder_of_row(dict(row)), str(row["secret"]))
            for row in rows
            if bytes(row["named"]) in names[bytes(row["person"])]
        ]


def _found(connection: Connection, known: KnownPerson) -> Holder | None:
    mine = known.names | {known.person.named}
    query = sa.select(_HOLDER).where(_HOLDER.c.person == known.person.document, _HOLDER.c.named.in_(mine))
    # Two may be there where a correction joined their names later: the one with the secret goes on.
    row = connection.execute(query.order_by(_HOLDER.c.secret == "", _HOLDER.c.opened_at)).mappings().first()
    return None if row is None else holder_of_row(dict(row))


def _insert(connection: Connection, values: Mapping[str, object]) -> sa.Insert:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return insert(_HOLDER).values(**values).on_conflict_do_nothing(index_elements=["named"])


def _store(connection: Connection, holder: str, stored: str, *, since: datetime | None = None) -> None:
    values = {"secret": stored} | ({"secret_at": rfc3339(since)} if since else {})
    connection.execute(sa.update(_HOLDER).where(_HOLDER.c.id == holder).values(**values))
