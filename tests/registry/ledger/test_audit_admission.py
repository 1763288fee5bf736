"""What a writer without rules could append, the audit refuses: the log key alone makes no certificate.

Each test appends through the real writer, properly hashed, published and signed by the log, but admits
content that no admission would.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from registry.ledger.audit_report import Check, Finding
from registry.ledger.entries import (
    ActKind,
    Entry,
    certificate_bodies,
    entry_bytes,
    signed,
    signed_by,
    stamped,
)
from registry.ledger.key_history import Custody, introduction, retirement
from registry.ledger.writer import Addition, LogHead
from signing.encoding import b64url_encode, rfc3339
from signing.keys import KeyRole, SigningKey
from tests.registry.ledger.builders import (
    CHANGSHA,
    ORIGIN,
    PROVINCE,
    START,
    ZHUZHOU,
    SmallRegister,
    a_filing,
    a_record,
    seeded_key,
)

BATCH = (1).to_bytes(16, "big")


def smuggle(register: SmallRegister, bodies: Callable[[LogHead], Sequence[bytes]]) -> Finding:
    """Appends entries without any check, and says what the audit finds."""
    register.writer.append(lambda head: Addition(bodies(head)))
    assert not register.is_unpublished()
    finding = register.audited().finding
    assert finding is not None
    return finding


def batch_of(
    register: SmallRegister, over: Entry | None = None, by: SigningKey | None = None
) -> Callable[[LogHead], list[bytes]]:
    """An approval with its three certificates, some of its fields replaced before it is signed."""
    certificates = register.prepared([a_record(serial) for serial in (1, 2, 3)])
    content = signed({**register.approval(certificates), **(over or {})}, by or register.bureau, ORIGIN)
    commitments = [each.commitment for each in certificates]
    return lambda head: [stamped(content, head.at), *certificate_bodies(BATCH, commitments, head.at)]


def reason(finding: Finding) -> tuple[str, str]:
    assert finding.table == "entry"
    return finding.key, finding.detail.get("reason", finding.code)


@pytest.fixture
def size(unaudited: SmallRegister) -> int:
    return unaudited.stored_size()


def test_an_approval_of_another_bureau(unaudited: SmallRegister, size: int) -> None:
    other = unaudited.other_bureau
    finding = smuggle(unaudited, batch_of(unaudited, {"bureau": ZHUZHOU, "key": other.key_id}, other))
    assert reason(finding) == (str(size), "not_the_responsible_bureau")


def test_an_approval_under_another_bureaus_key(unaudited: SmallRegister, size: int) -> None:
    finding = smuggle(unaudited, batch_of(unaudited, by=unaudited.other_bureau))
    assert reason(finding) == (str(size), "signature_wrong")


def test_an_approval_under_a_retired_key(unaudited: SmallRegister, size: int) -> None:
    gone = retirement(
        log_origin=ORIGIN, identity=unaudited.bureau.key_id, root=unaudited.root, reason="rotated"
    )
    batch = batch_of(unaudited)
    finding = smuggle(unaudited, lambda head: [stamped(gone, head.at), *batch(head)])
    assert finding.key == str(size + 1)
    assert finding.detail["reason"] == "key_retired"


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"count": 2}, "count_differs"),
        ({"root": b64url_encode(bytes(32))}, "root_differs"),
        ({"institution": "S000043990009"}, "institution_unknown"),
        ({"count": 0}, "count_differs"),
    ],
)
def test_an_approval_that_does_not_cover_its_certificates(
    unaudited: SmallRegister, size: int, over: Entry, why: str
) -> None:
    finding = smuggle(unaudited, batch_of(unaudited, over))
    expected = "root_differs" if over == {"count": 2} else why
    assert (finding.key, finding.detail["reason"]) == (str(size), expected)


def test_an_approval_with_too_few_certificates(unaudited: SmallRegister, size: int) -> None:
    finding = smuggle(unaudited, batch_of(unaudited, {"count": 4}))
    assert (finding.code, finding.key) == ("approval_incomplete", str(size))
    assert finding.detail == {"count": "4", "certificates": "3"}


def test_an_approval_with_something_else_among_its_certificates(unaudited: SmallRegister, size: int) -> None:
    batch = batch_of(unaudited)
    other: Entry = {"type": "filing", "number_prefix": "S000043990009"}
    finding = smuggle(unaudited, lambda head: [*batch(head)[:3], stamped(other, head.at), *batch(head)[3:]])
    assert (finding.code, finding.key) == ("approval_incomplete", str(size))


def test_a_filing_that_the_province_did_not_sign(unaudited: SmallRegister, size: int) -> None:
    wider = a_filing(filing_number="示例备〔2024〕9号")
    (entry,) = replace(unaudited, province=unaudited.other_bureau).filing_entries(a_filing(), wider)
    finding = smuggle(unaudited, lambda head: [stamped(entry, head.at)])
    assert reason(finding) == (str(size), "key_of_another_bureau")


def test_a_filing_entry_that_is_put_in_twice(unaudited: SmallRegister, size: int) -> None:
    (entry,) = unaudited.filing_entries(a_filing(), a_filing(filing_number="示例备〔2024〕9号"))
    finding = smuggle(unaudited, lambda head: [stamped(entry, head.at), stamped(entry, head.at)])
    assert reason(finding) == (str(size + 1), "filing_moved_on")


def test_a_certificate_without_an_approval(unaudited: SmallRegister, size: int) -> None:
    finding = smuggle(unaudited, lambda head: certificate_bodies(BATCH, [b"c" * 32], head.at))
    assert (finding.code, finding.key, finding.check) == (
        "certificate_uncovered",
        str(size),
        Check.APPROVALS,
    )


def test_a_certificate_behind_an_approval_that_is_full(unaudited: SmallRegister, size: int) -> None:
    batch = batch_of(unaudited)
    finding = smuggle(
        unaudited, lambda head: [*batch(head), *certificate_bodies(BATCH, [b"\xff" * 32], head.at)]
    )
    assert (finding.code, finding.key) == ("certificate_uncovered", str(size + 4))


def test_a_certificate_of_another_batch_or_moment(unaudited: SmallRegister, size: int) -> None:
    batch = batch_of(unaudited)

    def foreign(head: LogHead) -> list[bytes]:
        bodies = batch(head)
        return [*bodies[:2], bodies[2].replace(b64url_encode(BATCH).encode(), b"A" * 22), bodies[3]]

    finding = smuggle(unaudited, foreign)
    assert (finding.code, finding.key) == ("certificate_uncovered", str(size + 2))
    assert finding.offset == len('{"at":"2026-01-05T01:00:00Z","batch":"') + 21


def test_swapped_certificates(unaudited: SmallRegister, size: int) -> None:
    batch = batch_of(unaudited)
    finding = smuggle(unaudited, lambda head: [batch(head)[at] for at in (0, 2, 1, 3)])
    assert reason(finding) == (str(size), "order_differs")


def test_a_batch_approved_twice(unaudited: SmallRegister) -> None:
    unaudited.approve([a_record(9)], batch=1)
    size = unaudited.stored_size()
    finding = smuggle(unaudited, batch_of(unaudited))
    assert reason(finding) == (str(size), "batch_already_approved")


@pytest.mark.parametrize(
    ("over", "who", "why"),
    [
        ({"bureau": ZHUZHOU}, "other_bureau", "not_the_responsible_bureau"),
        ({}, "other_bureau", "signature_wrong"),
        ({"bureau": PROVINCE}, "bureau", "key_of_another_bureau"),
        ({"previous": 3}, "bureau", "chain_moved_on"),
        ({"index": 3}, "bureau", "certificate_unknown"),
        ({"index": 6}, "bureau", "certificate_unknown"),
        ({"index": 9_999}, "bureau", "certificate_unknown"),
        ({"act": "reinstated"}, "bureau", "act_not_possible"),
        ({"act": "superseded"}, "bureau", "malformed_entry"),
        ({"act": "superseded", "by": 7}, "bureau", "certificate_unknown"),
        ({"act": "superseded", "by": 6}, "bureau", "certificate_unknown"),
        ({"commitment": b64url_encode(bytes(32))}, "bureau", "malformed_entry"),
    ],
)
def test_an_act_that_no_one_would_admit(unaudited: SmallRegister, over: Entry, who: str, why: str) -> None:
    certificate = unaudited.approve([a_record(1)]).first_index + 1
    assert certificate == 7
    key: SigningKey = getattr(unaudited, who)
    named: Entry = {} if why == "signature_wrong" else {"key": key.key_id}
    content = {**unaudited.act_content(certificate, ActKind.ANNULLED), **named, **over}
    act = signed(content, key, ORIGIN)
    finding = smuggle(unaudited, lambda head: [stamped(act, head.at)])
    assert reason(finding) == ("8", why)
    assert finding.check is Check.ACTS


def test_a_second_act_on_the_same_head(unaudited: SmallRegister) -> None:
    certificate = unaudited.approve([a_record(1)]).first_index + 1
    content = unaudited.act_content(certificate, ActKind.REISSUED)
    unaudited.act(certificate, ActKind.REISSUED)
    act = signed(content, unaudited.bureau, ORIGIN)
    finding = smuggle(unaudited, lambda head: [stamped(act, head.at)])
    assert finding.detail["reason"] == "chain_moved_on"


def test_a_key_that_the_root_did_not_introduce(unaudited: SmallRegister, size: int) -> None:
    stranger = seeded_key(KeyRole.ROOT, 66)
    content = introduction(
        log_origin=ORIGIN,
        key=seeded_key(KeyRole.BUREAU, 67),
        root=stranger,
        custody=Custody.REGISTER,
        valid_from=rfc3339(START),
        bureau=CHANGSHA,
    )
    finding = smuggle(unaudited, lambda head: [stamped(content, head.at)])
    assert reason(finding) == (str(size), "signature_wrong")
    assert finding.check is Check.KEYS_AND_FILINGS


def test_a_filing_entry_that_changes_nothing_that_stands(unaudited: SmallRegister, size: int) -> None:
    bare: Entry = {"type": "filing", "number_prefix": "S000043990009", "filing_number": "1", "sequence": 0}
    content = signed_by(unaudited.province, bare, ORIGIN)
    finding = smuggle(unaudited, lambda head: [stamped(content, head.at)])
    assert reason(finding) == (str(size), "malformed_filing_entry")


def test_time_that_runs_back(unaudited: SmallRegister, size: int) -> None:
    content: Entry = {"type": "filing", "number_prefix": "S000043990009"}
    finding = smuggle(unaudited, lambda head: [stamped(content, START - timedelta(days=1))])
    assert (finding.code, finding.key, finding.offset) == ("time_decreases", str(size), 7)


def test_an_entry_with_something_riding_along(unaudited: SmallRegister, size: int) -> None:
    content: Entry = {
        "type": "status",
        "list": "revocation-0",
        "sha256": b64url_encode(bytes(32)),
        "size": 0,
        "remark": "示例甲",
        "v": 1,
    }
    body = {**content, "at": rfc3339(START + timedelta(days=1))}
    finding = smuggle(unaudited, lambda head: [entry_bytes(body)])
    assert (finding.code, finding.key) == ("entry_malformed", str(size))
    assert entry_bytes(body)[finding.offset :].startswith(b'"remark"')


def test_a_status_entry_about_the_future(unaudited: SmallRegister, size: int) -> None:
    content: Entry = {"type": "status", "list": "revocation-0", "sha256": b64url_encode(bytes(32))}
    finding = smuggle(unaudited, lambda head: [stamped({**content, "size": size + 1}, head.at)])
    assert reason(finding) == (str(size), "size")
