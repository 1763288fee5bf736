"""Behind the 131,072nd commitment of the log a second list of each purpose begins, and both are kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from registry.ledger.append import PreparedCertificate, append_approval
from registry.ledger.entries import ActKind, signed
from registry.status import publish_status_lists
from signing.encoding import Json
from signing.keys import KeyRole
from signing.status_list import LIST_ENTRIES, StatusList, parse_status_list, status_entries
from tests.registry.ledger.builders import ORIGIN, SmallRegister, a_record, around, seeded_key, small_register

WEB = "https://skills.example"
_STATUS = seeded_key(KeyRole.STATUS, 9)
_NAMES = ("revocation-0", "revocation-1", "supersession-0", "supersession-1")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallRegister]:
    """A register whose first list is full but for two: commitments of nothing, made in seconds."""
    register = small_register(tmp_path_factory.mktemp("grown"))
    register.introduce(_STATUS)
    hollow = [_hollow(serial) for serial in range(LIST_ENTRIES - 2)]
    hollow.sort(key=lambda each: each.commitment)
    content = signed(register.approval(hollow), register.bureau, ORIGIN)
    append_approval(register.writer, around(content, register.bureau), hollow)
    yield register
    register.close()


def _hollow(serial: int) -> PreparedCertificate:
    digest = sha256(serial.to_bytes(4, "big")).digest()
    return PreparedCertificate(digest, f"S00004399000125{3 + serial % 3}{serial // 3 + 1:06}", b"", b"", b"")


def _publish(register: SmallRegister) -> int:
    with register.reader() as reader:
        return publish_status_lists(
            register.writer, reader, key=_STATUS, web_origin=WEB, now=register.clock()
        )


def _lists(register: SmallRegister) -> dict[str, StatusList]:
    with register.reader() as reader:
        stored = {name: reader.log.status_list(name) for name in _NAMES}
    return {name: parse_status_list(body) for name, body in stored.items() if body is not None}


def _count(found: StatusList) -> int:
    return int.from_bytes(found.bits, "big").bit_count()


def test_positions_go_on_in_the_second_list(grown: SmallRegister) -> None:
    assert _publish(grown) == 2
    assert set(_lists(grown)) == {"revocation-0", "supersession-0"}

    # Three certificates and a correction: ordinals 131,070 to 131,073.
    records = [a_record(serial) for serial in (900_001, 900_002, 900_003)]
    first = grown.approve(records, batch=2).first_index + 1
    with grown.reader() as reader:
        number = reader.records.number_of(first)
    (corrected,) = (each for each in records if each.number == number)
    grown.correct(first, replace(corrected, name="示例改名"))
    with grown.reader() as reader:
        ordinals = [reader.ordinal(first + at, first + at) for at in range(3)]
    assert ordinals == [LIST_ENTRIES - 2, LIST_ENTRIES - 1, LIST_ENTRIES]
    grown.act(first + 2, ActKind.ANNULLED)

    # The corrected version lies in the old list, the annulled certificate in the new one.
    assert _publish(grown) == 3
    lists = _lists(grown)
    assert set(lists) == set(_NAMES)
    assert {name: _count(each) for name, each in lists.items()} == {
        "revocation-0": 0,
        "revocation-1": 1,
        "supersession-0": 1,
        "supersession-1": 0,
    }
    assert lists["revocation-1"].is_set(0)
    assert lists["supersession-0"].is_set(LIST_ENTRIES - 2)
    assert lists["revocation-1"].url == f"{WEB}/status/revocation-1"
    assert [each["statusListCredential"] for each in _entries(LIST_ENTRIES)] == [
        f"{WEB}/status/revocation-1",
        f"{WEB}/status/supersession-1",
    ]
    assert _publish(grown) == 0

    # A day later all four are renewed, also those in which nothing is set.
    grown.clock.now += timedelta(days=1, minutes=1)
    assert _publish(grown) == 4


def _entries(ordinal: int) -> list[dict[str, Json]]:
    return [each for each in status_entries(WEB, ordinal) if isinstance(each, dict)]
