"""The client lets in whom an honest provider names, and nobody by a lie: each lie has a reason of its own."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from registry.oidc.attempts import Attempt
from registry.oidc.errors import (
    AnswerFault,
    AnswerRefused,
    Declined,
    LoginDeclined,
    OidcError,
    ProviderUnavailable,
    Silence,
)
from registry.oidc.fetching import MAX_ANSWER_BYTES
from registry.oidc.model import DISCOVERY, ClaimNames, is_protected
from registry.oidc.relying_party import RelyingParty, Returned
from registry.rules.identity_types import IdentityType
from tests.registry.oidc.provider import (
    CLIENT_ID,
    NOW,
    PERSON,
    Claims,
    Provider,
    a_provider,
    json_lie,
    signed,
    unsigned,
)

ATTEMPT = Attempt("示例state", "示例nonce", "v" * 43)
_OTHER = RSAKey.generate_key(2048, parameters={"kid": "一"})


def party_of(provider: Provider, **client: Any) -> RelyingParty:
    """Our client of that provider, at the provider's own time."""
    return RelyingParty(provider.client(**client), lambda: provider.now)


def reason_of(provider: Provider, party: RelyingParty | None = None, *, timeout: float = 5.0) -> str:
    """By which reason a whole log-in ends, "" if it lets the person in."""
    party = party or party_of(provider, timeout_seconds=timeout)
    try:
        party.person_of(ATTEMPT, provider.returned(party.address_for(ATTEMPT)))
    except OidcError as fault:
        return str(fault)
    return ""


_ECDSA, _ED25519 = (
    ECKey.generate_key("P-256", parameters={"kid": "二"}),
    OKPKey.generate_key("Ed25519", parameters={"kid": "三"}),
)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(_OTHER, "RS256"), (_OTHER, "PS256"), (_ECDSA, "ES256"), (_ED25519, "EdDSA"), (_ED25519, "Ed25519")],
    ids=["RS256", "PS256", "ES256", "EdDSA", "Ed25519"],
)
def test_an_honest_provider_names_a_person(key: Any, algorithm: str) -> None:
    without_hash = lambda claims: {name: claims[name] for name in claims if name != "at_hash"}  # noqa: E731
    with a_provider(key=key, algorithm=algorithm, claims=without_hash) as provider:
        party = party_of(provider)
        person = party.person_of(ATTEMPT, provider.returned(party.address_for(ATTEMPT)))
    assert (person.name, person.identity.number) == (PERSON["name"], PERSON["id_number"])
    assert person.identity.type is IdentityType.RESIDENT_ID


def test_a_public_client_is_protected_by_its_verifier_alone() -> None:
    with a_provider(public_client=True) as provider:
        assert reason_of(provider) == ""
        party = party_of(provider)
        returned = provider.returned(party.address_for(ATTEMPT))
        stolen = replace(ATTEMPT, verifier="w" * 43)
        with pytest.raises(AnswerRefused, match="code_refused"):
            party.person_of(stolen, returned)


def test_claims_that_the_token_lacks_are_asked_for_about_the_same_subject() -> None:
    with a_provider(in_token=False) as provider:
        assert reason_of(provider) == ""
        assert provider.asked[-1] == "/me"


def test_a_document_of_another_kind_is_named_by_the_operator_or_by_a_claim() -> None:
    permit = {"name": "示例甲", "number": "H1234567801", "kind": "210"}
    with a_provider(person=permit) as provider:
        by_claim = party_of(provider, claims=ClaimNames(id_number="number", id_type_claim="kind"))
        fixed = ClaimNames(id_number="number", id_type=IdentityType.HK_MACAO_TRAVEL_PERMIT)
        for party in (by_claim, party_of(provider, claims=fixed)):
            person = party.person_of(ATTEMPT, provider.returned(party.address_for(ATTEMPT)))
            # A renewed permit names the same person.
            assert person.identity.canonical == "H12345678"


def _changed(**over: object) -> Callable[[Claims], Claims]:
    return lambda claims: {name: value for name, value in {**claims, **over}.items() if value is not None}


