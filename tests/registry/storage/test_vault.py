"""Personal data at rest: sealed to its place, and found again only through keyed hashes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.storage.errors import SealBroken
from registry.storage.vault import Vault
from signing.commitment import Record, Seed, new_seed
from signing.errors import MalformedEncoding
from tests.registry.ledger.builders import a_record

VAULT = Vault(record_keys={"1": b"r" * 32}, blind_key=b"b" * 32)
ROW = b"row-0001"
values = st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"]), max_size=6)
records = st.lists(values, min_size=13, max_size=13).map(lambda each: Record(*each))


@settings(max_examples=50)
@given(records)
def test_a_record_comes_back_with_its_seed(record: Record) -> None:
    seed = new_seed()
    assert VAULT.open_record("record", ROW, VAULT.seal_record("record", ROW, record, seed)) == (record, seed)


def test_a_record_that_would_not_open_is_not_sealed() -> None:
    with pytest.raises(MalformedEncoding):
        VAULT.seal_record("record", ROW, a_record(employer="示例\x1f单位"), new_seed())


def test_any_flipped_byte_breaks_the_seal() -> None:
    sealed = VAULT.seal_record("record", ROW, a_record(), Seed(bytes(32)))
    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1
        with pytest.raises(SealBroken):
            VAULT.open_record("record", ROW, bytes(altered))


@given(st.binary(max_size=60))
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        VAULT.open("record", ROW, "sealed", sealed)


def test_a_seal_holds_in_its_own_place_only() -> None:
    sealed = VAULT.seal("record", ROW, "sealed", b"value")
    assert VAULT.open("record", ROW, "sealed", sealed) == b"value"
    for table, row, column in (
        ("batch_row", ROW, "sealed"),
        ("record", b"row-0002", "sealed"),
        ("record", ROW, "other"),
        ("recor", b"d" + ROW, "sealed"),
    ):
        with pytest.raises(SealBroken):
            VAULT.open(table, row, column, sealed)


def test_the_same_value_is_never_sealed_to_the_same_bytes() -> None:
    assert len({VAULT.seal("record", ROW, "sealed", b"value") for _ in range(50)}) == 50


def test_a_seal_of_an_older_key_still_opens() -> None:
    sealed = VAULT.seal("record", ROW, "sealed", b"value")
    rotated = Vault(record_keys={"1": b"r" * 32, "2": b"n" * 32}, blind_key=b"b" * 32)
    assert rotated.open("record", ROW, "sealed", sealed) == b"value"
    newer = rotated.seal("record", ROW, "sealed", b"value")
    assert newer[:4] != sealed[:4]
    with pytest.raises(SealBroken):
        VAULT.open("record", ROW, "sealed", newer)


def test_the_tenth_key_is_newer_than_the_ninth() -> None:
    keys = {str(number): bytes([number]) * 32 for number in range(1, 11)}
    sealed = Vault(record_keys=keys, blind_key=b"b" * 32).seal("record", ROW, "sealed", b"value")
    only_newest = Vault(record_keys={"10": keys["10"]}, blind_key=b"b" * 32)
    assert only_newest.open("record", ROW, "sealed", sealed) == b"value"


def test_json_is_sealed_too() -> None:
    sealed = VAULT.seal_json("table", ROW, "column", {"示例": [1, None]})
    assert VAULT.open_json("table", ROW, "column", sealed) == {"示例": [1, None]}
    with pytest.raises(SealBroken):
        VAULT.open_json("table", ROW, "column", VAULT.seal("table", ROW, "column", b"not json"))


def test_people_are_told_apart_by_document_and_name() -> None:
    seen = [
        VAULT.person("201", "430102199003074515"),
        VAULT.person("227", "430102199003074515"),
        VAULT.person("201", "43010219900307451"),
        VAULT.person("2014", "30102199003074515"),
        VAULT.named_person("201", "430102199003074515", ""),
        VAULT.named_person("201", "430102199003074515", "示例甲"),
        VAULT.named_person("201", "43010219900307451", "5示例甲"),
    ]
    assert len(set(seen)) == len(seen)
    assert {len(each) for each in seen} == {16}
    assert VAULT.person("201", "430102199003074515") == seen[0]


def test_a_blind_index_tells_nothing_without_its_key() -> None:
    other = Vault(record_keys={"1": b"r" * 32}, blind_key=b"c" * 32)
    assert other.person("201", "430102199003074515") != VAULT.person("201", "430102199003074515")


def test_the_network_knows_a_certificate_by_what_an_erasure_leaves_of_its_number() -> None:
    left = VAULT.erased_number("Y000043990001253000001")
    reference = VAULT.network_reference(left)
    assert reference == VAULT.network_reference(left)
    assert len(reference) == 16
    assert reference != VAULT.network_reference(VAULT.erased_number("Y000043990001253000002"))
    # Whoever is given references learns nothing of the column that they come from.
    assert reference not in left
    other = Vault(record_keys={"1": b"r" * 32}, blind_key=b"c" * 32)
    assert other.network_reference(left) != reference


def test_a_file_has_another_keyed_hash_under_every_salt() -> None:
    assert VAULT.file_mac(b"s" * 32, b"file") != VAULT.file_mac(b"t" * 32, b"file")
    assert VAULT.file_mac(b"s" * 32, b"file") == VAULT.file_mac(b"s" * 32, b"file")


def test_keys_are_not_printed() -> None:
    shown = repr(VAULT) + str(VAULT)
    for key in (b"r" * 8, b"b" * 8):
        assert key.decode() not in shown
        assert key.hex() not in shown
