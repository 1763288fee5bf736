"""Errors of the national room.

NationalError
├── MalformedMessage      bytes that are no row, batch, receipt or summary of this protocol
├── UnsendableRow         a row of ours that the protocol cannot carry
├── SignatureRefused      an HTTP message that its sender did not sign in the way asked for; `reason` says why
├── ReceiptRefused        a signed answer that does not answer what was sent; `reason` says what differs
├── HoldingsRefused       answers about what is held that cannot all be true; `reason` says why
├── RemoteUnavailable     no believable answer for now; trying again later is right
├── RemoteRefused         a definite no to the whole message; trying again changes nothing
├── LeaseLost             another sender took over; what this one knows is out of date
├── SendingStopped        the worker was told to stop
├── NotCompared           both sides could not be compared; `reason` says why
├── MalformedReport       bytes that are no reconciliation report; `reason` says how they are not
└── NationalNotConfigured no address or key of the network is set
"""

from enum import StrEnum
from typing import ClassVar

from registry.errors import RegistryError


class NationalError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "national_error"


class MalformedMessage(NationalError):
    """The bytes are no message of this protocol. `what` names the part."""

    code = "malformed_message"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class UnsendableRow(NationalError):
    """The protocol cannot carry this row; `reason` is a stable code."""

    code = "unsendable_row"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignatureFault(StrEnum):
    """What is wrong with the signature of an HTTP message."""

    MISSING = "missing"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    NOT_COVERED = "not_covered"
    UNKNOWN_KEY = "unknown_key"
    WRONG = "wrong"
    STALE = "stale"
    DIGEST_MISSING = "digest_missing"
    DIGEST_DIFFERS = "digest_differs"


class SignatureRefused(NationalError):
    """The HTTP message is not signed in the way asked for."""

    code = "http_signature_refused"

    def __init__(self, reason: SignatureFault) -> None:
        super().__init__(reason)
        self.reason = reason


class ReceiptFault(StrEnum):
    """In what a signed answer differs from what was sent."""

    BATCH = "batch"
    COUNT = "count"
    ROOT = "root"
    NONCE = "nonce"
    RANGES = "ranges"


class ReceiptRefused(NationalError):
    """The answer is signed, but does not answer what was sent."""

    code = "receipt_refused"

    def __init__(self, reason: ReceiptFault) -> None:
        super().__init__(reason)
        self.reason = reason


class HoldingsFault(StrEnum):
    """Why the network's answers about what it holds cannot all be true."""

    COUNT = "count"
    ROOT = "root"
    LEAVES = "leaves"
    MOVED = "moved"
    ENDLESS = "endless"


class HoldingsRefused(NationalError):
    """Signed answers that contradict one another, or that come to no end."""

    code = "holdings_refused"

    def __init__(self, reason: HoldingsFault) -> None:
        super().__init__(reason)
        self.reason = reason


class RemoteUnavailable(NationalError):
    """The national network gave no believable answer for now.

    `reason` is a stable code, `status` the last HTTP status (0 = none), `retry_after_seconds` what it asked
    us to wait, if it did. `only_failed`: every attempt of a whole patience was answered with 500.
    `asked_for_rest`: it asked for longer than patience waits.
    """

    code = "national_unavailable"

    def __init__(self, reason: str, *, status: int = 0, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason, status)
        self.reason = reason
        self.status = status
        self.retry_after_seconds = retry_after_seconds
        self.only_failed = False
        self.asked_for_rest = False


class RemoteRefused(NationalError):
    """The national network refused the whole message. `reason` is its code, or `http_<status>`."""

    code = "national_refused"

    def __init__(self, reason: str, *, status: int) -> None:
        super().__init__(reason, status)
        self.reason = reason
        self.status = status


class LeaseLost(NationalError):
    """This sender no longer holds the lease; nothing was recorded."""

    code = "sender_lease_lost"


class SendingStopped(NationalError):
    """The worker was told to stop while waiting; everything is as it was."""

    code = "sending_stopped"


class NotCompared(NationalError):
    """Both sides could not be compared. Nothing is known of a difference; `reason` is a stable code."""

    code = "not_compared"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MalformedReport(NationalError):
    """The bytes are no reconciliation report, or not its one spelling; `reason` is a stable code."""

    code = "malformed_report"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NationalNotConfigured(NationalError):
    """No address or no public key of the national network is set."""

    code = "national_not_configured"