def _at(seconds: int) -> int:
    return int(NOW.timestamp()) + seconds


def _public_pem(provider: Provider) -> bytes:
    assert isinstance(provider.key, RSAKey)
    return provider.key.as_pem(private=False)


_CLAIM_LIES = {
    "another nonce": (_changed(nonce="示例other"), AnswerFault.TOKEN_NONCE),
    "no nonce": (_changed(nonce=None), AnswerFault.TOKEN_NONCE),
    "nonces in a list": (_changed(nonce=["示例nonce"]), AnswerFault.TOKEN_NONCE),
    "another audience": (_changed(aud="somebody"), AnswerFault.TOKEN_AUDIENCE),
    "no audience": (_changed(aud=None), AnswerFault.TOKEN_AUDIENCE),
    "several audiences, no party": (_changed(aud=[CLIENT_ID, "b"]), AnswerFault.TOKEN_AUDIENCE),
    "another party": (_changed(azp="somebody"), AnswerFault.TOKEN_AUDIENCE),
    "another issuer": (_changed(iss="https://other.example"), AnswerFault.TOKEN_ISSUER),
    "issuer with a slash": (lambda c: {**c, "iss": c["iss"] + "/"}, AnswerFault.TOKEN_ISSUER),
    "over": (_changed(exp=_at(-61)), AnswerFault.TOKEN_EXPIRED),
    "never over": (_changed(exp=None), AnswerFault.TOKEN_MALFORMED),
    "over at a word": (_changed(exp="tomorrow"), AnswerFault.TOKEN_MALFORMED),
    "from the future": (_changed(iat=_at(61)), AnswerFault.TOKEN_EARLY),
    "good from tomorrow": (_changed(nbf=_at(86_400)), AnswerFault.TOKEN_EARLY),
    "nobody": (_changed(sub=None), AnswerFault.TOKEN_MALFORMED),
    "another access token": (_changed(at_hash="示例"), AnswerFault.TOKEN_ACCESS_HASH),
    "a mask for a name": (_changed(name="示**"), AnswerFault.CLAIMS_MALFORMED),
    "a name that is a number": (_changed(name=5), AnswerFault.CLAIMS_MALFORMED),
    "no such number": (_changed(id_number="430102199003074516"), AnswerFault.CLAIMS_MALFORMED),
}


@pytest.mark.parametrize(("lie", "reason"), _CLAIM_LIES.values(), ids=_CLAIM_LIES)
def test_a_token_that_claims_something_else_lets_nobody_in(lie: Any, reason: AnswerFault) -> None:
    with a_provider(claims=lie) as provider:
        assert reason_of(provider) == reason


def test_clocks_may_differ_a_little() -> None:
    for lie in (_changed(exp=_at(-59)), _changed(iat=_at(59)), _changed(nbf=_at(59))):
        with a_provider(claims=lie) as provider:
            assert reason_of(provider) == ""


def test_several_audiences_are_fine_where_we_are_the_party() -> None:
    with a_provider(claims=_changed(aud=[CLIENT_ID, "b"], azp=CLIENT_ID)) as provider:
        assert reason_of(provider) == ""


