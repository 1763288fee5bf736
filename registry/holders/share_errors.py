"""Errors of sharing, a branch of the room's.

ShareError
├── ShareUnknown     there is no such share, it ended, was stopped, or its certificate was erased: one answer
├── ShareIncomplete  what has to be chosen or confirmed is missing; `field` says which
└── TooManyShares    so many of one holder's shares are open that another one would only confuse
"""

from typing import ClassVar

from registry.holders.errors import HolderError


class ShareError(HolderError):
    """Root of these errors."""

    code: ClassVar[str] = "share_error"


class ShareUnknown(ShareError):
    """There is no such share for whoever asks, or none any more. Which of these it is, is not told."""

    code = "share_unknown"


class ShareIncomplete(ShareError):
    """Something that the holder has to choose or confirm is missing or cannot be."""

    code = "share_incomplete"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class TooManyShares(ShareError):
    """Stop one first."""

    code = "too_many_shares"
