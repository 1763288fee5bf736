"""A provider of our own that follows the protocol, and can be told to lie at any one point of it.

It checks what an honest one checks (client, redirect, verifier, each code once), so that what ends in a
log-in here ends in one elsewhere. Whom it lets in is one invented person.
"""

import hmac
import json
import secrets
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from registry.oidc.model import Client
from registry.oidc.relying_party import Returned
from signing.encoding import b64url_encode

CLIENT_ID, CLIENT_SECRET = "skillcert-示例", "示例 secret + % &"
REDIRECT = "http://127.0.0.1:8000/holder/oidc/return"
NOW = datetime.fromisoformat("2026-11-21T10:00:00+08:00")
PERSON = {"name": "示例甲", "id_number": "430102199003074515"}

Claims = dict[str, Any]
# What an address answers in place of the truth: a status, headers and a body.
Told = tuple[int, Mapping[str, str], bytes]
Lie = Callable[["Provider"], Told]
_RSA = RSAKey.generate_key(2048, parameters={"kid": "一", "use": "sig"})


def json_lie(value: object, status: int = 200) -> Lie:
    """The answer with that JSON value."""
    return lambda _: (status, {"content-type": "application/json"}, json.dumps(value).encode())


def signed(claims: Claims, key: RSAKey | ECKey | OKPKey, algorithm: str, **header: str) -> str:
    """A token of that key under that algorithm."""
    # The library warns of `EdDSA`, which is what providers still write.
    registry = JWSRegistry(algorithms=[algorithm])
    if algorithm == "EdDSA":
        registry.get_alg = lambda name: registry.algorithms[name]  # type: ignore[method-assign]
    return jwt.encode({"alg": algorithm, **header}, claims, key, registry=registry)


def unsigned(claims: Claims, header: Mapping[str, object], key: bytes | None = None) -> str:
    """A token with any header; without a key its signature is empty, with one it is an HMAC."""
    parts = [b64url_encode(json.dumps(part).encode()) for part in (header, claims)]
    message = ".".join(parts)
    tag = b64url_encode(hmac.digest(key, message.encode(), "sha256")) if key else ""
    return f"{message}.{tag}"


@dataclass
class Provider:
    """What it knows, and what a test made it do otherwise."""

    issuer: str
    now: datetime = NOW
    key: RSAKey | ECKey | OKPKey = field(default_factory=lambda: _RSA)
    algorithm: str = "RS256"
    public_client: bool = False
    person: Claims = field(default_factory=lambda: dict(PERSON))
    in_token: bool = True
    """Whether the ID token carries the person's claims; UserInfo always does."""
    claims: Callable[[Claims], Claims] = lambda claims: claims
    """What becomes of the ID token's claims before they are signed."""
    token: Callable[[Claims], str] | None = None
    """How the ID token is made in place of being signed."""
    metadata: Claims = field(default_factory=dict)
    lies: dict[str, Lie] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _access: set[str] = field(default_factory=set)

    def client(self, **over: Any) -> Client:
        """Who we are to this provider."""
        secret = None if self.public_client else CLIENT_SECRET
        return Client(
            **{"issuer": self.issuer, "client_id": CLIENT_ID, "redirect_uri": REDIRECT, "secret": secret}
            | over
        )

    def log_in(self, address: str) -> dict[str, str]:
        """The person logs in where that address leads: the parameters that come back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (asked["client_id"], asked["response_type"]) == (CLIENT_ID, "code")
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def returned(self, address: str) -> Returned:
        """As `log_in`, as the client reads it."""
        came = self.log_in(address)
        return Returned(code=came["code"], issuer=came["iss"])

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Told:
        """What is answered at a path."""
        self.asked.append(path)
        if path in self.lies:
            return self.lies[path](self)
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        match path:
            case "/.well-known/openid-configuration":
                return json_lie(self._metadata())(self)
            case "/keys":
                return json_lie({"keys": [self.key.as_dict(private=False, alg=self.algorithm, use="sig")]})(
                    self
                )
            case "/token":
                return self._exchange(headers, form)
            case "/me":
                is_known = headers.get("authorization", "").removeprefix("Bearer ") in self._access
                return json_lie({"sub": "1", **self.person} if is_known else {}, 200 if is_known else 401)(
                    self
                )
            case _:
                return json_lie({}, 404)(self)

    def _metadata(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/me",
            "authorization_response_iss_parameter_supported": True,
            "code_challenge_methods_supported": ["S256"],
            **self.metadata,
        }

    def _exchange(self, headers: Mapping[str, str], form: Mapping[str, str]) -> Told:
        if not self._is_client(headers, form):
            return json_lie({"error": "invalid_client"}, 401)(self)
        # Taken out: a code is good once.
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = b64url_encode(sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return json_lie({"error": "invalid_grant"}, 400)(self)
        access = secrets.token_urlsafe(16)
        self._access.add(access)
        token = self._id_token(asked["nonce"], access)
        return json_lie({"access_token": access, "token_type": "Bearer", "id_token": token})(self)

    def _is_client(self, headers: Mapping[str, str], form: Mapping[str, str]) -> bool:
        if self.public_client:
            return form.get("client_id") == CLIENT_ID and "authorization" not in headers
        given = b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode()
        return tuple(map(unquote_plus, given.split(":"))) == (CLIENT_ID, CLIENT_SECRET)

    def _id_token(self, nonce: str, access_token: str) -> str:
        at = int(self.now.timestamp())
        claims = self.claims(
            {
                "iss": self.issuer,
                "sub": "1",
                "aud": CLIENT_ID,
                "iat": at,
                "auth_time": at,
                "exp": at + 300,
                "nonce": nonce,
                "at_hash": b64url_encode(sha256(access_token.encode()).digest()[:16]),
                **(self.person if self.in_token else {}),
            }
        )
        if self.token is not None:
            return self.token(claims)
        return signed(claims, self.key, self.algorithm, kid=str(self.key.kid))


@contextmanager
def a_provider(**over: Any) -> Iterator[Provider]:
    """The provider, listening on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("content-length", "0"))))

        def _answer(self, body: bytes) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra, answer = provider.answer(urlsplit(self.path).path, headers, body)
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}", **over)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield provider
    finally:
        provider.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