_TOKEN_LIES: dict[str, tuple[Callable[[Provider], Callable[[Claims], str]], AnswerFault]] = {
    "no signature": (lambda _: lambda c: unsigned(c, {"alg": "none"}), AnswerFault.TOKEN_ALGORITHM),
    "no algorithm": (lambda _: lambda c: unsigned(c, {"kid": "一"}), AnswerFault.TOKEN_MALFORMED),
    "the public key as a shared secret": (
        lambda p: lambda c: unsigned(c, {"alg": "HS256", "kid": "一"}, _public_pem(p)),
        AnswerFault.TOKEN_ALGORITHM,
    ),
    "RS256 named, HMAC made": (
        lambda p: lambda c: unsigned(c, {"alg": "RS256", "kid": "一"}, _public_pem(p)),
        AnswerFault.TOKEN_SIGNATURE,
    ),
    "an algorithm off the list": (
        lambda p: lambda c: signed(c, p.key, "RS512", kid="一"),
        AnswerFault.TOKEN_ALGORITHM,
    ),
    "another key under the same id": (
        lambda _: lambda c: signed(c, _OTHER, "RS256", kid="一"),
        AnswerFault.TOKEN_SIGNATURE,
    ),
    "an unknown key": (lambda p: lambda c: signed(c, p.key, "RS256", kid="九"), AnswerFault.TOKEN_KEY),
    "a key of another kind": (
        lambda _: lambda c: signed(c, _ECDSA, "ES256", kid="一"),
        AnswerFault.TOKEN_KEY,
    ),
    "something that must be understood": (
        lambda _: lambda c: unsigned(c, {"alg": "RS256", "kid": "一", "crit": ["x"], "x": 1}),
        AnswerFault.TOKEN_MALFORMED,
    ),
    "a key id that is a number": (
        lambda _: lambda c: unsigned(c, {"alg": "RS256", "kid": 1}),
        AnswerFault.TOKEN_MALFORMED,
    ),
    "no token at all": (lambda _: lambda _: "示例", AnswerFault.ANSWER_MALFORMED),
    "one part": (lambda _: lambda _: "AAAA", AnswerFault.TOKEN_MALFORMED),
}


@pytest.mark.parametrize(("lie", "reason"), _TOKEN_LIES.values(), ids=_TOKEN_LIES)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(lie: Any, reason: AnswerFault) -> None:
    with a_provider() as provider:
        provider.token = lie(provider)
        assert reason_of(provider) == reason


_LONG = json.dumps({"padding": "x" * MAX_ANSWER_BYTES}).encode()
_ANSWER_LIES = {
    "another issuer describes itself": (
        DISCOVERY,
        json_lie({"issuer": "https://other.example"}),
        AnswerFault.DISCOVERY_ISSUER,
    ),
    "a list describes nothing": (DISCOVERY, json_lie([]), AnswerFault.DISCOVERY_MALFORMED),
    "no JSON": (DISCOVERY, lambda _: (200, {}, b"<html>"), AnswerFault.DISCOVERY_MALFORMED),
    "one name twice": ("/token", lambda _: (200, {}, b'{"a":1,"a":2}'), AnswerFault.ANSWER_MALFORMED),
    "keys that are none": ("/keys", json_lie({"keys": {}}), AnswerFault.KEYS_MALFORMED),
    "no keys": ("/keys", json_lie({"keys": [5, {"kty": "RSA"}, {"kty": "?"}]}), AnswerFault.TOKEN_KEY),
    "a shared key": ("/keys", json_lie({"keys": [{"kty": "oct", "k": "AA"}]}), AnswerFault.TOKEN_KEY),
    "keys are gone": ("/keys", json_lie({}, 404), Silence.STATUS),
    "no ID token": ("/token", json_lie({"access_token": "a"}), AnswerFault.TOKEN_MISSING),
    "the code was used": ("/token", json_lie({"error": "invalid_grant"}, 400), AnswerFault.CODE_REFUSED),
    "we are refused": ("/token", json_lie({"error": "invalid_client"}, 401), AnswerFault.CLIENT_REFUSED),
    "some other error": ("/token", json_lie({"error": "示例"}, 400), AnswerFault.ANSWER_MALFORMED),
    "an error without words": ("/token", lambda _: (400, {}, b""), AnswerFault.ANSWER_MALFORMED),
    "broken": ("/token", json_lie({}, 503), Silence.STATUS),
    "too many questions": ("/token", json_lie({}, 429), Silence.STATUS),
    "elsewhere": ("/token", lambda p: (302, {"location": f"{p.issuer}/keys"}, b""), Silence.REDIRECT),
    "too long": ("/token", lambda _: (200, {}, _LONG), Silence.TOO_LONG),
    "never": ("/token", lambda p: (200, {}, b"{}" if p.released.wait(20) else b""), Silence.TIMEOUT),
}


@pytest.mark.parametrize(("path", "lie", "reason"), _ANSWER_LIES.values(), ids=_ANSWER_LIES)
def test_an_answer_that_cannot_be_used_lets_nobody_in(path: str, lie: Any, reason: str) -> None:
    with a_provider(lies={path: lie}) as provider:
        assert reason_of(provider, timeout=0.3 if reason is Silence.TIMEOUT else 5.0) == reason


