"""Errors of the requests room.

RequestError
├── RequestUnknown     there is no such request, or none within reach
├── RequestDecided     somebody decided it meanwhile, or it was withdrawn
├── RequestOpen        this office asked for the same act in other words, and that is still open
├── RequestNotPossible what is asked for cannot be done to this certificate as it stands
├── RequestIncomplete  a word that has to be said is missing or too long; `field` says which
└── NotTheDecider      this office does not decide on it
"""

from typing import ClassVar

from registry.errors import RegistryError


class RequestError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "request_error"


class RequestUnknown(RequestError):
    """There is no such request for whoever asks."""

    code = "request_unknown"


class RequestDecided(RequestError):
    """It is not open any more: look again before you decide."""

    code = "request_decided"


class RequestOpen(RequestError):
    """The office has an open request for this act on this certificate, which says something else."""

    code = "request_open"


class RequestNotPossible(RequestError):
    """The certificate's state does not allow what is asked for."""

    code = "request_not_possible"


class RequestIncomplete(RequestError):
    """Something that has to be said is missing, or too long."""

    code = "request_incomplete"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class NotTheDecider(RequestError):
    """The bureau that approved the certificate decides, or the province; on a dispute only the province."""

    code = "not_the_decider"
