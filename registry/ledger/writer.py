"""The only writer of the log.

The order of an append, and what is true if the process dies after each step:

1. take the writer lock                       nothing happened
2. finish what an earlier death left          the earlier append is published, once
3. check the guard against stored tiles       nothing happened; a restored backup stops here
4. let the caller's checks admit the content,
   and see which log keys may sign after it   nothing happened
5. commit entries, tiles and private rows     durable, not yet visible; step 2 of the next run publishes it
6. prove that the tree extends the guard's    as 5
7. write the guard (fsync)                    as 5; the guard already names the new head
8. sign the checkpoint                        as 7
9. have witnesses cosign it, if any           as 7; they wait for this very head, which the next run publishes
10. publish the checkpoint                    visible; receipts may be given
11. give the writer lock back                 as 10; a dead process holds no lock
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.ledger.cosigning import Witnesses
from registry.ledger.entries import EntryType, parse_entry, text
from registry.ledger.errors import NotAdmitted, NumberTaken, Refusal
from registry.ledger.folds import LogFolds
from registry.ledger.guard import Guard, TreeHead, require_extension, require_not_behind
from registry.ledger.key_history import KeyHistory
from registry.ledger.lock import WriterLock
from registry.ledger.merkle import leaf_hashes
from registry.ledger.read import LedgerReader
from registry.ledger.signers import checkpoint_signers
from registry.ledger.tree import GrowingEdge, StoredTree
from registry.storage.erasure_rows import Forgetting, forget
from registry.storage.errors import DatabaseUnavailable
from registry.storage.log_rows import LogRows, insert_checkpoint, insert_entries, insert_tiles
from registry.storage.sql import Row, bulk_insert, writing
from signing.encoding import parse_rfc3339
from signing.keys import KeyRole, SigningKey
from signing.notes import Checkpoint, sign_checkpoint

Clock: TypeAlias = Callable[[], datetime]


@dataclass(frozen=True)
class LogHead:
    """What an append builds on: the next index, the moment of the new entries, keys and filings so far."""

    next_index: int
    at: datetime
    folds: LogFolds
    ledger: LedgerReader


@dataclass(frozen=True)
class TableRows:
    """Rows that go into one table in the append's transaction."""

    table: str
    columns: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Addition:
    """What one append adds: entries, where the landmarks among them stand, and private rows.

    An erasure, and nothing else, takes private rows away in the same transaction.
    """

    bodies: Sequence[bytes]
    landmarks: Sequence[tuple[int, str]] = ()
    rows: Sequence[TableRows] = field(default=())
    forgetting: Forgetting | None = None


@dataclass(frozen=True)
class Published:
    """A published append: the index of its first entry, and the size that the checkpoint covers."""

    first_index: int
    size: int


