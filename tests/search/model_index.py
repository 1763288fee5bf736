"""The port in memory, by plain comparison: the measure of the real indexes, and a fake that can fail.

No grams, keys or tokens: a word is looked for with `in`, document by document.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from search.documents import CertificateDocument, Document, InstitutionDocument, Kind, Removal
from search.errors import SearchUnavailable, UnavailableReason
from search.port import IndexBuild
from search.query import Hits, Plan, Query, plan
from search.texts import compact, text_key

Shelf = dict[tuple[Kind, str], Document]


@dataclass
class Library:
    """What index, build and reader share."""

    shelves: dict[str, Shelf] = field(default_factory=dict)
    published: str | None = None
    builds: int = 0
    writes_until_failure: int | None = None

    def write(self, generation: str | None) -> Shelf:
        if self.writes_until_failure is not None:
            self.writes_until_failure -= 1
            if self.writes_until_failure < 0:
                raise _unavailable(UnavailableReason.UNREACHABLE)
        if generation is None:
            raise _unavailable(UnavailableReason.NOT_BUILT)
        if generation not in self.shelves:
            raise _unavailable(UnavailableReason.BUILD_LOST)
        return self.shelves[generation]


class ModelIndex:
    """Implements `SearchIndex`."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def name(self) -> str:
        return "model"

    @property
    def generation(self) -> str | None:
        return self._library.published

    def upsert(self, documents: Sequence[Document]) -> None:
        shelf = self._library.write(self._library.published)
        shelf.update({(document.kind, document.id): document for document in documents})

    def delete(self, removals: Sequence[Removal]) -> None:
        shelf = self._library.write(self._library.published)
        for removal in removals:
            shelf.pop((removal.kind, removal.id), None)

    def wait(self) -> None:
        """Everything is there at once."""

    def build(self) -> IndexBuild:
        self._library.builds += 1
        generation = f"build {self._library.builds}"
        self._library.shelves[generation] = {}
        return ModelBuild(self._library, generation)

    def wipe(self) -> None:
        self._library.published = None
        self._library.shelves.clear()


class ModelBuild:
    """Implements `IndexBuild`."""

    def __init__(self, library: Library, generation: str) -> None:
        self._library = library
        self._generation = generation

    @property
    def generation(self) -> str | None:
        return self._generation

    def upsert(self, documents: Sequence[Document]) -> None:
        shelf = self._library.write(self._generation)
        shelf.update({(document.kind, document.id): document for document in documents})

    def delete(self, removals: Sequence[Removal]) -> None:
        shelf = self._library.write(self._generation)
        for removal in removals:
            shelf.pop((removal.kind, removal.id), None)

    def wait(self) -> None:
        """Everything is there at once."""

    def publish(self) -> None:
        shelf = self._library.write(self._generation)
        self._library.published = self._generation
        self._library.shelves = {self._generation: shelf}

    def discard(self) -> None:
        if self._library.published != self._generation:
            self._library.shelves.pop(self._generation, None)


class ModelReader:
    """Implements `SearchReader`."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def name(self) -> str:
        return "model"

    async def search(self, query: Query) -> Hits:
        if self._library.published is None:
            raise _unavailable(UnavailableReason.NOT_BUILT)
        planned = plan(query)
        shelf = self._library.shelves[self._library.published].values()
        found = [document for document in shelf if document.kind is query.kind and matches(document, planned)]
        found.sort(key=_place)
        return Hits.of(query, found[query.offset : query.offset + query.page_size], len(found))

    async def close(self) -> None:
        """Nothing is open."""


def matches(document: Document, planned: Plan) -> bool:
    """Whether a document answers a plan, by comparing everything with everything."""
    texts = [part for wording in document.wordings() for part in wording.text.split("\n")]
    if isinstance(document, CertificateDocument):
        number = document.number
        masks = [document.masked_name.shown, document.masked_identity.shown]
        codes = [document.occupation_code]
    else:
        number = document.prefix
        masks = []
        codes = [offered.code for offered in document.occupations]
    return not planned.hopeless and all(
        [
            *(any(word in text for text in texts) for word in planned.contained),
            *(any(key == text_key(compact(mask)) for mask in masks if mask) for key in planned.keys),
            *(number.startswith(start) for start in planned.number_starts),
            *(
                value in codes if name == "occupation_code" else getattr(document, name) == value
                for name, value in planned.equal
            ),
        ]
    )


def _place(document: Document) -> tuple[int, str]:
    if isinstance(document, InstitutionDocument):
        return (0, document.order)
    return (-document.entry_index, "")


def _unavailable(reason: UnavailableReason) -> SearchUnavailable:
    return SearchUnavailable("model", reason)
