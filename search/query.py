"""A question to the index, and what it means: the same plan is carried out by every index.

A query's text is read word by word. A word that is a certificate number asks for that number, eight or more
of a number's first characters for the numbers that begin so, an occupation code for that occupation; a word
with a `*` is a mask and compared as a whole; any other word must be contained in one of a document's texts.
All words must hold, and all filters. Whether a number exists is not decided here: ask the register.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from search.documents import CertificateDocument, Document, InstitutionDocument, Kind
from search.errors import FilterNotForKind, MalformedFilter, PageOutOfReach, UnknownFilter
from search.texts import STAR, fold, text_key, words

MAX_TEXT: Final = 200
MAX_WORDS: Final = 12
MAX_PAGE_SIZE: Final = 100
MAX_REACH: Final = 1_000
"""No page shows hits beyond this many, and totals are counted up to it."""
MAX_WORDINGS: Final = 2_000
"""A word contained in more different texts than this is too broad to look for."""

_NUMBER = re.compile(r"[ys]\d{21}", re.ASCII)
_NUMBER_START = re.compile(r"[ys]\d{7,20}", re.ASCII)
_OCCUPATION_CODE = re.compile(r"\d-\d{2}-\d{2}-\d{2}", re.ASCII)

_FILTER_FORMS: Final = {
    "number": re.compile(r"[YS]\d{21}", re.ASCII),
    "prefix": re.compile(r"[YS]\d{12}", re.ASCII),
    "occupation_code": _OCCUPATION_CODE,
    "bureau": re.compile(r"\d{6}", re.ASCII),
    "state": re.compile(r"[a-z_]{1,20}"),
    "level": re.compile(r"[1-5]", re.ASCII),
    "year": re.compile(r"[12]\d{3}", re.ASCII),
}
_NOT_OF_INSTITUTIONS: Final = ("number", "level", "year")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a document must equal; `None` means anything.

    Raises: MalformedFilter
    """

    number: str | None = None
    prefix: str | None = None
    occupation_code: str | None = None
    bureau: str | None = None
    state: str | None = None
    level: int | None = None
    year: int | None = None

    def __post_init__(self) -> None:
        for key, value in self.given():
            if not _FILTER_FORMS[key].fullmatch(str(value)):
                raise MalformedFilter(key)

    def given(self) -> tuple[tuple[str, str | int], ...]:
        """The filters that were set, by name."""
        every = ((field.name, getattr(self, field.name)) for field in fields(self))
        return tuple((key, value) for key, value in every if value is not None)


@dataclass(frozen=True, slots=True)
class Query:
    """One page of what matches a text and filters. A blank text asks for everything that the filters leave.

    Order: certificates by entry, newest first; institutions by name.
    Raises: FilterNotForKind, PageOutOfReach
    """

    kind: Kind
    text: str = ""
    filters: Filters = Filters()
    page: int = 1
    page_size: int = 20

    def __post_init__(self) -> None:
        if self.kind is Kind.INSTITUTION:
            for key, _ in self.filters.given():
                if key in _NOT_OF_INSTITUTIONS:
                    raise FilterNotForKind(key, self.kind)
        sized = 1 <= self.page_size <= MAX_PAGE_SIZE
        if not sized or not 1 <= self.page <= MAX_REACH // self.page_size:
            raise PageOutOfReach(self.page, self.page_size)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of hits. `total` counts up to `MAX_REACH`; `more` says that there are others beyond it."""

    documents: tuple[Document, ...]
    total: int
    more: bool
    page: int
    page_size: int

    @classmethod
    def of(cls, query: Query, documents: Iterable[Document], counted: int) -> "Hits":
        """Make a page of what was found; `counted` may exceed `MAX_REACH`."""
        total = min(counted, MAX_REACH)
        return cls(tuple(documents), total, counted > MAX_REACH, query.page, query.page_size)

    @property
    def certificates(self) -> tuple[CertificateDocument, ...]:
        return tuple(found for found in self.documents if isinstance(found, CertificateDocument))

    @property
    def institutions(self) -> tuple[InstitutionDocument, ...]:
        return tuple(found for found in self.documents if isinstance(found, InstitutionDocument))


class _Asked(StrEnum):
    """What one word of a query asks for."""

    CONTAINED = "contained"
    KEY = "key"
    NUMBER = "number"
    NUMBER_START = "number_start"
    OCCUPATION_CODE = "occupation_code"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a query means, in terms that every index can carry out: all of it must hold.

    `contained` are words for which the index first finds the texts that contain them; `keys` must be among a
    document's keys; `number_starts` begin a certificate's number or an institution's prefix; `equal` are
    fields and values. `hopeless`: no document can match.
    """

    contained: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    number_starts: tuple[str, ...] = ()
    equal: tuple[tuple[str, str | int], ...] = ()
    hopeless: bool = False


