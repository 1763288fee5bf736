"""The environment is read whole, every fault is told at once, and every setting is documented."""

from pathlib import Path

import pytest

from registry.witnessing.policy import NO_WITNESSES
from registry.witnessing.quorum import WhenMissed
from tests.web.sites import NO_WITNESSES as NO_WITNESSES_FILE
from web.errors import SettingReason, SettingsFault
from web.language import Language
from web.problems import problem_of
from web.settings import Settings, setting_names

_DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def _faults(**env: str) -> dict[str, SettingReason]:
    with pytest.raises(SettingsFault) as caught:
        Settings.from_env({f"SKILLCERT_{name}": value for name, value in env.items()})
    return {fault.name.removeprefix("SKILLCERT_"): fault.reason for fault in caught.value.faults}


def test_an_empty_environment_describes_a_system_that_can_start() -> None:
    settings = Settings.from_env({})

    assert settings.origin == "http://127.0.0.1:8000"
    assert settings.key_dir == Path("data-keys")
    assert settings.search_url is None
    assert settings.rate_limit_storage == "memory://"


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    text = _DOCUMENT.read_text(encoding="utf-8")
    documented = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `SKILLCERT_")}

    assert documented == set(setting_names())


def test_all_faults_are_told_at_once() -> None:
    assert _faults(
        ORIGIN="register.example/path",
        TRUSTED_PROXIES="10.0.0.0/8, proxy",
        LIMIT_LOOKUP="often",
        MAX_UPLOAD_BYTES="12",
        LINK_SECONDS="soon",
        KEY_PASSPHRASE_FILE="/nowhere/passphrase",
        SEARCH_KEY="secret",
        RATE_LIMIT_STORAGE="postgres://x",
        LOG_ORIGIN="two words",
        DATABASE_URL="mysql://x/y",
    ) == {
        "ORIGIN": SettingReason.NOT_AN_ORIGIN,
        "TRUSTED_PROXIES": SettingReason.NOT_A_NETWORK,
        "LIMIT_LOOKUP": SettingReason.NOT_A_LIMIT,
        "MAX_UPLOAD_BYTES": SettingReason.OUT_OF_RANGE,
        "LINK_SECONDS": SettingReason.NOT_A_NUMBER,
        "KEY_PASSPHRASE_FILE": SettingReason.NOT_A_FILE,
        "SEARCH_KEY": SettingReason.NEEDS_SEARCH_URL,
        "RATE_LIMIT_STORAGE": SettingReason.NOT_A_STORAGE,
        "LOG_ORIGIN": SettingReason.NOT_A_LOG_ORIGIN,
        "DATABASE_URL": SettingReason.NOT_A_URL,
    }


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://writer@db.example/skillcert",
        "postgresql:///skillcert",
        "postgresql://writer@/skillcert?host=/run/postgresql",
        "sqlite:////var/lib/skillcert/register.sqlite",
    ],
)
def test_a_database_may_be_reached_through_a_file_or_socket(address: str) -> None:
    assert Settings.from_env({"SKILLCERT_DATABASE_URL": address}).database_url == address


@pytest.mark.parametrize("address", ["postgresql://", "sqlite://", "skillcert", "http:///skillcert"])
def test_an_address_that_names_no_database_is_none(address: str) -> None:
    assert _faults(DATABASE_URL=address) == {"DATABASE_URL": SettingReason.NOT_A_URL}


def test_a_misspelt_setting_is_a_fault_and_the_tests_own_are_not() -> None:
    assert _faults(ORIGN="https://register.example") == {"ORIGN": SettingReason.UNKNOWN}
    Settings.from_env({"SKILLCERT_TEST_MEILI_URL": "http://127.0.0.1:7700", "PATH": "/bin"})


def test_keys_inside_the_data_directory_are_refused(tmp_path: Path) -> None:
    inside = {"DATA_DIR": str(tmp_path), "KEY_DIR": str(tmp_path / "keys")}

    assert _faults(**inside) == {"KEY_DIR": SettingReason.KEYS_IN_DATA}


def test_a_public_site_says_whose_cosignatures_it_wants_even_if_nobodys(tmp_path: Path) -> None:
    file = tmp_path / "witnesses"
    public = {"ORIGIN": "https://register.example"}
    assert _faults(**public) == {"WITNESSES_FILE": SettingReason.NEEDS_WITNESSES}
    assert _faults(**public, WITNESSES_FILE=str(file)) == {
        "WITNESSES_FILE": SettingReason.NOT_A_FILE,
    }
    for text in ("", "quorum 1\n", "quorum none\n", "\xff"):
        file.write_text(text, encoding="latin-1")
        assert _faults(**public, WITNESSES_FILE=str(file)) == {
            "WITNESSES_FILE": SettingReason.NOT_A_WITNESS_POLICY
        }
    file.write_text("quorum 0\n")
    settings = Settings.from_env(
        {"SKILLCERT_ORIGIN": "https://register.example", "SKILLCERT_WITNESSES_FILE": str(file)}
    )
    assert settings.witnesses == NO_WITNESSES
    assert (settings.witness_failure, settings.witness_seconds) == (WhenMissed.CLOSED, 10)
    assert Settings.from_env({}).witnesses is None
    assert _faults(WITNESS_FAILURE="ajar", WITNESS_SECONDS="0") == {
        "WITNESS_FAILURE": SettingReason.NOT_A_CHOICE,
        "WITNESS_SECONDS": SettingReason.OUT_OF_RANGE,
    }


def test_a_fault_never_carries_the_value() -> None:
    with pytest.raises(SettingsFault) as caught:
        Settings.from_env({"SKILLCERT_SEARCH_KEY": "top-secret", "SKILLCERT_DATABASE_URL": "x://u:pass@h"})

    assert "top-secret" not in str(caught.value)
    assert "pass" not in str(caught.value)


def test_each_fault_has_words_in_both_languages() -> None:
    for reason in SettingReason:
        for language in Language:
            with pytest.raises(SettingsFault) as caught:
                Settings.from_env({"SKILLCERT_NO_SUCH": "1"})
            assert "SKILLCERT_NO_SUCH" in problem_of(caught.value).detail(language)
            assert f"setting.{reason}" in _words(language)


@pytest.mark.parametrize(
    "address",
    ["postgresql://name@/register?host=/run/postgresql", "postgresql+psycopg:///r?host=/s", "sqlite:///a"],
)
def test_a_database_on_this_machine_needs_no_host_name(address: str) -> None:
    assert Settings.from_env({"SKILLCERT_DATABASE_URL": address}).database_url == address


def test_origin_is_kept_without_slash_and_tells_host_and_scheme() -> None:
    settings = Settings.from_env(
        {"SKILLCERT_ORIGIN": "https://Register.Example/", "SKILLCERT_WITNESSES_FILE": str(NO_WITNESSES_FILE)}
    )

    assert settings.origin == "https://register.example"
    assert settings.host == "register.example"
    assert settings.is_https
    assert settings.log_origin == "register.example/skillcert"


def _words(language: Language) -> set[str]:
    from web.vocabulary import WORDS

    return set(WORDS[language])


def test_staff_pages_are_switched_by_a_word() -> None:
    assert Settings.from_env({}).staff
    assert Settings.from_env({"SKILLCERT_STAFF": "on"}).staff
    assert not Settings.from_env({"SKILLCERT_STAFF": "off"}).staff
    assert _faults(STAFF="no") == {"STAFF": SettingReason.NOT_A_CHOICE}


def test_no_period_is_shorter_than_the_rules_allow() -> None:
    short = {"APPROVED": "1826", "RETURNED": "183", "TRAIL": "183", "JOBS": "0"}
    named = {f"RETENTION_{kind}_DAYS": days for kind, days in short.items()}
    assert _faults(**named) == dict.fromkeys(named, SettingReason.OUT_OF_RANGE)
