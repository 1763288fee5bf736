"""What the stand-in answers instead of a receipt.

StandInError, apart from the register's own errors because it is another system and they never meet
├── MessageRefused       a request that is turned back entirely; `reason` is its public code
└── StandInUnavailable   its own database does not answer; never to be shown as "not found"
"""

from enum import StrEnum
from http import HTTPStatus
from typing import ClassVar


class RefusalCode(StrEnum):
    """Why a whole message is refused; the `code` of the problem document."""

    TOO_LARGE = "too_large"
    MALFORMED_MESSAGE = "malformed_message"
    NOT_SIGNED = "not_signed"
    STALE = "stale"
    PREVIOUS_UNKNOWN = "previous_unknown"
    BATCH_ID_REUSED = "batch_id_reused"


STATUS = {
    RefusalCode.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RefusalCode.MALFORMED_MESSAGE: HTTPStatus.BAD_REQUEST,
    RefusalCode.NOT_SIGNED: HTTPStatus.UNAUTHORIZED,
    RefusalCode.STALE: HTTPStatus.UNAUTHORIZED,
    RefusalCode.PREVIOUS_UNKNOWN: HTTPStatus.CONFLICT,
    RefusalCode.BATCH_ID_REUSED: HTTPStatus.CONFLICT,
}


class StandInError(Exception):
    """Root of the stand-in's errors."""

    code: ClassVar[str] = "stand_in_error"


class MessageRefused(StandInError):
    """The request was turned back; nothing was stored."""

    code = "stand_in_message_refused"

    def __init__(self, reason: RefusalCode) -> None:
        super().__init__(reason)
        self.reason = reason


class StandInUnavailable(StandInError):
    """The stand-in's database does not answer."""

    code = "stand_in_unavailable"
