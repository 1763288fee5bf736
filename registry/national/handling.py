"""What has to be done about a row that was turned back, and who has to begin.

Source: 2025-14 art. 19 (the province reports to the network), arts. 2, 14 (the institution answers for its
certificates).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from registry.national.reasons import RowReason


class Handling(StrEnum):
    """What puts a rejected row right.

    correct   the record is wrong: the institution asks for a correction
    replace   the number is wrong: the institution hands in a new one, which supersedes it
    filing    the network does not take the institution: the province sees to its filing
    ask       nothing in the row is known to be wrong: the province asks the network, and sends it again
    """

    CORRECT = "correct"
    REPLACE = "replace"
    FILING = "filing"
    ASK = "ask"

    @property
    def is_the_institutions(self) -> bool:
        """Whether the institution has to begin; otherwise the province does."""
        match self:
            case Handling.CORRECT | Handling.REPLACE:
                return True
            case Handling.FILING | Handling.ASK:
                return False
        assert_never(self)


_HANDLING: Mapping[str, Handling] = MappingProxyType(
    {
        RowReason.ROW_MALFORMED: Handling.ASK,
        RowReason.OLDER_VERSION: Handling.ASK,
        RowReason.VERSION_CONFLICT: Handling.ASK,
        RowReason.NUMBER_TAKEN: Handling.ASK,
        RowReason.INSTITUTION_UNKNOWN: Handling.FILING,
        RowReason.NUMBER_MALFORMED: Handling.REPLACE,
        RowReason.NUMBER_DIFFERS: Handling.REPLACE,
        RowReason.IDENTITY_TYPE_NOT_TAKEN: Handling.CORRECT,
        RowReason.IDENTITY_NUMBER_WRONG: Handling.CORRECT,
        RowReason.HOLDER_UNDER_16: Handling.CORRECT,
        RowReason.EMPLOYER_MISSING: Handling.CORRECT,
        RowReason.ISSUED_IN_FUTURE: Handling.CORRECT,
        RowReason.CREDIT_CODE_WRONG: Handling.FILING,
        RowReason.SCOPE_MISSING: Handling.FILING,
        RowReason.ROW_TOO_LONG: Handling.ASK,
        RowReason.REMOTE_FAILED: Handling.ASK,
    }
)


def is_known(reason: str) -> bool:
    """Whether anybody here knows the code; the network may invent others."""
    return reason in _HANDLING


def handling_of(reason: str) -> Handling:
    """What has to be done about it; a code that nobody here knows is for the province to ask about."""
    return _HANDLING.get(reason, Handling.ASK)