def test_an_answer_that_trickles_in_ends_with_the_visit() -> None:
    seconds = iter(range(100))
    with a_provider() as provider:
        party = RelyingParty(provider.client(timeout_seconds=1.5), lambda: NOW, lambda: next(seconds))
        with pytest.raises(ProviderUnavailable) as caught:
            party.address_for(ATTEMPT)
    assert caught.value.reason is Silence.TIMEOUT


def test_a_provider_that_is_not_there_is_no_fault_of_the_person() -> None:
    with a_provider() as provider:
        pass
    assert reason_of(provider) == Silence.CONNECTION


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"code_challenge_methods_supported": ["plain"]}, AnswerFault.DISCOVERY_WITHOUT_PKCE),
        ({"token_endpoint": "http://idp.example/token"}, AnswerFault.DISCOVERY_MALFORMED),
        ({"token_endpoint": None}, AnswerFault.DISCOVERY_MALFORMED),
        ({"jwks_uri": "https://u@idp.example/keys"}, AnswerFault.DISCOVERY_MALFORMED),
    ],
)
def test_a_description_that_would_weaken_the_log_in_is_refused(over: Claims, reason: AnswerFault) -> None:
    with a_provider(metadata=over) as provider:
        assert reason_of(provider) == reason


@pytest.mark.parametrize(
    ("over", "sub", "reason"),
    [
        ({}, "2", AnswerFault.USERINFO_SUBJECT),
        ({}, None, AnswerFault.USERINFO_SUBJECT),
        ({"userinfo_endpoint": "http://idp.example/me"}, "1", AnswerFault.DISCOVERY_MALFORMED),
    ],
)
def test_user_info_about_somebody_else_is_not_used(
    over: Claims, sub: str | None, reason: AnswerFault
) -> None:
    with a_provider(in_token=False, metadata=over) as provider:
        provider.lies["/me"] = json_lie({**PERSON} if sub is None else {"sub": sub, **PERSON})
        assert reason_of(provider) == reason


def test_a_person_without_the_claims_is_not_guessed_at() -> None:
    with a_provider(in_token=False, person={"name": "示例甲"}) as provider:
        assert reason_of(provider) == AnswerFault.CLAIMS_MISSING
        provider.lies["/me"] = json_lie({"error": "insufficient_scope"}, 403)
        assert reason_of(provider) == AnswerFault.USERINFO_REFUSED


def test_an_answer_of_another_provider_is_a_mix_up() -> None:
    with a_provider() as honest, a_provider() as other:
        party = party_of(honest)
        came = honest.returned(party.address_for(ATTEMPT))
        for issuer in (other.issuer, ""):
            with pytest.raises(AnswerRefused, match="response_issuer"):
                party.person_of(ATTEMPT, replace(came, issuer=issuer))
        # The code was never shown to anybody.
        assert "/token" not in honest.asked
        assert other.asked == []
    with a_provider(metadata={"authorization_response_iss_parameter_supported": False}) as quiet:
        party = party_of(quiet)
        came = quiet.returned(party.address_for(ATTEMPT))
        assert party.person_of(ATTEMPT, replace(came, issuer="")).name == PERSON["name"]
        with pytest.raises(AnswerRefused, match="response_issuer"):
            party.person_of(ATTEMPT, replace(came, issuer="https://other.example"))


def test_a_code_lets_in_once() -> None:
    with a_provider() as provider:
        party = party_of(provider)
        came = provider.returned(party.address_for(ATTEMPT))
        party.person_of(ATTEMPT, came)
        with pytest.raises(AnswerRefused, match="code_refused"):
            party.person_of(ATTEMPT, came)


