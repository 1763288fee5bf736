"""Shares on the desk: made, used, stopped, removed.

A use is written down before anything is disclosed, in the transaction that sees the share open. A stop that
was told as done therefore comes before every later disclosure.

The code lies here twice: as a keyed hash, by which it is found, and sealed, so that its holder can show the
link again on a phone at a counter. Who holds the key to that seal could open the whole record by itself, so
this gives nobody more; an erasure takes the key out of every copy, and a stop empties it.
"""

import re
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from registry.holders.share_errors import ShareIncomplete, ShareUnknown, TooManyShares
from registry.holders.share_model import CODE_BYTES, MAX_NOTE, MOST_OPEN, Share, ShareItem
from registry.storage import share_rows
from registry.storage.errors import Erased
from registry.storage.metadata import DESK_METADATA
from registry.storage.share_rows import SHARE_TABLE
from registry.storage.sql import reading, writing
from registry.storage.vault import Place, Vault
from signing.encoding import b64url_encode, parse_rfc3339, rfc3339

_ROWS, _USES = (
    DESK_METADATA.tables[str(row.__tablename__)] for row in (share_rows.ShareRow, share_rows.ShareUseRow)
)
_SEALED = ("link", "note")
_USES_SHOWN = 50
_IDENTITY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class NewShare:
    """What a holder wants to share. `once` is the form's own random text: sent twice, it is one share."""

    person: bytes
    certificate: int
    entry: int
    choices: frozenset[ShareItem]
    ends_at: datetime
    note: str
    once: str


