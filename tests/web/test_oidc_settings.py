"""The identity provider is set up whole, or told what is missing; its secret never shows."""

from pathlib import Path

import pytest

from registry.rules.identity_types import IdentityType
from web.errors import SettingReason, SettingsFault
from web.language import Language
from web.settings import PREFIX, Settings

_ISSUER = {"OIDC_ISSUER": "https://idp.example/realm", "OIDC_CLIENT_ID": "skillcert"}


def _settings(**env: str) -> Settings:
    return Settings.from_env({f"{PREFIX}{name}": value for name, value in env.items()})


def _faults(**env: str) -> dict[str, SettingReason]:
    with pytest.raises(SettingsFault) as caught:
        _settings(**env)
    return {fault.name.removeprefix(PREFIX): fault.reason for fault in caught.value.faults}


def test_without_an_issuer_there_is_no_provider() -> None:
    assert _settings().oidc is None


def test_an_issuer_and_a_client_are_enough() -> None:
    provider = _settings(**_ISSUER).oidc
    assert provider is not None
    client = provider.client
    assert (client.issuer, client.client_id, client.secret) == (*_ISSUER.values(), None)
    assert client.redirect_uri == "http://127.0.0.1:8000/holder/oidc/return"
    assert client.scope == "openid profile"
    assert client.claims.all == ("name", "id_number")
    assert client.max_age_seconds == 300
    assert {provider.name(language) for language in Language} == {"idp.example"}


def test_everything_else_is_as_the_operator_says(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("示例 secret\n")
    provider = _settings(
        **_ISSUER,
        OIDC_CLIENT_SECRET_FILE=str(secret),
        OIDC_NAME="示例身份认证平台",
        OIDC_NAME_EN="Example Identity",
        OIDC_SCOPE="openid  real_name",
        OIDC_CLAIM_NAME="real_name",
        OIDC_CLAIM_IDENTITY="card_no",
        OIDC_CLAIM_TYPE="card_type",
        OIDC_IDENTITY_TYPE="208",
        OIDC_ACR="loa3, loa4",
        OIDC_AMR="face",
        OIDC_MAX_AGE_SECONDS="0",
    ).oidc
    assert provider is not None
    client = provider.client
    assert client.secret == "示例 secret"
    assert (provider.name(Language.CHINESE), provider.name(Language.ENGLISH)) == (
        "示例身份认证平台",
        "Example Identity",
    )
    assert client.scope == "openid real_name"
    assert client.claims.all == ("real_name", "card_no", "card_type")
    assert client.claims.id_type is IdentityType.FOREIGN_PASSPORT
    assert (client.acr, client.amr, client.max_age_seconds) == (("loa3", "loa4"), ("face",), None)
    assert "示例 secret" not in repr(provider)


def test_half_a_provider_is_a_fault_that_says_which_half(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("\n")
    assert _faults(OIDC_ISSUER=_ISSUER["OIDC_ISSUER"]) == {"OIDC_CLIENT_ID": SettingReason.NEEDED}
    assert _faults(OIDC_CLIENT_ID="skillcert") == {"OIDC_ISSUER": SettingReason.NEEDED}
    assert _faults(**_ISSUER, OIDC_SCOPE="profile") == {"OIDC_SCOPE": SettingReason.NEEDS_OPENID}
    assert _faults(**_ISSUER, OIDC_IDENTITY_TYPE="身份证") == {
        "OIDC_IDENTITY_TYPE": SettingReason.NOT_A_CHOICE
    }
    assert _faults(**_ISSUER, OIDC_CLIENT_SECRET_FILE=str(empty)) == {
        "OIDC_CLIENT_SECRET_FILE": SettingReason.NOT_A_SECRET
    }
    assert _faults(**_ISSUER, OIDC_CLIENT_SECRET_FILE=str(tmp_path / "none")) == {
        "OIDC_CLIENT_SECRET_FILE": SettingReason.NOT_A_FILE
    }


@pytest.mark.parametrize(
    "issuer", ["http://idp.example", "idp.example", "https://idp.example/?a=b", "https://", "https://示例"]
)
def test_an_issuer_is_reached_over_https(issuer: str) -> None:
    assert _faults(**_ISSUER | {"OIDC_ISSUER": issuer}) == {"OIDC_ISSUER": SettingReason.NOT_AN_ISSUER}


def test_an_issuer_on_this_machine_may_be_tried_out_without_tls() -> None:
    assert _settings(**_ISSUER | {"OIDC_ISSUER": "http://127.0.0.1:3000"}).oidc is not None
