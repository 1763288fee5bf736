"""One-time codes: the vectors of RFC 6238, one step of drift, and each code once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.staff.errors import CodeRefused
from registry.staff.totp import (
    NEVER,
    STEP_SECONDS,
    accepted_step,
    code_at,
    key_uri,
    looks_like_recovery,
    new_secret,
    recovery_codes,
    recovery_digest,
    secret_from_text,
    secret_text,
)

# RFC 6238 appendix B, SHA-1: the last six of its eight digits.
SECRET = b"12345678901234567890"
VECTORS = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
moments = st.integers(STEP_SECONDS * 2, 20_000_000_000)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert code_at(SECRET, at(seconds)) == code


@given(moments, st.sampled_from([-1, 0, 1]))
def test_a_code_of_a_neighbouring_step_is_accepted_once(seconds: int, drift: int) -> None:
    code = code_at(SECRET, at(seconds + drift * STEP_SECONDS))
    step = accepted_step(SECRET, f" {code[:3]} {code[3:]} ", at(seconds), last_step=NEVER)
    with pytest.raises(CodeRefused):
        accepted_step(SECRET, code, at(seconds), last_step=step)


@given(moments, st.integers(2, 50), st.booleans())
def test_older_and_later_codes_are_refused(seconds: int, steps: int, later: bool) -> None:
    away = timedelta(seconds=STEP_SECONDS * steps * (1 if later else -1))
    code = code_at(SECRET, max(at(0), at(seconds) + away))
    nearby = {code_at(SECRET, at(seconds + drift * STEP_SECONDS)) for drift in (-1, 0, 1)}
    if code in nearby:
        return
    with pytest.raises(CodeRefused):
        accepted_step(SECRET, code, at(seconds), last_step=NEVER)


@given(st.text(max_size=12))
def test_any_text_is_a_right_code_or_refused(text: str) -> None:
    seconds = 1_700_000_000
    if text.strip() in {code_at(SECRET, at(seconds + drift * STEP_SECONDS)) for drift in (-1, 0, 1)}:
        return
    with pytest.raises(CodeRefused):
        accepted_step(SECRET, text, at(seconds), last_step=NEVER)


def test_a_secret_can_be_typed() -> None:
    secret = new_secret()
    assert secret_from_text(secret_text(secret).lower()) == secret
    with pytest.raises(CodeRefused):
        secret_from_text("not base32!")


def test_the_picture_holds_what_apps_read() -> None:
    uri = key_uri(SECRET, login="demo-reviewer", issuer="示例平台")
    assert uri.startswith("otpauth://totp/%E7%A4%BA%E4%BE%8B%E5%B9%B3%E5%8F%B0%3Ademo-reviewer?secret=GEZD")


def test_recovery_codes_are_different_and_read_as_such() -> None:
    codes = recovery_codes()
    assert len({recovery_digest(code) for code in codes}) == len(codes) == 10
    assert all(looks_like_recovery(code) for code in codes)
    assert not looks_like_recovery("123 456")
