"""What an operator says about the provider, and what the provider says about itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from registry.oidc.errors import AnswerFault, AnswerRefused
from registry.rules.identity_types import IdentityType
from signing.encoding import Json

DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class ClaimNames:
    """Which claims carry the real name and the document. `id_type_claim` "": always `id_type`."""

    name: str = "name"
    id_number: str = "id_number"
    id_type_claim: str = ""
    id_type: IdentityType = IdentityType.RESIDENT_ID

    @property
    def all(self) -> tuple[str, ...]:
        """The claims that there must be."""
        return tuple(each for each in (self.name, self.id_number, self.id_type_claim) if each)


@dataclass(frozen=True)
class Client:
    """Who we are to the provider, and what we demand of it.

    `secret` None: a public client, which PKCE alone protects. `acr`, `amr`: one of these must stand in the
    token, if any is named. `max_age_seconds` None: when the person logged in there is not asked.
    """

    issuer: str
    client_id: str
    redirect_uri: str
    secret: str | None = field(default=None, repr=False)
    scope: str = "openid profile"
    claims: ClaimNames = ClaimNames()
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    max_age_seconds: int | None = None
    timeout_seconds: float = 10.0


@dataclass(frozen=True)
class ProviderMetadata:
    """What we use of a discovery document. `userinfo_endpoint` "": the provider has none."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    names_itself: bool
    """Whether every answer says which provider it comes from (RFC 9207)."""


def read_metadata(document: Mapping[str, Json], issuer: str) -> ProviderMetadata:
    """The metadata of exactly that issuer.

    Raises: AnswerRefused.
    Source: OpenID Connect Discovery sections 3 and 4.3; RFC 8414; RFC 9207 section 3; RFC 9700 section 2.1.1.
    """
    if document.get("issuer") != issuer:
        raise AnswerRefused(AnswerFault.DISCOVERY_ISSUER)
    methods = document.get("code_challenge_methods_supported")
    # Many a provider knows PKCE and does not say so; one that says what it knows must know S256.
    if methods is not None and not (isinstance(methods, list) and "S256" in methods):
        raise AnswerRefused(AnswerFault.DISCOVERY_WITHOUT_PKCE)
    return ProviderMetadata(
        issuer=issuer,
        authorization_endpoint=_endpoint(document, "authorization_endpoint"),
        token_endpoint=_endpoint(document, "token_endpoint"),
        jwks_uri=_endpoint(document, "jwks_uri"),
        userinfo_endpoint=_endpoint(document, "userinfo_endpoint") if "userinfo_endpoint" in document else "",
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def is_protected(address: str) -> bool:
    """Whether what is sent there can't be read on the way: https, or this very machine."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _endpoint(document: Mapping[str, Json], name: str) -> str:
    address = document.get(name)
    if not isinstance(address, str) or not address.isascii() or not is_protected(address):
        raise AnswerRefused(AnswerFault.DISCOVERY_MALFORMED)
    return address
