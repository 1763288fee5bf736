"""A workbench for tests of an index: writer, reader and an event loop in one hand."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from search.documents import Document, Kind
from search.port import SearchIndex, SearchReader
from search.query import Filters, Hits, Query


@dataclass
class Bench:
    """One index under test."""

    index: SearchIndex
    reader: SearchReader
    runner: asyncio.Runner

    def ask(self, query: Query) -> Hits:
        return self.runner.run(self.reader.search(query))

    def find(self, text: str = "", *, kind: Kind = Kind.CERTIFICATE, **filters: str | int) -> list[str]:
        """Ids of everything found, in order; checks that the page and the total agree."""
        given = Filters(**filters)  # type: ignore[arg-type]  # the names are those of the fields
        hits = self.ask(Query(kind, text, given, page_size=100))
        assert hits.total == len(hits.documents)
        return [document.id for document in hits.documents]

    def fill(self, documents: Iterable[Document]) -> None:
        """Publish an index with exactly these documents."""
        build = self.index.build()
        build.upsert(list(documents))
        build.wait()
        build.publish()

    def write(self, *documents: Document) -> None:
        self.index.upsert(documents)
        self.index.wait()
