"""What both sides of the Meilisearch index agree on: index names, settings, documents and filters.

Meilisearch is used as an engine for exact sets: `q` is always empty, every condition is a filter on opaque
keys, and the order is a sort. Its tokeniser, typo tolerance and ranking thereby have no say in what is found,
and the embedded index gives the same answer. Nothing is searchable, which is also what keeps the index small.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from search.document_json import document_to_json
from search.documents import Document, InstitutionDocument, Kind, Wording
from search.errors import SearchUnavailable, UnavailableReason
from search.query import MAX_REACH, MAX_WORDINGS, Plan
from search.texts import grams, word_grams

NAME: Final = "meilisearch"
FORMAT: Final = 1
"""Changes with settings and with anything that changes what stored keys mean."""

WORDINGS: Final = "wordings"
INDEXES: Final = (WORDINGS, Kind.CERTIFICATE.value, Kind.INSTITUTION.value)
NUMBER_FIELD: Final = {Kind.CERTIFICATE: "number", Kind.INSTITUTION: "prefix"}
SORT: Final = {Kind.CERTIFICATE: "id:desc", Kind.INSTITUTION: "order:asc"}

_EQUALITY: Final = {"facetSearch": False, "filter": {"equality": True, "comparison": False}}
_FILTERABLE: Final = {
    WORDINGS: ["grams"],
    Kind.CERTIFICATE.value: [
        "keys", "number", "prefix", "occupation_code", "bureau", "state", "level", "year",
    ],
    Kind.INSTITUTION.value: ["keys", "prefix", "occupation_code", "bureau", "state"],
}  # fmt: skip
_DISPLAYED: Final = {
    WORDINGS: ["id", "text"],
    Kind.CERTIFICATE.value: [
        "id", "number", "masked_name", "masked_identity", "occupation_code", "occupation", "job", "level",
        "issued_on", "institution", "institution_short", "bureau", "city", "state",
    ],
    Kind.INSTITUTION.value: [
        "id", "prefix", "name", "short_name", "former_names", "bureau", "city", "occupations", "state",
    ],
}  # fmt: skip
_SORTABLE: Final = {WORDINGS: [], Kind.CERTIFICATE.value: ["id"], Kind.INSTITUTION.value: ["order"]}
_MAX_TOTAL: Final = {
    # One more than is ever shown or used, so that "exactly as many" and "more" can be told apart.
    WORDINGS: MAX_WORDINGS + 1,
    Kind.CERTIFICATE.value: MAX_REACH + 1,
    Kind.INSTITUTION.value: MAX_REACH + 1,
}


@dataclass(frozen=True, slots=True)
class IndexNames:
    """Names of the indexes on the server; a new format never touches the indexes of an older one."""

    prefix: str = "skillcert"

    def published(self, index: str) -> str:
        return f"{self.prefix}_{index}_v{FORMAT}"

    def building(self, index: str) -> str:
        return f"{self.prefix}_{index}_v{FORMAT}_building"


def unavailable(reason: UnavailableReason, detail: str = "") -> SearchUnavailable:
    """Make this index's error."""
    return SearchUnavailable(NAME, reason, detail)


def reason_of(status: int, code: str | None) -> UnavailableReason:
    """What a server's refusal means for us."""
    if code == "index_not_found":
        return UnavailableReason.NOT_BUILT
    if status in (401, 403):
        return UnavailableReason.REFUSED
    if status in (408, 429, 503):
        return UnavailableReason.BUSY
    return UnavailableReason.UNREACHABLE if status >= 500 else UnavailableReason.BAD_ANSWER


def settings(index: str) -> dict[str, object]:
    """The settings of one index, sent before its first document."""
    return {
        "searchableAttributes": [],
        "displayedAttributes": _DISPLAYED[index],
        "filterableAttributes": [{"attributePatterns": _FILTERABLE[index], "features": _EQUALITY}],
        "sortableAttributes": _SORTABLE[index],
        "rankingRules": ["sort"],
        "typoTolerance": {"enabled": False},
        "proximityPrecision": "byAttribute",
        "prefixSearch": "disabled",
        "facetSearch": False,
        "pagination": {"maxTotalHits": _MAX_TOTAL[index]},
        # A search cut off inside the server looks like a complete one, in another order. Ours end with an
        # error, at the caller's deadline, so the server's own cut must never come first.
        "searchCutoffMs": 60_000,
    }


def document_body(document: Document) -> dict[str, object]:
    """A document as it is sent."""
    body = {**document_to_json(document), "keys": list(document.index_keys())}
    if isinstance(document, InstitutionDocument):
        body["order"] = document.order
    return body


def wording_body(wording: Wording) -> dict[str, object]:
    """A wording as it is sent."""
    return {"id": wording.key, "text": wording.text, "grams": list(grams(wording.text))}


def wording_filter(word: str) -> str:
    """Which wordings may contain a word."""
    return " AND ".join(f"grams = {gram}" for gram in word_grams(word))


def document_filter(kind: Kind, planned: Plan, found: Iterable[Sequence[str]]) -> str:
    """Which documents match; `found` are the keys of the wordings that contain each of the plan's words.

    Every value is of a checked form (hex, digits, ASCII letters, `-` and `_`), so quoting is safe.
    """
    conditions = [f"keys = {key}" for key in planned.keys]
    conditions += [f"keys IN [{', '.join(keys)}]" for keys in found]
    conditions += [f'{field} = "{value}"' for field, value in planned.equal]
    conditions += [f'{NUMBER_FIELD[kind]} STARTS WITH "{start}"' for start in planned.number_starts]
    return " AND ".join(conditions)
