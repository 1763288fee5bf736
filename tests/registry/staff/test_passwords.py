"""Which passwords are accepted, and how they are kept."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.staff.errors import PasswordFault, PasswordRefused
from registry.staff.passwords import CURRENT_COST, Passwords, check_password, start_password
from tests.registry.staff.desk import CHEAP


@pytest.mark.parametrize(
    ("password", "kind"),
    [
        ("short", PasswordFault.TOO_SHORT),
        ("九个汉字不够长一", PasswordFault.TOO_SHORT),
        ("x" * 129, PasswordFault.TOO_LONG),
        ("Password@123", PasswordFault.TOO_COMMON),
        ("aaaaaaaaaaaa", PasswordFault.TOO_COMMON),
        ("abcdefghijkl", PasswordFault.TOO_COMMON),
        ("9876543210", PasswordFault.TOO_COMMON),
        ("changsha2026", PasswordFault.TOO_COMMON),
        ("my-demo-user-1!", PasswordFault.LIKE_LOGIN),
    ],
)
def test_what_would_be_guessed_is_refused(password: str, kind: PasswordFault) -> None:
    with pytest.raises(PasswordRefused) as refused:
        check_password(password, login="demo-user")
    assert refused.value.kind is kind


@pytest.mark.parametrize("password", ["山高月小 水落石出 九", "correct horse 7 staple"])
def test_length_is_enough(password: str) -> None:
    check_password(password, login="demo-user")


def test_a_start_password_is_one_that_may_be_kept() -> None:
    check_password(start_password(), login="demo-user")


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_only_the_password_itself_is_right(password: str, other: str) -> None:
    passwords = Passwords(CHEAP)
    stored = passwords.hash(password)
    assert passwords.matches(stored, password)
    assert passwords.matches(stored, other) == _same(password, other)
    assert not passwords.matches(None, password)
    assert not passwords.matches("not a hash", password)


def _same(password: str, other: str) -> bool:
    return unicodedata.normalize("NFKC", password) == unicodedata.normalize("NFKC", other)


def test_full_width_letters_are_the_same_keys() -> None:
    passwords = Passwords(CHEAP)
    assert passwords.matches(passwords.hash("Ｐassphrase 12"), "Passphrase 12")


def test_todays_cost_is_what_is_recommended_and_a_start_password_is_new_each_time() -> None:
    """Source: OWASP Password Storage Cheat Sheet."""
    assert (CURRENT_COST.memory_kib, CURRENT_COST.passes, CURRENT_COST.lanes) == (19_456, 2, 1)
    assert len({start_password() for _ in range(50)}) == 50
