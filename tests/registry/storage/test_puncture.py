"""A key that forgets single leaves: those are gone for good, all others stay as they were."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.storage.errors import Erased
from registry.storage.puncture import LEVELS, PuncturableKey
from registry.storage.vault import Place, Vault, forgotten
from signing.errors import MalformedEncoding

ROOT = bytes(range(32))
KEY = PuncturableKey.from_bytes(ROOT)
# Few digits, so that examples share ways and neighbours are met.
leaves = st.text("01f", min_size=LEVELS, max_size=LEVELS)


@settings(max_examples=60)
@given(st.lists(leaves, max_size=6), st.lists(leaves, max_size=6))
def test_what_was_taken_out_is_gone_and_everything_else_is_as_it_was(
    taken: list[str], others: list[str]
) -> None:
    punctured = KEY.without(taken)
    for leaf in {*taken, *others}:
        assert punctured.key(leaf) == (None if leaf in taken else KEY.key(leaf))


@settings(max_examples=40)
@given(st.lists(leaves, max_size=5))
def test_the_order_does_not_matter_nor_does_repetition(taken: list[str]) -> None:
    at_once = KEY.without(taken)
    one_by_one = KEY
    for leaf in [*reversed(taken), *taken]:
        one_by_one = one_by_one.without([leaf])
    assert one_by_one.to_bytes() == at_once.to_bytes()


@settings(max_examples=40)
@given(st.lists(leaves, max_size=5))
def test_a_state_comes_back_from_its_bytes(taken: list[str]) -> None:
    stored = KEY.without(taken).to_bytes()
    again = PuncturableKey.from_bytes(stored)
    assert again.to_bytes() == stored
    assert again.identity == KEY.identity
    assert all(again.key(leaf) is None for leaf in taken)


@given(st.binary(max_size=120))
def test_other_bytes_are_no_state(stored: bytes) -> None:
    if len(stored) != 32:
        with pytest.raises(MalformedEncoding):
            PuncturableKey.from_bytes(stored)


def test_no_node_of_the_state_leads_to_what_was_taken_out() -> None:
    leaf = "0123456789abcdef"
    wanted = KEY.key(leaf)
    assert wanted is not None
    state = KEY.without([leaf]).to_bytes()
    assert ROOT not in state
    assert wanted not in state
    # The nodes on the way down, of which any would do, are not in it either.
    for depth in range(1, LEVELS):
        above = KEY.without([leaf[:depth] + ("0" if leaf[depth] != "0" else "1") * (LEVELS - depth)])
        assert above.key(leaf) == wanted
    assert len(state) < 10_500


def test_a_hundred_punctures_cost_what_the_docstring_says() -> None:
    taken = [PuncturableKey.from_bytes(bytes([n]) * 32).identity.hex() * 2 for n in range(100)]
    assert len(KEY.without(taken).to_bytes()) < 100 * 9_600


def test_keys_of_different_leaves_and_roots_differ() -> None:
    other = PuncturableKey.from_bytes(bytes(32))
    found = [key.key(digit * LEVELS) for key in (KEY, other) for digit in "0123456789abcdef"]
    assert len(set(found)) == 32
    assert other.identity != KEY.identity


def test_an_erased_value_is_not_a_broken_seal() -> None:
    vault, place = _vault(ROOT), Place("record", b"row", "sealed")
    sealed = vault.seal(*place, b"value")
    kept = vault.seal("record", b"other", "sealed", b"kept")
    vault.forget([place])
    with pytest.raises(Erased):
        vault.open(*place, sealed)
    with pytest.raises(Erased):
        vault.seal(*place, b"again")
    assert vault.has_forgotten(place)
    assert vault.open("record", b"other", "sealed", kept) == b"kept"
    assert not vault.has_forgotten(Place("record", b"other", "sealed"))


def test_the_kept_state_of_a_key_opens_everything_but_the_erased() -> None:
    place = Place("batch", b"id", "form5")
    before = _vault(ROOT)
    sealed, kept = before.seal(*place, b"form"), before.seal("batch", b"id", "form4", b"kept")
    after = _vault(forgotten(ROOT, [place]))
    with pytest.raises(Erased):
        after.open(*place, sealed)
    assert after.open("batch", b"id", "form4", kept) == b"kept"
    assert before.open("batch", b"new", "form5", after.seal("batch", b"new", "form5", b"new")) == b"new"


def test_an_erased_value_is_gone_under_every_key() -> None:
    place = Place("record", b"row", "sealed")
    old = _vault(ROOT).seal(*place, b"value")
    rotated = Vault(record_keys={"1": ROOT, "2": bytes(32)}, blind_key=b"b" * 32)
    new = rotated.seal(*place, b"value")
    rotated.forget([place])
    for sealed in (old, new):
        with pytest.raises(Erased):
            rotated.open(*place, sealed)


def _vault(key: bytes) -> Vault:
    return Vault(record_keys={"1": key}, blind_key=b"b" * 32)
