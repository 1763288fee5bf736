"""Errors of the web room: what a request can get wrong before any other room is asked.

WebError
├── SettingsFault        the environment does not describe a system that can start
├── MalformedRequest     a body, field or parameter that cannot be read; `field` names it
├── BodyTooLarge         more bytes than this address accepts
├── TooManyFiles         more files at once than are verified in one go
├── ArchiveUnreadable    a ZIP that is damaged, empty or none
├── ForeignQr            a QR code that is not one of this register's
├── MalformedRef         an address of a QR code that is cut short or altered
├── IdentityNumberGiven  an identity number typed where a certificate number belongs
├── LinkInvalid          a download link that this server did not make
├── LinkExpired          a download link whose time is over
├── OfferExpired         a verification receipt asked for too long after the check
├── NothingToState       a check that came to no answer: there is no receipt of it
├── NoSuchPage           nothing is published at this address
├── WrongMethod          the address exists, the method does not
├── TooManyRequests      the address's budget is used up; `retry_after_seconds` says until when
│   ├── BatchRowsSpent   the rows of lists that one network may have checked are used up
│   └── PersonTriesSpent too many wrong names or identity numbers for one certificate, whoever tried them
├── NotLoggedIn          staff only, and nobody is logged in (any more): nothing was done
├── WrongRole            logged in, but not as somebody who may do this
├── ScopeMissing         an API token that was not made for this
├── ForeignPost          something that another site's page posted
├── FormExpired          a form of an earlier session, or of nobody's
├── ForeignHost          a request that was meant for another host
├── DemoElsewhere        the demo's directory belongs to something else, or to another port
├── CommandLineFault     a command line that does not say what to do
├── FileUnreadable       a file named on the command line that is not there or cannot be read
├── PassphraseUnfit      a new passphrase that is too short, or typed differently the second time
├── PortUnavailable      the port is not one, or another program listens on it
└── InternalFault        the program erred; nothing more is said in public
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class WebError(Exception):
    """Root of the room's errors; `code` is stable and unique in the product."""

    code: ClassVar[str] = "web_error"


class SettingReason(StrEnum):
    """What is wrong with one setting."""

    UNKNOWN = "unknown"
    NOT_AN_ORIGIN = "not_an_origin"
    NOT_A_URL = "not_a_url"
    NOT_A_NETWORK = "not_a_network"
    NOT_A_LIMIT = "not_a_limit"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_FILE = "not_a_file"
    NOT_A_DIRECTORY = "not_a_directory"
    NOT_A_LOG_ORIGIN = "not_a_log_origin"
    NOT_A_STORAGE = "not_a_storage"
    KEYS_IN_DATA = "keys_in_data"
    NEEDS_SEARCH_URL = "needs_search_url"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_DAY = "not_a_day"
    NOT_A_WITNESS_POLICY = "not_a_witness_policy"
    NEEDS_WITNESSES = "needs_witnesses"
    NEEDED = "needed"
    NOT_AN_ISSUER = "not_an_issuer"
    NEEDS_OPENID = "needs_openid"
    NOT_A_SECRET = "not_a_secret"  # noqa: S105 - a reason, no password


@dataclass(frozen=True)
class SettingFault:
    """One setting that cannot be used. Never carries the value: it may be a secret."""

    name: str
    reason: SettingReason


class SettingsFault(WebError):
    """Every fault of the environment at once."""

    code = "settings_fault"

    def __init__(self, faults: Sequence[SettingFault]) -> None:
        super().__init__("; ".join(f"{fault.name}: {fault.reason}" for fault in faults))
        self.faults = tuple(faults)


class MalformedRequest(WebError):
    """Something in the request cannot be read."""

    code = "malformed_request"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class BodyKind(StrEnum):
    """What was too long: the words for it differ."""

    WEB = "web"
    BATCH = "batch"


class BodyTooLarge(WebError):
    """The body is longer than this address accepts."""

    code = "body_too_large"

    def __init__(self, limit_bytes: int, kind: BodyKind = BodyKind.WEB) -> None:
        super().__init__(limit_bytes)
        self.limit_bytes = limit_bytes
        self.kind = kind


class TooManyFiles(WebError):
    """More files were chosen, or lie in a ZIP, than are verified at once."""

    code = "too_many_files"


class ArchiveUnreadable(WebError):
    """The ZIP is damaged, holds no file, or is none."""

    code = "archive_unreadable"


class ForeignQr(WebError):
    """The QR code is not one of this register's: it leads elsewhere, or is no address at all."""

    code = "foreign_qr"


class MalformedRef(WebError):
    """The reference in a QR code's address is not complete."""

    code = "malformed_ref"


class IdentityNumberGiven(WebError):
    """What was typed looks like an identity number. It is neither repeated nor looked up."""

    code = "identity_number_given"


class LinkInvalid(WebError):
    """The download link was not made by this server, or was altered."""

    code = "link_invalid"


class LinkExpired(WebError):
    """The download link is older than it may be."""

    code = "link_expired"


class OfferExpired(WebError):
    """The check is too long ago for a receipt of it: it has to be made again."""

    code = "offer_expired"


class NothingToState(WebError):
    """The check came to no answer, so that there is nothing that a receipt could state."""

    code = "nothing_to_state"


class NoSuchPage(WebError):
    """Nothing is published at this address."""

    code = "no_such_page"


class WrongMethod(WebError):
    """The address does not answer this method."""

    code = "wrong_method"

    def __init__(self, allowed: str) -> None:
        super().__init__(allowed)
        self.allowed = allowed


class TooManyRequests(WebError):
    """More requests from one network than this address allows."""

    code = "too_many_requests"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class BatchRowsSpent(TooManyRequests):
    """More rows of lists than one network may have checked; this list was not counted."""

    code = "batch_rows_spent"


class PersonTriesSpent(TooManyRequests):
    """So many names or identity numbers were wrong for this certificate that none is compared for a while."""

    code = "person_tries_spent"


class NotLoggedIn(WebError):
    """For staff only. Whatever was posted was not done."""

    code = "not_logged_in"


class WrongRole(WebError):
    """The account's role does not do this."""

    code = "wrong_role"


class ScopeMissing(WebError):
    """The API token was not made for this; `scope` is what it would need."""

    code = "scope_missing"

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class ForeignPost(WebError):
    """A page of another site posted this."""

    code = "foreign_post"


class FormExpired(WebError):
    """The form does not belong to this session: it was loaded before a log-in, or by somebody else."""

    code = "form_expired"


class ForeignHost(WebError):
    """The request names a host that is not this site."""

    code = "foreign_host"


class InternalFault(WebError):
    """The program erred. What happened is in the log, not in the answer."""

    code = "internal_fault"


class DemoElsewhere(WebError):
    """The directory holds something that the demo did not make, or a demo of another address."""

    code = "demo_elsewhere"


class CommandLineFault(WebError):
    """An option that is missing, unknown, or not written as it must be; `option` says which, or how."""

    code = "command_line_fault"

    def __init__(self, option: str) -> None:
        super().__init__(option)
        self.option = option


class FileUnreadable(WebError):
    """A file that is not there, is none, or may not be read; `name` without its directories."""

    code = "file_unreadable"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class PassphraseUnfit(WebError):
    """A new passphrase has at least twelve characters and is typed twice the same."""

    code = "passphrase_unfit"


class PortUnavailable(WebError):
    """Nothing can listen there."""

    code = "port_unavailable"

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.port = port
