"""Which index is used: Meilisearch when an address is set, else the embedded one."""

from pathlib import Path

from search.embedded import EmbeddedIndex
from search.embedded_reader import EmbeddedReader
from search.meili import MeiliIndex
from search.meili_reader import MeiliReader
from search.port import SearchIndex, SearchReader


def open_index(*, url: str | None, key: str | None, directory: Path) -> SearchIndex:
    """The index to write to; `directory` is the embedded index's own."""
    return MeiliIndex(url, key) if url else EmbeddedIndex(directory)


def open_reader(
    *, url: str | None, key: str | None, directory: Path, timeout_seconds: float = 2.0
) -> SearchReader:
    """The index to ask; `directory` is the embedded index's own."""
    if url:
        return MeiliReader(url, key, timeout_seconds=timeout_seconds)
    return EmbeddedReader(directory, timeout_seconds=timeout_seconds)
