"""Status lists are audited bit by bit: what was published must follow from the acts, at the size it names."""

from collections.abc import Iterable
from hashlib import sha256

import pytest

from registry.ledger.append import append_keys, status_addition
from registry.ledger.audit_replay import LogReplay, Replayed
from registry.ledger.audit_report import Finding
from registry.ledger.audit_status import StatusBits
from registry.ledger.chain import ChainState
from registry.ledger.entries import ActKind
from registry.ledger.key_history import retirement
from registry.status import VALIDITY, set_ordinals
from signing.keys import KeyRole, SigningKey
from signing.status_list import LIST_ENTRIES, StatusPurpose, build_status_list
from tests.registry.ledger.builders import ORIGIN, START, SmallRegister, a_record, seeded_key
from tests.registry.ledger.lived_in import STATUS_KEY, publish

REVOCATION, SUPERSESSION = StatusPurpose.REVOCATION, StatusPurpose.SUPERSESSION


@pytest.fixture
def certificate(unaudited: SmallRegister) -> int:
    """The first of five certificates in a register with a status key; its ordinal is 0."""
    unaudited.introduce(STATUS_KEY)
    return unaudited.approve([a_record(serial) for serial in range(1, 6)]).first_index + 1


def publish_list(
    register: SmallRegister,
    ordinals: Iterable[int],
    *,
    purpose: StatusPurpose = REVOCATION,
    name: str = "revocation-0",
    size: int | None = None,
    key: SigningKey = STATUS_KEY,
    web_origin: str = "http://127.0.0.1:8000",
    body: bytes | None = None,
) -> Finding | None:
    """Publishes whatever list, properly committed to by a status entry, and says what the audit finds."""
    made = build_status_list(
        web_origin, purpose, 0, ordinals, key, valid_from=START, valid_until=START + VALIDITY
    )
    content = made if body is None else body
    covered = register.stored_size() if size is None else size
    lists = [(name, content, sha256(content).digest(), covered)]
    register.writer.append(lambda head: status_addition(lists, head))
    return register.audited().finding


def test_the_right_bits_are_clean(unaudited: SmallRegister, certificate: int) -> None:
    assert publish_list(unaudited, []) is None
    unaudited.act(certificate + 3, ActKind.ANNULLED)
    assert publish_list(unaudited, [3]) is None


@pytest.mark.parametrize(("ordinals", "first"), [([], 0), ([3, 4], 0), ([100], 0), ([3, 131_071], 131_064)])
def test_a_bit_too_many_or_too_few_is_found(
    unaudited: SmallRegister, certificate: int, ordinals: list[int], first: int
) -> None:
    unaudited.act(certificate + 3, ActKind.ANNULLED)
    finding = publish_list(unaudited, ordinals)
    assert finding is not None
    assert (finding.code, finding.table) == ("status_bits_differ", "status_list")
    # The first byte of the bit string that is wrong, as the ordinal of its first bit.
    assert finding.detail == {"ordinal": str(first)}


def test_a_list_says_what_held_at_its_size(unaudited: SmallRegister, certificate: int) -> None:
    """Acts that came between the size it covers and its own entry are not in it."""
    size = unaudited.stored_size()
    unaudited.act(certificate + 3, ActKind.ANNULLED)
    assert publish_list(unaudited, [], size=size) is None
    unaudited.act(certificate + 3, ActKind.REINSTATED)
    finding = publish_list(unaudited, [], size=size + 1)
    assert finding is not None
    assert finding.code == "status_bits_differ"


def test_the_two_purposes_are_two_lists(unaudited: SmallRegister, certificate: int) -> None:
    unaudited.act(certificate, ActKind.SUPERSEDED, by=certificate + 1)
    assert publish_list(unaudited, [0], purpose=SUPERSESSION, name="supersession-0") is None
    finding = publish_list(unaudited, [0])
    assert finding is not None
    assert finding.code == "status_bits_differ"


