"""`skillcert keys viewer` and what it is for: a second signature on sheets, off until it is switched on."""

from pathlib import Path

import pytest

from registry.custody.keys import ViewerKeyMissing
from signing.certificates import one_from_pem
from signing.outcomes import Outcome
from signing.trust import trust_from_files
from signing.verifier import verify
from tests.web_cli.commands import Commands
from tests.web_cli.house import ESTABLISHED, House
from web.cli.opening import opened

SETTING = "SKILLCERT_VIEWER_SIGNATURE"


def _sheet(house: House) -> tuple[bytes, Outcome]:
    """A certificate's PDF, and whether its signature verifies."""
    with opened() as register:
        (version,) = register.ledger.records.versions(house.number(ESTABLISHED[0]))
        pdf = register.electronic(version.certificate, "pdf").content
        return pdf, verify(pdf, trust_from_files(register.trust_files()), register.clock()).signed


def _make(act: Commands, house: House) -> dict[str, str]:
    made = act("keys", "viewer", "--root-passphrase-file", house.passphrase("root.txt"), "--json")
    assert made.code == 0
    value: dict[str, str] = made.value
    return value


def test_a_sheet_bears_a_signature_for_viewers_once_a_key_is_made_and_the_setting_is_on(
    act: Commands, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _make(act, house)
    certificate = one_from_pem(Path(made["certificate"]).read_bytes())
    without, _ = _sheet(house)
    assert without.count(b"/ByteRange") == 1
    monkeypatch.setenv(SETTING, "on")
    pdf, signed = _sheet(house)
    assert pdf.count(b"/ByteRange") == 2
    assert certificate.hex().encode() in pdf.lower()
    assert (signed, _sheet(house)[0]) == (Outcome.PASSED, pdf)


def test_the_setting_without_a_key_is_told_and_no_sheet_is_made_with_less_than_was_asked(
    act: Commands, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "on")
    with pytest.raises(ViewerKeyMissing):
        _sheet(house)
    told = act("serve", "--port", "0")
    assert (told.code, told.error) == (1, "viewer_key_missing")
    assert "skillcert keys viewer" in told.err


def test_running_it_again_makes_the_next_key_and_what_was_signed_before_stays_good(
    act: Commands, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "on")
    first, (old, _) = _make(act, house), _sheet(house)
    second, (new, signed) = _make(act, house), _sheet(house)
    assert first["key"] != second["key"]
    assert (old != new, signed) == (True, Outcome.PASSED)
    with opened() as register:
        trust = trust_from_files(register.trust_files())
        assert verify(old, trust, register.clock()).signed is Outcome.PASSED


def test_a_making_that_was_cut_off_before_the_certificate_is_taken_up_again(
    act: Commands, house: House
) -> None:
    made = _make(act, house)
    Path(made["certificate"]).unlink()
    assert _make(act, house)["key"] == made["key"]
