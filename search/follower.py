"""The follower: brings an index up to the register, batch by batch, and builds it anew.

The register is the source; an index can be behind it but never ahead. For each batch:

1. read the changes after the cursor;
2. hand over what each document is now;
3. wait until the index has it durably;
4. save the cursor.

Whoever dies between 3 and 4 repeats the batch, which changes nothing. A cursor is kept for one generation of
an index: when the index was lost, wiped or replaced, its cursor does not apply, and following begins anew.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from search.documents import Document, Kind, Removal
from search.errors import ChangesOutOfOrder, SearchUnavailable
from search.port import IndexBuild, IndexWriter, SearchIndex

BATCH_SIZE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Change:
    """What a document is after a change, or that it is to go; `cursor` is the place in the source."""

    cursor: int
    document: Document | Removal


class ChangeSource(Protocol):
    """Where changes come from, in an order that never changes."""

    def changes_after(self, cursor: int, limit: int) -> Sequence[Change]:
        """Up to `limit` changes with a cursor above this one, ascending; empty when there are no more.

        Changes that share a cursor come in one answer, even beyond `limit`. Every cursor is above zero.
        """


class CursorStore(Protocol):
    """Keeps named cursors durably."""

    def get(self, name: str) -> int | None:
        """The cursor saved under this name, `None` when there is none."""

    def set(self, name: str, cursor: int) -> None:
        """Save a cursor; durable when this returns."""


Progress = Callable[[int, int], None]
"""Called after each batch with the number of changes handed over so far, and the cursor reached."""


class Follower:
    """Feeds one index from one source."""

    def __init__(
        self, source: ChangeSource, index: SearchIndex, cursors: CursorStore, *, batch_size: int = BATCH_SIZE
    ) -> None:
        self._source = source
        self._index = index
        self._cursors = cursors
        self._batch_size = batch_size

    def follow(self, progress: Progress | None = None) -> int:
        """Catch up with the source, and say how many changes that took. Builds the index if there is none.

        Raises: SearchUnavailable, ChangesOutOfOrder
        """
        generation = self._index.generation
        if generation is None:
            return self.rebuild(progress)
        name = self._cursor_name(generation)
        done = 0
        cursor = self._cursors.get(name) or 0
        for changes in self._batches(cursor):
            _hand_over(self._index, changes)
            cursor = changes[-1].cursor
            self._cursors.set(name, cursor)
            done += len(changes)
            if progress is not None:
                progress(done, cursor)
        return done

    def rebuild(self, progress: Progress | None = None) -> int:
        """Fill a new index from the beginning while the old one answers, then put it in its place.

        Raises: SearchUnavailable, ChangesOutOfOrder
        """
        done = cursor = 0
        with _discarded_unless_published(self._index.build()) as build:
            for changes in self._batches(0):
                _hand_over(build, changes)
                cursor = changes[-1].cursor
                done += len(changes)
                if progress is not None:
                    progress(done, cursor)
            # The moment this index is published, its cursor is there. Another process may be following the
            # old one, and its batch under way may land in the new one, over newer states. That batch begins
            # no earlier than the old cursor is now, so from there the new index is followed again.
            cursor = min(cursor, self._cursor_of_published(otherwise=cursor))
            self._cursors.set(self._cursor_name(str(build.generation)), cursor)
            build.publish()
        return done

    def _batches(self, cursor: int) -> Iterator[Sequence[Change]]:
        while changes := self._source.changes_after(cursor, self._batch_size):
            cursors = [cursor + 1, *(change.cursor for change in changes)]
            if cursors != sorted(cursors):
                raise ChangesOutOfOrder
            yield changes
            cursor = changes[-1].cursor

    def _cursor_of_published(self, *, otherwise: int) -> int:
        try:
            generation = self._index.generation
        except SearchUnavailable:  # too broken to be followed; that may be why it is built anew
            return otherwise
        return otherwise if generation is None else self._cursors.get(self._cursor_name(generation)) or 0

    def _cursor_name(self, generation: str) -> str:
        return f"search {self._index.name} {generation}"


def _hand_over(writer: IndexWriter, changes: Sequence[Change]) -> None:
    """Write what each document is after its last change in the batch, and wait for the index."""
    last: dict[tuple[Kind, str], Document | Removal] = {}
    for change in changes:
        last[change.document.kind, change.document.id] = change.document
    removals = [state for state in last.values() if isinstance(state, Removal)]
    writer.upsert([state for state in last.values() if not isinstance(state, Removal)])
    if removals:
        writer.delete(removals)
    writer.wait()


@contextmanager
def _discarded_unless_published(build: IndexBuild) -> Iterator[IndexBuild]:
    try:
        yield build
    finally:
        build.discard()
