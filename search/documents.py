"""What an index holds about certificates and institutions: masked, and nothing that decides.

A document is built from masked values only. `MaskedName` and `MaskedIdentity` cannot hold anything else, and
no text field may hold a run of digits that could be an identity number, so a mistake upstream stops here,
before a personal value is on a disk that nobody thinks of as personal. An empty masked value means withheld.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from search.errors import MalformedDocument, UnmaskedValue
from search.texts import compact, joined, order_key, text_key

MAX_TEXT = 300

_NUMBER = re.compile(r"[YS]\d{21}", re.ASCII)
_PREFIX = re.compile(r"[YS]\d{12}", re.ASCII)
_OCCUPATION_CODE = re.compile(r"\d-\d{2}-\d{2}-\d{2}", re.ASCII)
_BUREAU = re.compile(r"\d{6}", re.ASCII)
_STATE = re.compile(r"[a-z_]{1,20}")
_MASKED_NAME = re.compile(r"[^\s*]?\*+")
_MASKED_IDENTITY = re.compile(r"[^*]{0,2}\*+[^*]{0,2}")
_LONG_DIGITS = re.compile(r"\d{14}")


class Kind(StrEnum):
    """The two kinds of things that can be found."""

    CERTIFICATE = "certificate"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class MaskedName:
    """A name of which no more than the first character is shown; empty when withheld.

    Raises: UnmaskedValue
    """

    shown: str

    def __post_init__(self) -> None:
        _require_mask("masked_name", _MASKED_NAME, self.shown)


@dataclass(frozen=True, slots=True)
class MaskedIdentity:
    """An identity number of which at most two characters at each end are shown; empty when withheld.

    Raises: UnmaskedValue
    """

    shown: str

    def __post_init__(self) -> None:
        _require_mask("masked_identity", _MASKED_IDENTITY, self.shown)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text shared by many documents, in which words are looked for; made by `texts.joined`."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class CertificateDocument:
    """One certificate as staff may list it. `entry_index`, of its first log entry, orders the lists.

    Raises: MalformedDocument, UnmaskedValue
    """

    entry_index: int
    number: str
    masked_name: MaskedName
    masked_identity: MaskedIdentity
    occupation_code: str
    occupation: str
    job: str
    level: int
    issued_on: date
    institution: str
    institution_short: str
    bureau: str
    city: str
    state: str

    def __post_init__(self) -> None:
        if not 0 <= self.entry_index < 2**53:
            raise MalformedDocument("entry_index")
        if not 1 <= self.level <= 5:
            raise MalformedDocument("level")
        _require_form("number", _NUMBER, self.number)
        if self.occupation_code:
            _require_form("occupation_code", _OCCUPATION_CODE, self.occupation_code)
        _require_form("bureau", _BUREAU, self.bureau)
        _require_form("state", _STATE, self.state)
        for field in ("occupation", "job", "institution", "institution_short", "city"):
            _require_text(field, getattr(self, field))

    @property
    def id(self) -> str:
        return str(self.entry_index)

    @property
    def kind(self) -> Kind:
        return Kind.CERTIFICATE

    @property
    def prefix(self) -> str:
        """The institution's part of the number."""
        return self.number[:13]

    @property
    def year(self) -> int:
        return self.issued_on.year

    def wordings(self) -> tuple[Wording, ...]:
        """The texts in which a searched word may be contained."""
        return _wordings(
            (
                (self.masked_name.shown,),
                (self.occupation, self.job),
                (self.institution, self.institution_short, self.city),
            )
        )

    def index_keys(self) -> tuple[str, ...]:
        """What the index knows this certificate by: its texts, and its masks as a whole."""
        masks = (_whole_key(self.masked_name.shown), _whole_key(self.masked_identity.shown))
        return _distinct((*(wording.key for wording in self.wordings()), *masks))


@dataclass(frozen=True, slots=True)
class OfferedOccupation:
    """An occupation, or one 工种 of it, that an institution is filed for."""

    code: str
    name: str
    job: str = ""


@dataclass(frozen=True, slots=True)
class InstitutionDocument:
    """One filing of an institution as the public directory lists it, known by its number prefix.

    Raises: MalformedDocument, UnmaskedValue
    """

    prefix: str
    name: str
    short_name: str
    former_names: tuple[str, ...]
    bureau: str
    city: str
    occupations: tuple[OfferedOccupation, ...]
    state: str

    def __post_init__(self) -> None:
        _require_form("prefix", _PREFIX, self.prefix)
        _require_form("bureau", _BUREAU, self.bureau)
        _require_form("state", _STATE, self.state)
        if not compact(self.name):
            raise MalformedDocument("name")
        for field, text in (("name", self.name), ("short_name", self.short_name), ("city", self.city)):
            _require_text(field, text)
        for former in self.former_names:
            _require_text("former_names", former)
        for offered in self.occupations:
            if offered.code:
                _require_form("occupations", _OCCUPATION_CODE, offered.code)
            _require_text("occupations", offered.name)
            _require_text("occupations", offered.job)

    @property
    def id(self) -> str:
        return self.prefix

    @property
    def kind(self) -> Kind:
        return Kind.INSTITUTION

    @property
    def order(self) -> str:
        """What institutions are sorted by: name, then prefix."""
        return order_key(self.name, self.prefix)

    def wordings(self) -> tuple[Wording, ...]:
        """The texts in which a searched word may be contained."""
        names = (self.name, self.short_name, *self.former_names, self.city)
        return _wordings((names, *((offered.name, offered.job) for offered in self.occupations)))

    def index_keys(self) -> tuple[str, ...]:
        """What the index knows this institution by."""
        return _distinct(wording.key for wording in self.wordings())


Document = CertificateDocument | InstitutionDocument


@dataclass(frozen=True, slots=True)
class Removal:
    """A document that is to leave the index."""

    kind: Kind
    id: str


def _wordings(groups: Iterable[tuple[str, ...]]) -> tuple[Wording, ...]:
    made = map(_wording, groups)
    return tuple({wording.key: wording for wording in made if wording.text}.values())


@lru_cache(maxsize=50_000)
def _wording(parts: tuple[str, ...]) -> Wording:
    text = joined(parts)
    return Wording(text_key(text), text)


@lru_cache(maxsize=50_000)
def _whole_key(shown: str) -> str:
    return text_key(compact(shown)) if shown else ""


def _distinct(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in keys if key))


def _require_mask(field: str, form: re.Pattern[str], shown: str) -> None:
    if shown and not form.fullmatch(shown):
        raise UnmaskedValue(field)
    _require_text(field, shown)


def _require_form(field: str, form: re.Pattern[str], value: str) -> None:
    if not form.fullmatch(value):
        raise MalformedDocument(field)


def _require_text(field: str, text: str) -> None:
    fault = _text_fault(text)
    if fault is not None:
        raise fault(field)


@lru_cache(maxsize=50_000)
def _text_fault(text: str) -> type[MalformedDocument] | type[UnmaskedValue] | None:
    if len(text) > MAX_TEXT or any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in text):
        return MalformedDocument
    return UnmaskedValue if _LONG_DIGITS.search(compact(text)) else None