def test_keys_change_in_the_middle_and_are_asked_for_once_a_minute() -> None:
    new = RSAKey.generate_key(2048, parameters={"kid": "新"})
    with a_provider() as provider:
        party = party_of(provider)
        assert reason_of(provider, party) == ""
        assert provider.asked.count("/keys") == 1
        provider.key = new
        assert reason_of(provider, party) == AnswerFault.TOKEN_KEY
        provider.now += timedelta(seconds=61)
        assert reason_of(provider, party) == ""
        assert provider.asked.count("/keys") == 2
        provider.token = lambda claims: signed(claims, _OTHER, "RS256", kid="无")
        for _ in range(3):
            assert reason_of(provider, party) == AnswerFault.TOKEN_KEY
        assert provider.asked.count("/keys") == 2
        # A key that the provider took back is not believed for ever.
        provider.token = lambda claims: signed(claims, new, "RS256", kid="新")
        provider.key = _OTHER
        provider.now += timedelta(hours=1)
        assert reason_of(provider, party) == AnswerFault.TOKEN_KEY


@pytest.mark.parametrize(
    ("error", "raised", "reason"),
    [
        ("access_denied", LoginDeclined, Declined.ACCESS_DENIED),
        ("login_required", LoginDeclined, Declined.LOGIN_REQUIRED),
        ("temporarily_unavailable", ProviderUnavailable, Silence.SAYS_SO),
        ("invalid_scope", AnswerRefused, AnswerFault.REQUEST_REFUSED),
        ("<script>", AnswerRefused, AnswerFault.REQUEST_REFUSED),
        ("", AnswerRefused, AnswerFault.RESPONSE_MALFORMED),
    ],
)
def test_a_no_is_told_apart_from_a_fault(error: str, raised: type[Exception], reason: str) -> None:
    with a_provider() as provider:
        party = party_of(provider)
        with pytest.raises(raised) as caught:
            party.person_of(ATTEMPT, Returned(error=error, issuer=provider.issuer))
    assert str(caught.value) == reason


def test_only_a_log_in_as_good_and_as_recent_as_demanded_lets_in() -> None:
    assured = _changed(acr="loa3", amr=["face", "otp"], auth_time=_at(-360))
    demands: list[tuple[dict[str, Any], str]] = [
        ({"acr": ("loa3", "loa4")}, ""),
        ({"acr": ("loa4",)}, AnswerFault.ASSURANCE_MISSING),
        ({"amr": ("face",)}, ""),
        ({"amr": ("hwk",)}, AnswerFault.ASSURANCE_MISSING),
        ({"max_age_seconds": 300}, ""),
        ({"max_age_seconds": 299}, AnswerFault.LOGIN_TOO_OLD),
    ]
    with a_provider(claims=assured) as provider:
        for demanded, reason in demands:
            assert reason_of(provider, party_of(provider, **demanded)) == reason
        address = party_of(provider, acr=("loa3",), max_age_seconds=300).address_for(ATTEMPT)
        assert "acr_values=loa3" in address
        assert "max_age=300" in address
    with a_provider(claims=_changed(auth_time=None, amr="face")) as provider:
        assert reason_of(provider, party_of(provider, max_age_seconds=300)) == AnswerFault.LOGIN_TOO_OLD
        assert reason_of(provider, party_of(provider, amr=("face",))) == AnswerFault.ASSURANCE_MISSING


def test_only_https_or_this_machine_is_protected() -> None:
    good = (
        "https://idp.example",
        "https://idp.example:8443/realm",
        "http://127.0.0.1:3000",
        "http://[::1]:3",
        "http://localhost",
    )
    bad = (
        "http://idp.example",
        "http://127.0.0.1.idp.example",
        "ftp://localhost",
        "https://",
        "https://a@b",
        "https://a:b",
        "https://a#b",
    )
    assert [each for each in (*good, *bad) if is_protected(each)] == list(good)


def test_no_secret_and_no_person_is_shown_by_accident() -> None:
    with a_provider() as provider:
        party = party_of(provider)
        person = party.person_of(ATTEMPT, provider.returned(party.address_for(ATTEMPT)))
        shown = repr((party.client, person, ATTEMPT))
    for hidden in (
        provider.client().secret,
        PERSON["name"],
        PERSON["id_number"],
        ATTEMPT.nonce,
        ATTEMPT.verifier,
    ):
        assert str(hidden) not in shown