class Shares:
    """Shares over the desk's database. Bears several threads at once."""

    def __init__(self, engine: Engine, vault: Callable[[], Vault], clock: Callable[[], datetime]) -> None:
        """`vault` gives the newest one: an erasure replaces it."""
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def make(self, new: NewShare) -> Share:
        """Keeps a new share with a fresh code, or gives the one that the same form made before.

        Raises: ShareIncomplete, TooManyShares, DatabaseUnavailable.
        """
        note = new.note.strip()
        if len(note) > MAX_NOTE:
            raise ShareIncomplete("note")
        form = b"\x00".join((new.person, str(new.certificate).encode(), new.once.encode()))
        identity = sha256(form).hexdigest()[:32]
        vault, code = self._vault(), b64url_encode(secrets.token_bytes(CODE_BYTES))
        values = {
            "id": identity,
            "code": vault.share_mac(code),
            "person": new.person,
            "certificate": new.certificate,
            "entry": new.entry,
            "choices": " ".join(sorted(new.choices)),
            "made_at": rfc3339(self._clock()),
            "ends_at": rfc3339(new.ends_at),
            "stopped_at": "",
            "link": vault.seal(*_place(identity, "link"), code.encode()),
            "note": vault.seal(*_place(identity, "note"), note.encode()) if note else b"",
        }
        try:
            with writing(self._engine) as connection:
                if self._open_ones(connection, new.person, identity) >= MOST_OPEN:
                    raise TooManyShares
                connection.execute(sa.insert(_ROWS).values(**values))
        except IntegrityError:
            pass
        return self.get(identity)

    def get(self, identity: str) -> Share:
        """One share. Raises: ShareUnknown, SealBroken, DatabaseUnavailable."""
        if not _IDENTITY.fullmatch(identity):
            # Some databases keep no text with a NUL in it, and would call the question a fault.
            raise ShareUnknown
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(_ROWS).where(_ROWS.c.id == identity)).mappings().one_or_none()
            if row is None:
                raise ShareUnknown
            return self._share(connection, row)

    def of(self, certificates: Collection[int]) -> Sequence[Share]:
        """All shares of these certificates, newest first. Raises: SealBroken, DatabaseUnavailable."""
        of_these = _ROWS.c.certificate.in_(sorted(certificates))
        chosen = sa.select(_ROWS).where(of_these).order_by(_ROWS.c.made_at.desc(), _ROWS.c.id)
        with reading(self._engine) as connection:
            rows = connection.execute(chosen).mappings().all()
            return [self._share(connection, row) for row in rows]

    def open_by(self, code: str) -> Share:
        """The share that this code opens now. Nothing is counted. Raises: ShareUnknown."""
        with reading(self._engine) as connection:
            return self._share(connection, self._open_row(connection, code))

    def use(self, code: str) -> Share:
        """As `open_by`, and writes down that it was used. Raises: ShareUnknown."""
        now = rfc3339(self._clock())
        with writing(self._engine) as connection:
            row = self._open_row(connection, code, held=True)
            connection.execute(sa.insert(_USES).values(id=secrets.token_hex(16), share=row["id"], at=now))
            return self._share(connection, row)

    def stop(self, identity: str) -> None:
        """No new view from now on. Stopping again changes nothing. Raises: DatabaseUnavailable."""
        self._stop(_ROWS.c.id == identity)

    def stop_all(self, person: bytes, certificates: Collection[int] = ()) -> int:
        """Stops every share of a person, as when a bureau voids the secret; how many were open.

        `certificates` are what is theirs now: whoever shared of these before, it stops as well.
        """
        of_them = sa.or_(_ROWS.c.person == person, _ROWS.c.certificate.in_(sorted(certificates)))
        return self._stop(of_them, _ROWS.c.ends_at > rfc3339(self._clock()))

    def places_of(self, certificate: int) -> list[Place]:
        """Where anything of a certificate's holder lies among the shares."""
        with reading(self._engine) as connection:
            chosen = sa.select(_ROWS.c.id).where(_ROWS.c.certificate == certificate)
            found = connection.execute(chosen).scalars().all()
        return [Place(*_place(str(identity), column)) for identity in found for column in _SEALED]

    def remove_of(self, certificate: int) -> None:
        """Removes all shares of an erased certificate with their uses."""
        self._remove(_ROWS.c.certificate == certificate)

    def remove_ended(self, before: datetime, *, dry_run: bool = False) -> int:
        """Removes what ended or was stopped before a moment; how many that are, or would be."""
        text = rfc3339(before)
        stopped = sa.and_(_ROWS.c.stopped_at != "", _ROWS.c.stopped_at < text)
        is_over = sa.or_(_ROWS.c.ends_at < text, stopped)
        if dry_run:
            with reading(self._engine) as connection:
                counted = sa.select(sa.func.count()).select_from(_ROWS).where(is_over)
                return int(connection.execute(counted).scalar_one())
        return self._remove(is_over)

    def _remove(self, condition: sa.ColumnElement[bool]) -> int:
        with writing(self._engine) as connection:
            of_these = sa.select(_ROWS.c.id).where(condition)
            connection.execute(sa.delete(_USES).where(_USES.c.share.in_(of_these)))
            return int(connection.execute(sa.delete(_ROWS).where(condition)).rowcount)

    def _stop(self, *conditions: sa.ColumnElement[bool]) -> int:
        values = {"stopped_at": rfc3339(self._clock()), "link": b""}
        with writing(self._engine) as connection:
            stopped = sa.update(_ROWS).where(_ROWS.c.stopped_at == "", *conditions).values(**values)
            return int(connection.execute(stopped).rowcount)

    def _open_ones(self, connection: Connection, person: bytes, besides: str) -> int:
        is_open = _ROWS.c.person == person, *self._is_open(), _ROWS.c.id != besides
        counted = sa.select(sa.func.count()).select_from(_ROWS).where(*is_open)
        return int(connection.execute(counted).scalar_one())

    def _open_row(self, connection: Connection, code: str, *, held: bool = False) -> sa.RowMapping:
        # One question, whatever is the matter with the code: the answer takes the same way for all of them.
        chosen = sa.select(_ROWS).where(_ROWS.c.code == self._vault().share_mac(code), *self._is_open())
        row = connection.execute(chosen.with_for_update() if held else chosen).mappings().one_or_none()
        if row is None:
            raise ShareUnknown
        return row

    def _is_open(self) -> tuple[sa.ColumnElement[bool], ...]:
        return _ROWS.c.stopped_at == "", _ROWS.c.ends_at > rfc3339(self._clock())

    def _share(self, connection: Connection, row: sa.RowMapping) -> Share:
        identity = str(row["id"])
        of_it = _USES.c.share == identity
        newest = sa.select(_USES.c.at).where(of_it).order_by(_USES.c.at.desc()).limit(_USES_SHOWN)
        counted = sa.select(sa.func.count()).select_from(_USES).where(of_it)
        return Share(
            id=identity,
            person=bytes(row["person"]),
            certificate=int(row["certificate"]),
            entry=int(row["entry"]),
            choices=frozenset(ShareItem(each) for each in row["choices"].split()),
            made_at=parse_rfc3339(row["made_at"]),
            ends_at=parse_rfc3339(row["ends_at"]),
            stopped_at=parse_rfc3339(row["stopped_at"]) if row["stopped_at"] else None,
            code=self._open(identity, "link", bytes(row["link"])),
            note=self._open(identity, "note", bytes(row["note"])),
            uses=tuple(parse_rfc3339(at) for at in connection.execute(newest).scalars()),
            use_count=int(connection.execute(counted).scalar_one()),
        )

    def _open(self, identity: str, column: str, sealed: bytes) -> str:
        try:
            return self._vault().open(*_place(identity, column), sealed).decode() if sealed else ""
        except Erased:
            # Between the two halves of an erasure.
            return ""


def _place(identity: str, column: str) -> tuple[str, bytes, str]:
    return SHARE_TABLE, bytes.fromhex(identity), column