def plan(query: Query) -> Plan:
    """Read a query's text. Any text has a plan; one that no document can match is hopeless.

    Hopeless are a text without a word in it and one longer, or of more words, than any document could answer.
    """
    if not query.text.strip():
        return Plan(equal=query.filters.given())
    if len(query.text) > 4 * MAX_TEXT:  # nothing is folded that folding could not make short enough
        return Plan(hopeless=True)
    folded = fold(query.text)
    whole = "".join(folded.split())
    asked = dict.fromkeys(
        pair
        for spaced in ([whole] if _NUMBER.fullmatch(whole) else folded.split())
        for pair in _read(query.kind, spaced)
    )
    if not 1 <= len(asked) <= MAX_WORDS or len(folded) > MAX_TEXT:
        return Plan(hopeless=True)

    def values(wanted: _Asked) -> tuple[str, ...]:
        return tuple(value for role, value in asked if role is wanted)

    equal = [(role.value, value) for role, value in asked if role in (_Asked.NUMBER, _Asked.OCCUPATION_CODE)]
    return Plan(
        contained=values(_Asked.CONTAINED),
        keys=tuple(text_key(mask) for mask in values(_Asked.KEY)),
        number_starts=values(_Asked.NUMBER_START),
        equal=tuple(dict.fromkeys((*query.filters.given(), *equal))),
    )


def _read(kind: Kind, spaced: str) -> Iterator[tuple[_Asked, str]]:
    if kind is Kind.CERTIFICATE and _NUMBER.fullmatch(spaced):
        yield _Asked.NUMBER, spaced.upper()
    elif _NUMBER_START.fullmatch(spaced):
        yield _Asked.NUMBER_START, spaced.upper()
    elif _OCCUPATION_CODE.fullmatch(spaced):
        yield _Asked.OCCUPATION_CODE, spaced
    else:
        for word in words(spaced):
            yield (_Asked.KEY if STAR in word else _Asked.CONTAINED), word


def parse_query(text: str, pairs: Iterable[str] = (), *, page: int = 1, page_size: int = 20) -> Query:
    """Make a query of a text and `key=value` filters; `kind=institution` asks for institutions.

    Raises: MalformedQuery
    """
    kind = Kind.CERTIFICATE
    given: dict[str, str | int] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key == "kind":
            if value not in list(Kind):
                raise MalformedFilter(key)
            kind = Kind(value)
        elif key not in _FILTER_FORMS:
            raise UnknownFilter
        elif key in given or not _FILTER_FORMS[key].fullmatch(value):
            raise MalformedFilter(key)
        else:
            given[key] = int(value) if key in ("level", "year") else value
    return Query(kind, text, _filters(given), page=page, page_size=page_size)


def _filters(given: dict[str, str | int]) -> Filters:
    texts = {key: value for key, value in given.items() if isinstance(value, str)}
    numbers = {key: value for key, value in given.items() if isinstance(value, int)}
    return Filters(
        number=texts.get("number"),
        prefix=texts.get("prefix"),
        occupation_code=texts.get("occupation_code"),
        bureau=texts.get("bureau"),
        state=texts.get("state"),
        level=numbers.get("level"),
        year=numbers.get("year"),
    )
