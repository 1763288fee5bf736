"""The port: what every search index does, and what it promises.

An index is filled from elsewhere and can always be filled again; it is never the only place where something
is known. Reading and writing are two objects, so that a public front end holds no way to write.

Lifecycle: nothing is published at first, and a reader says so (`SearchUnavailable`, not built) instead of
finding nothing. `build()` makes a new index beside the published one; `publish()` puts it in its place in one
step, and until then readers see the old one whole.
"""

from collections.abc import Sequence
from typing import Protocol

from search.documents import Document, Removal
from search.query import Hits, Query


class SearchReader(Protocol):
    """Answers queries. May be shared by requests of one event loop."""

    @property
    def name(self) -> str:
        """Which index this is: `embedded` or `meilisearch`."""

    async def search(self, query: Query) -> Hits:
        """Find one page of documents.

        Raises: SearchUnavailable, SearchTooBroad
        """

    async def close(self) -> None:
        """Let go of connections."""


class IndexWriter(Protocol):
    """Takes documents. A document replaces the one of the same kind and id; writing twice changes nothing."""

    @property
    def generation(self) -> str | None:
        """Names what is written to, anew for each build; `None` when nothing is published.

        A cursor belongs to one generation: an index that was lost or replaced is thereby known to be behind.

        Raises: SearchUnavailable
        """

    def upsert(self, documents: Sequence[Document]) -> None:
        """Hand over documents. They can be found, and survive a crash, once `wait` has returned.

        Raises: SearchUnavailable
        """

    def delete(self, removals: Sequence[Removal]) -> None:
        """Hand over removals; removing what is not there changes nothing.

        Raises: SearchUnavailable
        """

    def wait(self) -> None:
        """Return when everything handed over is durable and can be found.

        Raises: SearchUnavailable: also when the index refused any of it.
        """


class IndexBuild(IndexWriter, Protocol):
    """A new, empty index beside the published one. One at a time; a later build ends an earlier one."""

    def publish(self) -> None:
        """Put this index in the place of the published one, in one step.

        Raises: SearchUnavailable: the published one then stays as it was.
        """

    def discard(self) -> None:
        """Throw this index away. Does nothing after `publish`."""


class SearchIndex(IndexWriter, Protocol):
    """The published index, as the worker sees it."""

    @property
    def name(self) -> str:
        """Which index this is: `embedded` or `meilisearch`."""

    def build(self) -> IndexBuild:
        """Begin a new index beside the published one.

        Raises: SearchUnavailable
        """

    def wipe(self) -> None:
        """Remove everything; readers then say that nothing is built.

        Raises: SearchUnavailable
        """
