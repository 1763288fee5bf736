"""A search reader over a few filings: a text is found where a name or an occupation contains it."""

from collections.abc import Iterable

from registry.filing.model import Filing
from search.documents import InstitutionDocument
from search.errors import SearchUnavailable, UnavailableReason
from search.query import Hits, Query


class FakeSearch:
    """`unavailable` makes every question fail."""

    def __init__(self, filings: Iterable[Filing]) -> None:
        self.unavailable = False
        self._filings = tuple(filings)

    @property
    def name(self) -> str:
        return "fake"

    async def search(self, query: Query) -> Hits:
        if self.unavailable:
            raise SearchUnavailable(self.name, UnavailableReason.UNREACHABLE)
        found = [filing for filing in self._filings if query.text in _text(filing)]
        documents = [_document(filing) for filing in found[query.offset : query.offset + query.page_size]]
        return Hits.of(query, documents, len(found))

    async def close(self) -> None:
        """Nothing is held."""


def _text(filing: Filing) -> str:
    names = [name for period in filing.names for name in (period.name, period.short_name)]
    return "\n".join([*names, *(f"{row.occupation}\n{row.job}" for row in filing.scope)])


def _document(filing: Filing) -> InstitutionDocument:
    return InstitutionDocument(
        prefix=filing.number_prefix,
        name=filing.names[-1].name,
        short_name=filing.names[-1].short_name,
        former_names=(),
        bureau=filing.bureaus[-1].bureau,
        city="",
        occupations=(),
        state="filed",
    )
