"""Errors of the search room.

SearchError
├── SearchUnavailable       the index could not answer or accept; never the same as "nothing found"
├── MalformedQuery          a question that cannot be asked like this
│   ├── UnknownFilter · MalformedFilter · FilterNotForKind
│   ├── PageOutOfReach
│   └── SearchTooBroad      a word that is contained in too many texts to look through
├── DocumentRefused         a document that must not be indexed
│   ├── UnmaskedValue       a masked field that shows more than the mask allows, or an identity number
│   └── MalformedDocument
└── ChangesOutOfOrder       a source of changes that does not move forward

No message or field carries what somebody typed or what a document holds: both may be personal.
"""

from enum import StrEnum
from typing import ClassVar


class UnavailableReason(StrEnum):
    """Why an index could not answer; stable, for logs and health pages."""

    NOT_BUILT = "not_built"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    BUSY = "busy"
    CORRUPT = "corrupt"
    BAD_ANSWER = "bad_answer"
    TASK_FAILED = "task_failed"
    BUILD_LOST = "build_lost"


class SearchError(Exception):
    """Root of the room's errors."""

    code: ClassVar[str] = "search_error"


class SearchUnavailable(SearchError):
    """The index could not be asked, or did not accept. Says nothing about what exists."""

    code = "search_unavailable"

    def __init__(self, index: str, reason: UnavailableReason, detail: str = "") -> None:
        """`detail` is a foreign error's code or type name, never its text."""
        super().__init__(f"{index}: {reason}" + (f" ({detail})" if detail else ""))
        self.index = index
        self.reason = reason
        self.detail = detail


class MalformedQuery(SearchError):
    """The question cannot be asked like this; the person who asks can mend it."""

    code = "malformed_search"


class UnknownFilter(MalformedQuery):
    """There is no filter of this name."""

    code = "unknown_search_filter"


class MalformedFilter(MalformedQuery):
    """The filter exists, its value has not the filter's form."""

    code = "malformed_search_filter"

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class FilterNotForKind(MalformedQuery):
    """Documents of this kind do not have what the filter compares."""

    code = "search_filter_not_for_kind"

    def __init__(self, key: str, kind: str) -> None:
        super().__init__(f"{key} on {kind}")
        self.key = key
        self.kind = kind


class PageOutOfReach(MalformedQuery):
    """Paging ends at a fixed number of hits; this page lies behind it."""

    code = "search_page_out_of_reach"

    def __init__(self, page: int, page_size: int) -> None:
        super().__init__(f"page {page} of {page_size}")
        self.page = page
        self.page_size = page_size


class SearchTooBroad(MalformedQuery):
    """A word of the query is contained in too many different texts; a longer word helps."""

    code = "search_too_broad"


class DocumentRefused(SearchError):
    """This must not be indexed."""

    code = "search_document_refused"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class UnmaskedValue(DocumentRefused):
    """The field shows more of a person than the mask allows."""

    code = "search_unmasked_value"


class MalformedDocument(DocumentRefused):
    """The field has not the form that the index relies on."""

    code = "search_malformed_document"


class ChangesOutOfOrder(SearchError):
    """The source of changes answered with a cursor that does not lie after the one asked for."""

    code = "search_changes_out_of_order"
