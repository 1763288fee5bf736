"""The client of one provider: where to send the person, and who came back.

1. The provider describes itself; the description is kept for a while.
2. The person is sent there with state, nonce and a PKCE challenge of this attempt.
3. What comes back is from the provider that was asked, and is a code or a no.
4. The code is exchanged for tokens, with the attempt's verifier.
5. The ID token is checked (`id_token`).
6. Claims that it lacks are asked for at the UserInfo endpoint, and are about the same subject.

Source: OpenID Connect Core sections 3.1 and 5.3; RFC 6749 section 4.1; RFC 7636; RFC 9207 section 2.4.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from urllib.parse import quote_plus, urlencode

from registry.ledger.admission import CIVIL_TIME
from registry.oidc.attempts import Attempt
from registry.oidc.errors import (
    AnswerFault,
    AnswerRefused,
    Declined,
    LoginDeclined,
    ProviderUnavailable,
    Silence,
)
from registry.oidc.fetching import Answer, Visit, visiting
from registry.oidc.id_token import Expected, believed_claims
from registry.oidc.keys import Keys
from registry.oidc.model import DISCOVERY, Client, ProviderMetadata, read_metadata
from registry.oidc.person import ClaimedPerson, claimed_person, has_all
from signing.encoding import Json

_METADATA_KEPT = timedelta(hours=1)
_SILENT = frozenset({"server_error", "temporarily_unavailable"})


@dataclass(frozen=True)
class Returned:
    """The parameters that the browser brought back, "" for one that is not there."""

    code: str = ""
    error: str = ""
    issuer: str = ""


class RelyingParty:
    """Bears several threads; `client` is what the operator set."""

    def __init__(
        self,
        client: Client,
        clock: Callable[[], datetime],
        monotonic_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self._clock = clock
        self._monotonic_seconds = monotonic_seconds
        self._keys = Keys(clock)
        self._metadata: tuple[ProviderMetadata, datetime] | None = None
        self._lock = Lock()

    def address_for(self, attempt: Attempt) -> str:
        """Steps 1 and 2: where the person logs in. Raises: ProviderUnavailable, AnswerRefused."""
        with self._visiting() as visit:
            endpoint = self._described(visit).authorization_endpoint
        client = self.client
        asked = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.redirect_uri,
            "scope": client.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        if client.acr:
            asked["acr_values"] = " ".join(client.acr)
        if client.max_age_seconds is not None:
            asked["max_age"] = str(client.max_age_seconds)
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def person_of(self, attempt: Attempt, returned: Returned) -> ClaimedPerson:
        """Steps 3 to 6. Raises: LoginDeclined, ProviderUnavailable, AnswerRefused."""
        with self._visiting() as visit:
            metadata = self._described(visit)
            _require_sender(returned, metadata)
            code = _code_of(returned)
            tokens = self._tokens(visit, metadata, code, attempt)
            access_token = _text(tokens, "access_token")
            now = self._clock()
            claims = believed_claims(
                _text(tokens, "id_token", AnswerFault.TOKEN_MISSING),
                partial(self._keys.find, visit, metadata.jwks_uri),
                Expected(self.client, attempt.nonce, access_token, now),
            )
            if not has_all(claims, self.client.claims):
                claims = {**_user_info(visit, metadata, access_token, claims), **claims}
        return claimed_person(claims, self.client.claims, now.astimezone(CIVIL_TIME).date())

    def _visiting(self) -> AbstractContextManager[Visit]:
        return visiting(self.client.timeout_seconds, self._monotonic_seconds)

    def _described(self, visit: Visit) -> ProviderMetadata:
        """Step 1."""
        now = self._clock()
        with self._lock:
            kept = self._metadata
        if kept is not None and timedelta(0) <= now - kept[1] < _METADATA_KEPT:
            return kept[0]
        issuer = self.client.issuer
        answer = visit.get(issuer.rstrip("/") + DISCOVERY, fault=AnswerFault.DISCOVERY_MALFORMED)
        if not answer.is_ok:
            raise ProviderUnavailable(Silence.STATUS)
        metadata = read_metadata(answer.body, issuer)
        with self._lock:
            self._metadata = (metadata, now)
        return metadata

    def _tokens(
        self, visit: Visit, metadata: ProviderMetadata, code: str, attempt: Attempt
    ) -> Mapping[str, Json]:
        """Step 4."""
        client = self.client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        basic = ""
        if client.secret is None:
            form["client_id"] = client.client_id
        else:
            # Source: RFC 6749 section 2.3.1: both parts are encoded as in a form first.
            pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}"
            basic = b64encode(pair.encode()).decode()
        answer = visit.post(metadata.token_endpoint, form, fault=AnswerFault.ANSWER_MALFORMED, basic=basic)
        if not answer.is_ok:
            raise AnswerRefused(_token_fault(answer))
        return answer.body


def _require_sender(returned: Returned, metadata: ProviderMetadata) -> None:
    """Step 3, the first half: an answer that names another provider, or none where it must, is a mix-up."""
    if (metadata.names_itself or returned.issuer) and returned.issuer != metadata.issuer:
        raise AnswerRefused(AnswerFault.RESPONSE_ISSUER)


def _code_of(returned: Returned) -> str:
    """Step 3, the second half."""
    if returned.error:
        if returned.error in _SILENT:
            raise ProviderUnavailable(Silence.SAYS_SO)
        if returned.error in set(Declined):
            raise LoginDeclined(Declined(returned.error))
        raise AnswerRefused(AnswerFault.REQUEST_REFUSED)
    if not returned.code:
        raise AnswerRefused(AnswerFault.RESPONSE_MALFORMED)
    return returned.code


def _token_fault(answer: Answer) -> AnswerFault:
    match answer.body.get("error"):
        case "invalid_grant":
            return AnswerFault.CODE_REFUSED
        case "invalid_client" | "unauthorized_client":
            return AnswerFault.CLIENT_REFUSED
        case _:
            return AnswerFault.ANSWER_MALFORMED


def _user_info(
    visit: Visit, metadata: ProviderMetadata, access_token: str, claims: Mapping[str, Json]
) -> Mapping[str, Json]:
    """Step 6. What it says counts only for the subject of the ID token."""
    if not metadata.userinfo_endpoint or not access_token:
        raise AnswerRefused(AnswerFault.CLAIMS_MISSING)
    answer = visit.get(metadata.userinfo_endpoint, fault=AnswerFault.USERINFO_REFUSED, bearer=access_token)
    if not answer.is_ok:
        raise AnswerRefused(AnswerFault.USERINFO_REFUSED)
    if not claims.get("sub") or answer.body.get("sub") != claims["sub"]:
        raise AnswerRefused(AnswerFault.USERINFO_SUBJECT)
    return answer.body


def _text(tokens: Mapping[str, Json], name: str, missing: AnswerFault | None = None) -> str:
    """A token of the answer; "" where it may be missing."""
    token = tokens.get(name)
    if token is None and missing is None:
        return ""
    if not isinstance(token, str) or not token.isascii():
        raise AnswerRefused(missing if token is None and missing else AnswerFault.ANSWER_MALFORMED)
    return token
