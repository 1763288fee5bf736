"""The settings of the outside identity provider: all of them, or none."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from registry.oidc.model import ClaimNames, Client, is_protected
from registry.rules.identity_types import IdentityType
from web.errors import SettingReason
from web.language import Language
from web.settings_reader import Reader

RETURN_PATH = "/holder/oidc/return"
_CLAIM_SCOPE = "openid profile"


@dataclass(frozen=True)
class OidcSettings:
    """How the provider is reached, and what it is called on the button."""

    client: Client
    names: tuple[str, str]
    """In Chinese and in English."""

    def name(self, language: Language) -> str:
        """The provider's name in that language."""
        return self.names[0] if language is Language.CHINESE else self.names[1]


def read_oidc(reader: Reader, origin: str) -> OidcSettings | None:
    """The provider, None where none is set. A client without an issuer is a fault: it would do nothing."""
    issuer, client_id = reader.text("OIDC_ISSUER"), reader.text("OIDC_CLIENT_ID")
    secret = reader.secret("OIDC_CLIENT_SECRET_FILE")
    name_zh, name_en = reader.text("OIDC_NAME"), reader.text("OIDC_NAME_EN")
    scope = reader.text("OIDC_SCOPE") or _CLAIM_SCOPE
    claims = ClaimNames(
        name=reader.text("OIDC_CLAIM_NAME") or "name",
        id_number=reader.text("OIDC_CLAIM_IDENTITY") or "id_number",
        id_type_claim=reader.text("OIDC_CLAIM_TYPE") or "",
        id_type=reader.choice("OIDC_IDENTITY_TYPE", IdentityType, IdentityType.RESIDENT_ID),
    )
    acr, amr = _list(reader.text("OIDC_ACR")), _list(reader.text("OIDC_AMR"))
    max_age = reader.number("OIDC_MAX_AGE_SECONDS", 300, least=0, most=86_400)
    if issuer is None:
        if client_id is not None or secret is not None:
            reader.fault("OIDC_ISSUER", SettingReason.NEEDED)
        return None
    if not _is_issuer(issuer):
        reader.fault("OIDC_ISSUER", SettingReason.NOT_AN_ISSUER)
    if client_id is None:
        reader.fault("OIDC_CLIENT_ID", SettingReason.NEEDED)
    if "openid" not in scope.split():
        reader.fault("OIDC_SCOPE", SettingReason.NEEDS_OPENID)
    client = Client(
        issuer=issuer,
        client_id=client_id or "",
        redirect_uri=origin + RETURN_PATH,
        secret=secret,
        scope=" ".join(scope.split()),
        claims=claims,
        acr=acr,
        amr=amr,
        max_age_seconds=max_age or None,
    )
    host = urlsplit(issuer).hostname or "" if _is_issuer(issuer) else ""
    return OidcSettings(client, (name_zh or host, name_en or name_zh or host))


def _is_issuer(text: str) -> bool:
    # Source: OpenID Connect Discovery section 2: no query, no fragment.
    return text.isascii() and text.isprintable() and is_protected(text) and not urlsplit(text).query


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(each.strip() for each in (text or "").split(",") if each.strip())
