"""A management secret is random, easy to write down, and tells a slip of the pen from a wrong secret."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.holders.errors import SecretMistyped
from registry.holders.secret_text import ALPHABET, new_secret, read_secret

SECRET = "7K3M-9QWX-10R5-TB8Z-3B7C"
PLAIN = SECRET.replace("-", "")


def test_a_secret_is_five_groups_of_four() -> None:
    made = new_secret()
    assert [len(group) for group in made.split("-")] == [4, 4, 4, 4, 4]
    assert read_secret(made) == made.replace("-", "")


def test_no_two_are_alike_and_none_has_what_looks_alike() -> None:
    made = {new_secret() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("ILOU")


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        PLAIN,
        SECRET.lower(),
        SECRET.replace("-", " "),
        f"  {SECRET.replace('-', '—')}\n",
        SECRET.replace("-", "\u3000"),
        PLAIN.translate({ord(c): ord(c) + 0xFEE0 for c in ALPHABET}),
        PLAIN.replace("0", "O").replace("1", "l"),
        PLAIN.replace("1", "i"),
    ],
    ids=["as shown", "plain", "small", "spaces", "dashes", "wide spaces", "full width", "letters", "i"],
)
def test_however_it_is_written_down_it_is_the_same(spelled: str) -> None:
    assert read_secret(spelled) == PLAIN


@given(st.integers(0, 19), st.sampled_from(ALPHABET))
def test_a_wrong_character_is_told(place: int, instead: str) -> None:
    altered = PLAIN[:place] + instead + PLAIN[place + 1 :]
    if altered != PLAIN:
        # The checksum misses one in a million; these are none of them.
        with pytest.raises(SecretMistyped):
            read_secret(altered)


@given(st.integers(0, 18))
def test_two_that_changed_places_are_told(place: int) -> None:
    swapped = PLAIN[:place] + PLAIN[place + 1] + PLAIN[place] + PLAIN[place + 2 :]
    if swapped != PLAIN:
        with pytest.raises(SecretMistyped):
            read_secret(swapped)


@given(st.text(max_size=200))
def test_any_text_is_a_secret_or_mistyped(text: str) -> None:
    with suppress(SecretMistyped):
        assert len(read_secret(text)) == 20


@pytest.mark.parametrize("typed", ["", "-", PLAIN[:-1], PLAIN + "0", "U" * 20, "密" * 20, "\udcff" * 20])
def test_what_has_another_shape_is_mistyped(typed: str) -> None:
    with pytest.raises(SecretMistyped):
        read_secret(typed)
