"""The ID token: a signed word of the provider, about one person, for us, for this attempt, and for now.

1. It is a JWS in the compact form, under an algorithm that only the provider can sign with.
2. Its signature is right under a key that the provider publishes.
3. It comes from the issuer that was asked, and is meant for us.
4. It is neither over nor from the future, a little leeway for the clocks allowed.
5. It answers this attempt: the nonce.
6. It belongs to the access token that came along, if it says so.
7. The person logged in as recently and as well as we demand.

Source: OpenID Connect Core sections 3.1.3.7, 3.1.3.8 and 2; RFC 8725 (algorithms).
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256, sha512
from typing import Any

from joserfc import jws
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from registry.oidc.errors import AnswerFault, AnswerRefused
from registry.oidc.keys import ALGORITHMS, PublicKey
from registry.oidc.model import Client
from signing.encoding import Json, b64url_encode, parse_json
from signing.errors import MalformedEncoding

FindKey = Callable[[str, str | None], PublicKey]
LEEWAY = timedelta(seconds=60)
_CLAIM_FAULTS: Mapping[str, AnswerFault] = {
    "iss": AnswerFault.TOKEN_ISSUER,
    "aud": AnswerFault.TOKEN_AUDIENCE,
    "iat": AnswerFault.TOKEN_EARLY,
    "nbf": AnswerFault.TOKEN_EARLY,
}


@dataclass(frozen=True)
class Expected:
    """What a token must fit: who we are, the attempt's nonce, the access token beside it, and the moment."""

    client: Client
    nonce: str
    access_token: str
    now: datetime


class _Registry(JWSRegistry):
    """The algorithms of our list, `EdDSA` under its old name too; unknown header parameters are ignored."""

    def __init__(self) -> None:
        super().__init__(algorithms=list(ALGORITHMS), strict_check_header=False)

    def get_alg(self, name: str) -> Any:
        # The library warns of the old name at every use; providers have no other one yet.
        return self.algorithms[name]


def believed_claims(token: str, find_key: FindKey, expected: Expected) -> Mapping[str, Json]:
    """The claims of a token that is all it must be. Raises: AnswerRefused; what `find_key` raises."""
    algorithm, claims = _opened(token, find_key)
    _require_ours(claims, expected)
    _require_nonce(claims, expected.nonce)
    _require_access_token(claims, algorithm, expected.access_token)
    _require_log_in(claims, expected)
    return claims


def _opened(token: str, find_key: FindKey) -> tuple[str, Mapping[str, Json]]:
    """Steps 1 and 2."""
    try:
        signed = jws.extract_compact(token.encode("ascii"))
    except (JoseError, ValueError) as fault:
        raise AnswerRefused(AnswerFault.TOKEN_MALFORMED) from fault
    header = signed.headers()
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise AnswerRefused(AnswerFault.TOKEN_ALGORITHM)
    if key_id is not None and not isinstance(key_id, str):
        raise AnswerRefused(AnswerFault.TOKEN_MALFORMED)
    key = find_key(algorithm, key_id)
    try:
        is_right = jws.validate_compact(signed, key, registry=_Registry())
        claims = parse_json(signed.payload or b"")
    except (JoseError, ValueError, MalformedEncoding) as fault:
        raise AnswerRefused(AnswerFault.TOKEN_MALFORMED) from fault
    if not is_right:
        raise AnswerRefused(AnswerFault.TOKEN_SIGNATURE)
    if not isinstance(claims, dict):
        raise AnswerRefused(AnswerFault.TOKEN_MALFORMED)
    return algorithm, claims


def _require_ours(claims: Mapping[str, Json], expected: Expected) -> None:
    """Steps 3 and 4."""
    client = expected.client
    registered = JWTClaimsRegistry(
        now=int(expected.now.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": client.issuer},
        aud={"essential": True, "value": client.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registered.validate(dict(claims))
    except ExpiredTokenError as fault:
        raise AnswerRefused(AnswerFault.TOKEN_EXPIRED) from fault
    except ClaimError as fault:
        reason = _CLAIM_FAULTS.get(fault.claim, AnswerFault.TOKEN_MALFORMED)
        raise AnswerRefused(reason) from fault
    audience, party = claims["aud"], claims.get("azp")
    is_shared = isinstance(audience, list) and len(audience) > 1
    if party != client.client_id and (is_shared or party is not None):
        raise AnswerRefused(AnswerFault.TOKEN_AUDIENCE)


def _require_nonce(claims: Mapping[str, Json], nonce: str) -> None:
    """Step 5."""
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(errors="replace"), nonce.encode()):
        raise AnswerRefused(AnswerFault.TOKEN_NONCE)


def _require_access_token(claims: Mapping[str, Json], algorithm: str, access_token: str) -> None:
    """Step 6. Ed25519 hashes with SHA-512 inside, the others here with SHA-256."""
    given = claims.get("at_hash")
    if given is None or not access_token:
        return
    digest = (sha512 if ALGORITHMS[algorithm][0] == "OKP" else sha256)(access_token.encode()).digest()
    if given != b64url_encode(digest[: len(digest) // 2]):
        raise AnswerRefused(AnswerFault.TOKEN_ACCESS_HASH)


def _require_log_in(claims: Mapping[str, Json], expected: Expected) -> None:
    """Step 7."""
    client = expected.client
    if client.max_age_seconds is not None:
        at = claims.get("auth_time")
        if isinstance(at, bool) or not isinstance(at, int | float):
            raise AnswerRefused(AnswerFault.LOGIN_TOO_OLD)
        age = expected.now.timestamp() - at
        leeway = LEEWAY.total_seconds()
        if not -leeway <= age <= client.max_age_seconds + leeway:
            raise AnswerRefused(AnswerFault.LOGIN_TOO_OLD)
    if client.acr and claims.get("acr") not in client.acr:
        raise AnswerRefused(AnswerFault.ASSURANCE_MISSING)
    methods = claims.get("amr")
    if client.amr and not (isinstance(methods, list) and any(each in methods for each in client.amr)):
        raise AnswerRefused(AnswerFault.ASSURANCE_MISSING)
