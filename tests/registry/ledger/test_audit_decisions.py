"""Records of decisions that their owner rewrote: what a bureau did not sign about its own batch is found."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from registry.ledger.audit_report import Check, Finding, FindingCode
from registry.ledger.entries import signed
from registry.review.record import signed_decision
from signing.encoding import canonical_json
from signing.keys import KeyRole, SigningKey
from tests.registry.ledger.builders import ORIGIN, SmallRegister, seeded_key
from tests.registry.ledger.lived_in import RETURNED, UPLOADED, a_return
from tests.registry.ledger.tampering import altered

Content = dict[str, Any]


def found_after(register: SmallRegister, batch: bytes, change: Callable[[Content], Content]) -> Finding:
    """What the audit finds once the decision on a batch was rewritten."""
    with altered(register) as database:
        (content,) = _one(database, batch)
        rewritten = canonical_json(change(json.loads(content))).decode()
        assert rewritten != content
        database.execute("UPDATE decision SET content = ? WHERE batch = ?", (rewritten, batch))
        database.commit()
        finding = register.audited().finding
    assert finding is not None
    assert (finding.table, finding.code) in {
        ("decision", FindingCode.ROW_DIFFERS),
        ("batch", FindingCode.ROW_DIFFERS),
    }
    return finding


def _one(database: sqlite3.Connection, batch: bytes) -> tuple[str]:
    found: tuple[str] = database.execute("SELECT content FROM decision WHERE batch = ?", (batch,)).fetchone()
    return found


def signed_again(key: SigningKey, **over: Any) -> Callable[[Content], Content]:
    """The record with other fields, under a signature of that key."""

    def change(content: Content) -> Content:
        return dict(signed({**content, "key": key.key_id, **over}, key, ORIGIN))

    return change


@pytest.mark.parametrize("batch", [UPLOADED, RETURNED], ids=["approved", "returned"])
@pytest.mark.parametrize(
    "over",
    [
        {"rejected": {}, "rows": 3},
        {"rejected": {"not_assessed": [3]}},
        {"accepted": {"document_checked": [5]}},
        {"samples": {}},
        {"prepared_by": "otto"},
        {"confirmed_by": "otto"},
        {"signed_by": "otto"},
        {"signed_at": "2026-01-04T01:00:00Z"},
        {"custody": "register"},
        {"refused": 0},
        {"rows": 5},
    ],
    ids=lambda over: "+".join(over),
)
def test_no_word_of_a_decision_can_be_rewritten(owned: SmallRegister, batch: bytes, over: Content) -> None:
    if over == {"samples": {}} and batch == UPLOADED:
        over = {"samples": {"bureau": {}}}
    assert found_after(owned, batch, lambda content: {**content, **over}).table == "decision"


def test_not_even_by_whoever_has_another_bureaus_key_or_one_of_their_own(owned: SmallRegister) -> None:
    stranger = seeded_key(KeyRole.BUREAU, 99)
    for key in (owned.other_bureau, owned.province, stranger):
        for batch in (UPLOADED, RETURNED):
            assert found_after(owned, batch, signed_again(key, prepared_by="otto")).table == "decision"


def test_a_record_is_not_another_batchs(owned: SmallRegister) -> None:
    other = signed_decision(a_return(), None, owned.bureau, ORIGIN)
    assert found_after(owned, UPLOADED, lambda _: dict(other)).table == "decision"


def test_even_the_bureau_cannot_say_other_numbers_of_rows_than_were_received(owned: SmallRegister) -> None:
    for over in (
        {"rows": 5, "rejected": {"not_assessed": [6]}},
        {"refused": 0, "rejected": {"not_assessed": [6]}},
    ):
        finding = found_after(owned, UPLOADED, signed_again(owned.bureau, **over))
        assert (finding.check, finding.table, finding.column) == (Check.BATCHES, "batch", "row_count")


def test_an_approval_whose_record_is_gone_is_found(owned: SmallRegister) -> None:
    with altered(owned) as database:
        database.execute("DELETE FROM decision WHERE batch = ?", (UPLOADED,))
        database.commit()
        finding = owned.audited().finding
    assert finding is not None
    assert (finding.code, finding.table, finding.key) == (
        FindingCode.ROW_MISSING,
        "decision",
        UPLOADED.hex(),
    )
