"""Errors of the outside log-in.

OidcError
├── AttemptUnknown       what came back belongs to no attempt of this browser; `reason` says why
├── LoginDeclined        the person or the provider said no; `reason` says which no
├── ProviderUnavailable  the provider did not answer, or not in time; `reason` says how
└── AnswerRefused        the provider answered what can't be believed or used; `reason` says what

No error carries anything of what was answered: it may be about a person, or a secret.
"""

from enum import StrEnum
from typing import ClassVar

from registry.errors import RegistryError


class OidcError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "oidc_error"


class AttemptFault(StrEnum):
    """Why no attempt goes on."""

    UNKNOWN = "state_unknown"
    """Never begun here, or already used: each goes on once."""
    EXPIRED = "state_expired"
    OTHER_BROWSER = "other_browser"


class AttemptUnknown(OidcError):
    """Nothing was begun in this browser that this answer belongs to."""

    code = "oidc_attempt_unknown"

    def __init__(self, reason: AttemptFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Declined(StrEnum):
    """Which no it was.

    Source: RFC 6749 section 4.1.2.1; OpenID Connect Core section 3.1.2.6.
    """

    ACCESS_DENIED = "access_denied"
    LOGIN_REQUIRED = "login_required"
    INTERACTION_REQUIRED = "interaction_required"
    CONSENT_REQUIRED = "consent_required"
    ACCOUNT_SELECTION_REQUIRED = "account_selection_required"


class LoginDeclined(OidcError):
    """The log-in did not come about, and nothing is broken."""

    code = "oidc_login_declined"

    def __init__(self, reason: Declined) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Silence(StrEnum):
    """How the provider failed to answer."""

    TIMEOUT = "provider_timeout"
    CONNECTION = "provider_connection"
    STATUS = "provider_status"
    REDIRECT = "provider_redirect"
    TOO_LONG = "provider_too_long"
    SAYS_SO = "provider_says_so"
    """It came back with `server_error` or `temporarily_unavailable`."""


class ProviderUnavailable(OidcError):
    """Nothing can be said about the person now; it may work in a while."""

    code = "oidc_provider_unavailable"

    def __init__(self, reason: Silence) -> None:
        super().__init__(reason.value)
        self.reason = reason


class AnswerFault(StrEnum):
    """What is wrong with an answer."""

    DISCOVERY_ISSUER = "discovery_issuer"
    DISCOVERY_MALFORMED = "discovery_malformed"
    DISCOVERY_WITHOUT_PKCE = "discovery_without_pkce"
    KEYS_MALFORMED = "keys_malformed"
    RESPONSE_MALFORMED = "response_malformed"
    RESPONSE_ISSUER = "response_issuer"
    """The answer came from another provider than the one that was asked: a mix-up."""
    REQUEST_REFUSED = "request_refused"
    CLIENT_REFUSED = "client_refused"
    CODE_REFUSED = "code_refused"
    ANSWER_MALFORMED = "answer_malformed"
    TOKEN_MISSING = "token_missing"  # noqa: S105 - a reason, no password
    TOKEN_MALFORMED = "token_malformed"  # noqa: S105
    TOKEN_ALGORITHM = "token_algorithm"  # noqa: S105
    TOKEN_KEY = "token_key"  # noqa: S105
    TOKEN_SIGNATURE = "token_signature"  # noqa: S105
    TOKEN_ISSUER = "token_issuer"  # noqa: S105
    TOKEN_AUDIENCE = "token_audience"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    TOKEN_EARLY = "token_early"  # noqa: S105
    TOKEN_NONCE = "token_nonce"  # noqa: S105
    TOKEN_ACCESS_HASH = "token_access_hash"  # noqa: S105
    LOGIN_TOO_OLD = "login_too_old"
    ASSURANCE_MISSING = "assurance_missing"
    USERINFO_REFUSED = "userinfo_refused"
    USERINFO_SUBJECT = "userinfo_subject"
    CLAIMS_MISSING = "claims_missing"
    CLAIMS_MALFORMED = "claims_malformed"


class AnswerRefused(OidcError):
    """The answer is not believed, and nobody is let in by it."""

    code = "oidc_answer_refused"

    def __init__(self, reason: AnswerFault) -> None:
        super().__init__(reason.value)
        self.reason = reason