class LogWriter:
    """Appends to one log. Safe to use from several threads and processes: the lock orders them."""

    def __init__(
        self,
        engine: Engine,
        *,
        origin: str,
        keys: Sequence[SigningKey],
        guard: Guard,
        lock: WriterLock,
        clock: Clock,
        witnesses: Witnesses | None = None,
    ) -> None:
        """Without `witnesses` nobody is asked, and step 9 is none."""
        self.origin = origin
        self._keys = [key.require(KeyRole.LOG) for key in keys]
        self._engine = engine
        self._guard = guard
        self._lock = lock
        self._clock = clock
        self._witnesses = witnesses
        self._edge: GrowingEdge | None = None
        self._folds = LogFolds(origin)
        self._last_at: datetime | None = None

    def append(self, admit: Callable[[LogHead], Addition]) -> Published:
        """Runs the steps of the module's docstring; `admit` is step 4 and raises to refuse.

        Raises: WriterBusy, LogFrozen, GuardMissing, GuardMismatch, LogKeyUnavailable, NumberTaken,
        NotAdmitted, DatabaseUnavailable; QuorumMissed: the entries are durable, the next run publishes them.
        """
        with self._lock.held(), self.reader() as reader:
            return self._append(reader, admit)

    @contextmanager
    def reader(self) -> Iterator[LedgerReader]:
        """A reader of the same log, closed at the end."""
        reader = LedgerReader(self._engine, self.origin)
        try:
            yield reader
        finally:
            reader.close()

    def recover(self) -> None:
        """Publishes what an earlier death left unpublished, and checks the guard."""
        with self._lock.held(), self.reader() as reader:
            self._prepare(reader.log)

    def _append(self, reader: LedgerReader, admit: Callable[[LogHead], Addition]) -> Published:
        log = reader.log
        # 2, 3
        edge, size = self._prepare(log)
        # 4
        self._folds.advance(log, size)
        at = self._now()
        addition = admit(LogHead(size, at, self._folds, reader))
        signers = checkpoint_signers(self._keys, _keys_after(self._folds.keys, addition, size), at)
        # 5
        self._edge = None
        tiles = edge.extend(leaf_hashes(addition.bodies))
        with _translated_conflicts(), writing(self._engine) as connection:
            insert_entries(connection, size, addition.bodies)
            insert_tiles(connection, tiles)
            _insert_private(connection, addition)
        # 6, 7, 8, 9, 10
        self._publish(log, edge.size, edge.root(), signers)
        self._edge, self._last_at = edge, at
        return Published(size, edge.size)

    def _prepare(self, log: LogRows) -> tuple[GrowingEdge, int]:
        """The edge of the stored log, once the guard holds and everything stored is published."""
        self._guard.refuse_frozen()
        size = log.stored_size()
        head, edge = self._guard.read(log_is_empty=size == 0), self._edge
        # What this writer published last, as it left it: nothing is to be proved again.
        if edge is None or head != TreeHead(self.origin, size, edge.root()) or edge.size != size:
            tree, found = StoredTree(log, size), log.published()
            published = 0 if found is None else found[0]
            root = require_extension(head, tree, self.origin)
            require_not_behind(head, published)
            edge = GrowingEdge.of(tree)
            self._last_at = _moment(log.bodies(size - 1, size)[0]) if size else None
            if self._last_at is not None and published < size:
                self._folds.advance(log, size)
                signers = checkpoint_signers(self._keys, self._folds.keys, self._last_at)
                self._publish(log, size, root, signers)
        self._edge = edge
        return edge, size

    def _publish(self, log: LogRows, size: int, root: bytes, signers: Sequence[SigningKey]) -> None:
        # 6
        head = self._guard.read(log_is_empty=False)
        tree = StoredTree(log, size)
        proven = require_extension(head, tree, self.origin)
        if proven != root:
            raise DatabaseUnavailable("stored tiles differ from what was appended")
        # 7
        self._lock.require_held()
        self._guard.write(TreeHead(self.origin, size, root))
        # 8
        note = sign_checkpoint(Checkpoint(self.origin, size, root), signers)
        # 9
        if self._witnesses is not None:
            self._lock.require_held()
            published = log.published()
            note = self._witnesses.cosigned(
                note,
                size=size,
                previous_size=0 if published is None else published[0],
                prove=tree.consistency_proof,
            )
        # 10
        self._lock.require_held()
        with _translated_conflicts(), writing(self._engine) as connection:
            insert_checkpoint(connection, size, note.to_bytes())

    def _now(self) -> datetime:
        """The clock, but never before the newest entry: `at` does not decrease in the log."""
        now = self._clock().astimezone(UTC).replace(microsecond=0)
        return now if self._last_at is None else max(now, self._last_at)


def _moment(body: bytes) -> datetime:
    return parse_rfc3339(text(parse_entry(body), "at"))


def _keys_after(keys: KeyHistory, addition: Addition, size: int) -> KeyHistory:
    """The keys as they will be once the addition stands behind `size` entries."""
    own = [index for index, kind in addition.landmarks if kind == EntryType.KEY]
    after = keys.copy() if own else keys
    for index in own:
        after.apply(index, parse_entry(addition.bodies[index - size]))
    return after


def _insert_private(connection: Connection, addition: Addition) -> None:
    bulk_insert(connection, "landmark", ("idx", "type"), list(addition.landmarks))
    for each in addition.rows:
        bulk_insert(connection, each.table, each.columns, each.rows)
    if addition.forgetting is not None:
        forget(connection, addition.forgetting)


@contextmanager
def _translated_conflicts() -> Iterator[None]:
    """A broken unique key as the rule of the log that it stands for."""
    try:
        yield
    except sa.exc.IntegrityError as fault:
        message = str(fault.orig)
        if "record" in message:
            raise NumberTaken from fault
        if "approval" in message or "decision" in message:
            raise NotAdmitted(Refusal.BATCH_ALREADY_APPROVED) from fault
        raise DatabaseUnavailable("integrity") from fault


def simple(contents: Iterable[tuple[str, bytes]], head: LogHead) -> Addition:
    """An addition of landmark entries only: (type, body) in order."""
    listed = list(contents)
    landmarks = [(head.next_index + offset, kind) for offset, (kind, _) in enumerate(listed)]
    return Addition([body for _, body in listed], landmarks)