@pytest.mark.parametrize(
    ("purpose", "name", "web_origin", "body"),
    [
        (SUPERSESSION, "revocation-0", "http://127.0.0.1:8000", None),
        (REVOCATION, "supersession-0", "http://127.0.0.1:8000", None),
        (REVOCATION, "revocation-1", "http://127.0.0.1:8000", None),
        (REVOCATION, "revocation-0", "http://127.0.0.1:8000", b"{}"),
        (REVOCATION, "revocation-0", "http://127.0.0.1:8000", b""),
    ],
)
def test_another_list_is_no_list_of_that_name(
    unaudited: SmallRegister,
    certificate: int,
    purpose: StatusPurpose,
    name: str,
    web_origin: str,
    body: bytes | None,
) -> None:
    finding = publish_list(unaudited, [], purpose=purpose, name=name, web_origin=web_origin, body=body)
    assert finding is not None
    assert finding.code == "status_list_malformed"


def test_a_list_is_signed_by_a_status_key_of_the_register(unaudited: SmallRegister, certificate: int) -> None:
    stranger = seeded_key(KeyRole.STATUS, 55)
    finding = publish_list(unaudited, [], key=stranger)
    assert finding is not None
    assert finding.code == "status_list_signature"


def test_a_retired_status_key_signs_no_more(unaudited: SmallRegister, certificate: int) -> None:
    assert publish_list(unaudited, []) is None
    gone = retirement(log_origin=ORIGIN, identity=STATUS_KEY.key_id, root=unaudited.root, reason="rotated")
    append_keys(unaudited.writer, [gone])
    assert unaudited.audited().clean
    finding = publish_list(unaudited, [])
    assert finding is not None
    assert finding.code == "status_list_signature"


def test_what_the_register_publishes_is_clean_after_every_act(
    on_sqlite: SmallRegister,
) -> None:
    on_sqlite.introduce(STATUS_KEY)
    first = on_sqlite.approve([a_record(serial) for serial in range(1, 6)]).first_index + 1
    for act, certificate in (
        (ActKind.ANNULLED, first),
        (ActKind.REINSTATED, first),
        (ActKind.REISSUED, first + 1),
        (ActKind.ERASED, first + 2),
    ):
        on_sqlite.act(certificate, act)
        publish(on_sqlite)
        report = on_sqlite.audited()
        assert report.clean, report.finding


def test_bits_replayed_are_the_registers_at_every_size(original: SmallRegister) -> None:
    """Two ways to the same bits: the register's own look at the chains, and the audit's replay."""
    replay, size = LogReplay(ORIGIN), original.stored_size()
    with original.reader() as reader:
        replay.feed(reader.log.bodies(0, size), Replayed())
        act_indexes = [index for index, _ in reader.log.landmarks(("act",), 0, size)]
        assert len(act_indexes) == 8
        for at in (0, *act_indexes, *(index + 1 for index in act_indexes), size):
            for purpose, ordinals in set_ordinals(reader, at).items():
                bits = replay.status.bits(purpose, 0, at)
                assert {place for place in range(400) if bits[place >> 3] & 0x80 >> (place & 7)} == ordinals


def test_ordinals_beyond_the_first_list_go_into_the_next() -> None:
    bits = StatusBits()
    bits.follow(7, ChainState.ANNULLED, [LIST_ENTRIES + 9])
    assert bits.bits(REVOCATION, 0, 8) == bytes(LIST_ENTRIES // 8)
    assert bits.bits(REVOCATION, 1, 8)[:2] == b"\x00\x40"
    assert bits.bits(REVOCATION, 1, 7) == bytes(LIST_ENTRIES // 8)
    bits.follow(8, ChainState.VALID, [LIST_ENTRIES + 9])
    assert bits.bits(REVOCATION, 1, 9) == bytes(LIST_ENTRIES // 8)
    assert bits.bits(REVOCATION, 1, 8)[:2] == b"\x00\x40"
