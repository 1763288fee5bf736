"""What the network must hold as of entry N: for each ref the latest version that it confirmed.

Built in one pass over the log and the desk's progress, into a private database on disk that nobody else sees
and that is gone once it is closed: a million certificates need no more memory than a thousand. It holds keyed
references and commitments, nothing about persons.

Refs whose newest version is not confirmed are exceptions: they still wait, or were turned back for a reason.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from heapq import merge as merge_sorted
from typing import TypeAlias

from registry.national.comparing import Found, root_of
from registry.national.findings import ExceptionGroup, Waiting
from registry.national.holdings import Range, bounds, leaf
from registry.national.queue import NationalState, SendingState
from registry.national.rows import Held, Reference, RowState
from registry.storage.errors import DatabaseUnavailable
from signing.commitment import Commitment
from signing.inclusion import Hash

_PAGE = 5_000
_CACHE_KIB = 32_768
_SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -{_CACHE_KIB};
CREATE TABLE given (ref BLOB, version INTEGER, state TEXT, commitment BLOB, leaf BLOB, seq INTEGER,
    sending TEXT, reason TEXT);
CREATE TABLE version (ref BLOB, version INTEGER, state TEXT, commitment BLOB, leaf BLOB, seq INTEGER,
    sending TEXT, reason TEXT, PRIMARY KEY (ref, version)) WITHOUT ROWID;
CREATE TABLE other (ref BLOB PRIMARY KEY, version INTEGER, state TEXT, commitment BLOB, leaf BLOB)
    WITHOUT ROWID;
"""
# Sorted once instead of inserted in the order of keyed references, which is no order at all.
_SORT = """
INSERT INTO version SELECT * FROM given ORDER BY ref, version;
DROP TABLE given;
"""
# SQLite gives the other columns of the row that has the maximum.
_CONFIRMED = (
    "SELECT ref, max(version), state, commitment, leaf FROM version"
    " WHERE sending = 'online' AND ref BETWEEN ? AND ? GROUP BY ref ORDER BY ref"
)
_EXCEPTIONS = (
    "SELECT seq, sending, reason, confirmed FROM"
    " (SELECT max(version), seq, sending, reason, total(sending = 'online') > 0 AS confirmed"
    " FROM version GROUP BY ref) WHERE sending <> 'online' ORDER BY seq"
)

Log: TypeAlias = Callable[[int, int, int], Sequence[tuple[int, Held]]]
"""`Outbox.held_after`: the next (position, held) behind a position, at most so many, of the first entries."""
States: TypeAlias = Callable[[Sequence[int]], Mapping[int, NationalState]]
"""Where each of these positions stands."""


@dataclass(frozen=True)
class Standing:
    """A version of the register, at its entry, and how far it is on its way."""

    entry: int
    sending: SendingState
    held: Held


class Expected:
    """The register's side of a comparison, ordered by ref."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def range(self, prefix: str = "") -> Range:
        """Count and root of what must be held under a prefix."""
        return Range(prefix, *root_of(row[4] for row in self._confirmed(prefix)))

    def held(self, prefix: str = "") -> Iterator[Held]:
        """What must be held under a prefix, in order of ref."""
        for ref, version, state, commitment, _ in self._confirmed(prefix):
            yield Held(Reference(ref), version, Commitment(commitment), RowState(state))

    def registered(self) -> int:
        """How many refs the register has, confirmed or not."""
        (count,) = self._database.execute("SELECT count(DISTINCT ref) FROM version").fetchone()
        return int(count)

    def exceptions(self) -> tuple[ExceptionGroup, ...]:
        """The exceptions, each group in order of the log."""
        groups = dict[tuple[Waiting, str, bool], list[int]]()
        for seq, sending, reason, confirmed in self._database.execute(_EXCEPTIONS):
            turned_back = sending == SendingState.REJECTED.value
            state = Waiting.REJECTED if turned_back else Waiting.PENDING
            groups.setdefault((state, reason, bool(confirmed)), []).append(seq)
        return tuple(ExceptionGroup(*group, tuple(groups[group])) for group in sorted(groups))

    def note(self, found: Iterable[Found]) -> None:
        """Keeps what the other side holds otherwise, however much it is. No ref twice."""
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO other VALUES (?, ?, ?, ?, ?)", map(_noted, found))
        self._database.execute("COMMIT")

    def found(self) -> Iterator[tuple[Found, Sequence[Standing]]]:
        """What was noted, in order of ref, each with all that the register has of it."""
        for ref, version, state, commitment, _ in self._database.execute("SELECT * FROM other ORDER BY ref"):
            theirs, versions = None, self._versions(Reference(ref))
            if version is not None:
                theirs = Held(Reference(ref), version, Commitment(commitment), RowState(state))
            ours = [each.held for each in versions if each.sending is SendingState.ONLINE]
            yield Found(Reference(ref), ours[-1] if ours else None, theirs), versions

    def other_side(self) -> Range:
        """What the other side holds in all if it differs in exactly what was noted."""
        ours = self._database.execute(
            f"SELECT ref, leaf FROM ({_CONFIRMED}) WHERE ref NOT IN (SELECT ref FROM other)", bounds("")
        )
        theirs = self._database.execute("SELECT ref, leaf FROM other WHERE leaf IS NOT NULL ORDER BY ref")
        return Range("", *root_of(hashed for _, hashed in merge_sorted(ours, theirs)))

    def _versions(self, ref: Reference) -> list[Standing]:
        rows = self._database.execute(
            "SELECT seq, sending, version, state, commitment FROM version WHERE ref = ? ORDER BY version",
            (ref,),
        )
        return [
            Standing(seq, SendingState(sending), Held(ref, version, Commitment(commitment), RowState(state)))
            for seq, sending, version, state, commitment in rows
        ]

    def _confirmed(self, prefix: str) -> Iterator[tuple[bytes, int, str, bytes, Hash]]:
        return self._database.execute(_CONFIRMED, bounds(prefix))


@contextmanager
def expected(log: Log, states: States, size: int) -> Iterator[Expected]:
    """What the network must hold of the first `size` entries. Both are asked page by page.

    Raises: StorageError, and what both raise.
    """
    try:
        # The empty name is SQLite's for a file that is deleted as soon as it is opened.
        with closing(sqlite3.connect("", isolation_level=None)) as database:
            database.executescript(_SCHEMA)
            cursor = 0
            while page := log(cursor, _PAGE, size):
                _give(database, page, states)
                cursor = page[-1][0]
            database.executescript(_SORT)
            yield Expected(database)
    except sqlite3.Error as fault:
        raise DatabaseUnavailable(type(fault).__name__) from fault


def _give(database: sqlite3.Connection, page: Sequence[tuple[int, Held]], states: States) -> None:
    at = states([seq for seq, _ in page])
    values = ((*_leaf_values(held), seq, at[seq].state.value, at[seq].reason) for seq, held in page)
    database.execute("BEGIN")
    database.executemany("INSERT INTO given VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    database.execute("COMMIT")


def _leaf_values(held: Held) -> tuple[bytes, int, str, bytes, Hash]:
    return held.ref, held.version, held.state.value, held.commitment, leaf(held)


def _noted(found: Found) -> tuple[object, ...]:
    return _leaf_values(found.theirs) if found.theirs else (found.ref, None, None, None, None)
