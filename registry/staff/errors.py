"""Errors of the staff's room.

StaffError
├── LoginRefused       login, password or code is not right; never says which
├── LoginThrottled     too many attempts; `retry_after_seconds` says when the next one counts
├── PasswordRefused    a new password that the rules refuse, by `kind`
├── CodeRefused        a one-time code that is wrong, too old, or was used before
├── AccountUnknown     no account of that name
├── LoginTaken         another account has this login
├── MalformedAccount   login, name, role and office do not go together; `field` names what is wrong
├── LastAdministrator  nobody would be left to manage accounts
├── TokenUnknown       an API token that was never given, has ended, or whose account has
└── MalformedToken     a token that is asked for without a name, or with an end out of bounds
"""

from enum import StrEnum

from registry.errors import RegistryError


class StaffError(RegistryError):
    """Root of the room's errors."""

    code = "staff_error"


class LoginRefused(StaffError):
    """What was typed opens no account. Which part was wrong is not said."""

    code = "login_refused"


class LoginThrottled(StaffError):
    """Too many attempts on this account or from this network."""

    code = "login_throttled"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class PasswordFault(StrEnum):
    """Why a new password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_COMMON = "too_common"
    LIKE_LOGIN = "like_login"
    UNCHANGED = "unchanged"
    DIFFERENT = "different"
    WRONG_OLD = "wrong_old"


class PasswordRefused(StaffError):
    """A new password that the rules refuse."""

    code = "password_refused"

    def __init__(self, kind: PasswordFault) -> None:
        super().__init__(kind)
        self.kind = kind


class CodeRefused(StaffError):
    """The one-time code is wrong, too old, or was used before."""

    code = "code_refused"


class AccountUnknown(StaffError):
    """There is no such account."""

    code = "account_unknown"


class LoginTaken(StaffError):
    """Another account has this login."""

    code = "login_taken"


class MalformedAccount(StaffError):
    """Login, name, role and office do not go together."""

    code = "malformed_account"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class LastAdministrator(StaffError):
    """Nobody would be left who can manage accounts."""

    code = "last_administrator"


class TokenUnknown(StaffError):
    """The API token was never given, has ended, or its account has."""

    code = "token_unknown"


class MalformedToken(StaffError):
    """A token that is asked for without a name or a scope, or with an end out of bounds."""

    code = "malformed_access_token"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field
