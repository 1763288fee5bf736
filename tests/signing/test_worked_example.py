"""The worked examples of the published formats, byte for byte."""

from signing.commitment import FIELDS, Record, Seed, commitment, opening
from signing.inclusion import leaf_hash, node_hash
from signing.keys import KeyRole, SigningKey
from signing.notes import (
    ED25519_TYPE,
    Checkpoint,
    VerifierKey,
    check_note,
    cosign,
    parse_note,
    parse_vkey,
    sign_checkpoint,
    verified_checkpoint,
)

VKEY = "registry.example/skills+ab47b0d5+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
NOTE = """\
registry.example/skills
3
uofH0H7yJwF2fAdkdd/PydygXiFEM6qP8yhZA1vIA3Q=

— registry.example/skills q0ew1W76EFn8khbZH+zbT8vpOWflhjtwm+cqtx0IzZacTq+bcoYsR5czyzSgoe1/6f1DR8KgTb70i66qZFOzyfsRSAI=
— witness.example/w1 IDJKvgAAAABlU/EAIcabex1QRRtU3Lj9+VGiYj3094w7XskBygw8FNwU83Y4jmv9Rx2Z+0QVOO9Yq9B+OaXeJkn54RIgWf8VOPP/Dw==
"""  # noqa: E501 - the bytes as published
EXAMPLE = Record(
    number="S000043990001253000001",
    masked_name="示**",
    name="示例甲",
    id_type="201",
    id_number="430102199003074515",
    employer="",
    occupation_code="6-31-01-03",
    occupation="电工",
    job="",
    level="3",
    issued_on="2025-09-01",
    institution="S000043990001",
    issuer="示例评价机构",
)


def test_checkpoint_and_cosignature_of_the_example() -> None:
    log = SigningKey.from_seed(KeyRole.LOG, bytes(range(32)))
    witness = SigningKey.from_seed(KeyRole.WITNESS, bytes(range(0x20, 0x40)))
    first, second, third = (leaf_hash(each) for each in (b"cert-0", b"cert-1", b"cert-2"))
    root = node_hash(node_hash(first, second), third)
    assert root.hex() == "ba87c7d07ef22701767c076475dfcfc9dca05e214433aa8ff32859035bc80374"
    note = sign_checkpoint(Checkpoint("registry.example/skills", 3, root), [log])
    note = cosign(note, "witness.example/w1", witness, 1700000000)
    assert note.to_bytes().decode() == NOTE
    assert str(VerifierKey("registry.example/skills", ED25519_TYPE, log.public)) == VKEY


def test_the_example_is_read_back_and_verifies() -> None:
    key = parse_vkey(VKEY)
    check_note(parse_note(NOTE.encode()), key)
    assert verified_checkpoint(NOTE.encode(), key).size == 3
    assert parse_note(NOTE.encode()).to_bytes() == NOTE.encode()


def test_commitment_and_salt_of_the_example() -> None:
    seed = Seed(bytes(range(32)))
    opened = opening(EXAMPLE, seed, FIELDS)
    assert opened["fields"]["number"][1] == "WwcTe5mLAvYnZ4TtxFSf8sEkYMRrJKwJdbbv0vfuHUE"  # type: ignore[index, call-overload]
    expected = "a71d3b2cbd954a1fffe360dfa5757207fad03e5d6f85bd51c0ef7ed8b749837c"
    assert commitment(EXAMPLE, seed).hex() == expected
