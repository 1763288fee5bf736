"""What a reviewer may let in: refused rows never, flagged rows by an explicit word, and what is known."""

from collections.abc import Sequence
from datetime import date

import pytest

from registry.ledger.admission import approval_root
from registry.ledger.entries import bureau_message, signed_by, stamped
from registry.review.decide import (
    BATCH_TABLE,
    Decision,
    ProposedApproval,
    propose_approval,
    row_key,
    rows_to_approve,
)
from registry.review.errors import (
    BatchRefused,
    FlagsUndecided,
    NothingToApprove,
    ReviewError,
    RowRefused,
    RowUnknown,
)
from registry.rules.identity_documents import IdentityFault
from registry.storage.batch_rows import StoredBatch, StoredBatchRow
from registry.storage.errors import SealBroken
from registry.storage.vault import Vault
from signing.commitment import commitment, new_seed
from signing.encoding import b64url_decode, b64url_encode
from signing.errors import BadSignature, WrongKeyRole
from signing.keys import KeyRole, verify
from tests.registry.ledger.builders import CHANGSHA, ORIGIN, PREFIX, START, a_record, seeded_key

VAULT = Vault(record_keys={"1": b"r" * 32}, blind_key=b"b" * 32)
BUREAU = seeded_key(KeyRole.BUREAU, 3)
TODAY = date(2026, 1, 5)
BATCH_ID = b"\x01" * 16


def a_batch(findings: str = "[]", legacy: str = "") -> StoredBatch:
    return StoredBatch(
        id=BATCH_ID,
        prefix=PREFIX,
        received_on="2026-01-05",
        received_at="2026-01-05T01:00:00Z",
        form5_name="form5.xlsx",
        form4_name="form4.xlsx",
        form5=b"",
        form4=b"",
        salt=b"s" * 32,
        form5_mac=b"5" * 32,
        form4_mac=b"4" * 32,
        findings=findings,
        legacy=legacy,
        row_count=4,
    )


def a_row(row: int, *, refused: bool = False, flagged: bool = False, **over: str) -> StoredBatchRow:
    record = a_record(row, **over)
    sealed = b"" if refused else VAULT.seal_record(BATCH_TABLE, row_key(BATCH_ID, row), record, new_seed())
    return StoredBatchRow(row, refused, flagged, "[]", sealed)


ROWS = [
    a_row(3),
    a_row(4, refused=True),
    a_row(5, flagged=True),
    a_row(6),
    a_row(7, refused=True, flagged=True),
]


def chosen(decision: Decision, rows: Sequence[StoredBatchRow] = ROWS) -> list[int]:
    return [each.row for each in rows_to_approve(a_batch(), rows, decision)]


def refusal(decision: Decision, error: type[ReviewError]) -> ReviewError:
    with pytest.raises(error) as raised:
        chosen(decision)
    assert type(raised.value) is error
    return raised.value


def test_rows_enter_unless_refused_flagged_or_rejected() -> None:
    assert chosen(Decision(accepted_flags=frozenset({5}))) == [3, 5, 6]
    assert chosen(Decision(rejected={5: "unclear"})) == [3, 6]
    assert chosen(Decision(rejected={3: "unclear"}, accepted_flags=frozenset({5}))) == [5, 6]


def test_flagged_rows_need_the_reviewers_word() -> None:
    error = refusal(Decision(), FlagsUndecided)
    assert isinstance(error, FlagsUndecided)
    assert error.rows == (5,)


def test_refused_rows_are_never_approved() -> None:
    for accepted in ({4}, {5, 7}, {4, 5, 7}):
        error = refusal(Decision(accepted_flags=frozenset(accepted)), RowRefused)
        assert isinstance(error, RowRefused)
        assert set(error.rows) == accepted & {4, 7}


def test_a_refused_row_may_be_rejected_as_well() -> None:
    assert chosen(Decision(rejected={4: "unclear", 5: "unclear"})) == [3, 6]


def test_unknown_rows_are_named() -> None:
    for decision, unknown in (
        (Decision(accepted_flags=frozenset({5, 99})), (99,)),
        (Decision(rejected={2: "unclear", 1: "unclear"}, accepted_flags=frozenset({5})), (1, 2)),
    ):
        error = refusal(decision, RowUnknown)
        assert isinstance(error, RowUnknown)
        assert error.rows == unknown


def test_a_batch_with_a_finding_on_the_whole_is_never_approved() -> None:
    with pytest.raises(BatchRefused):
        rows_to_approve(a_batch(findings='[{"code":"R16"}]'), ROWS, Decision(accepted_flags=frozenset({5})))


def test_nothing_is_not_approved() -> None:
    for rows in ([], [a_row(3, refused=True)]):
        with pytest.raises(NothingToApprove):
            rows_to_approve(a_batch(), rows, Decision())
    with pytest.raises(NothingToApprove):
        rows_to_approve(a_batch(), [a_row(3)], Decision(rejected={3: "unclear"}))


def proposed(rows: Sequence[StoredBatchRow], legacy: str = "") -> ProposedApproval:
    return propose_approval(
        a_batch(legacy=legacy),
        rows,
        bureau=CHANGSHA,
        vault=VAULT,
        today=TODAY,
    )


def test_what_is_proposed_covers_exactly_these_rows() -> None:
    rows = [a_row(row) for row in range(3, 20)]
    proposal = proposed(rows)
    commitments = [each.commitment for each in proposal.certificates]
    assert commitments == sorted(commitments)
    opened = [VAULT.open_record(BATCH_TABLE, row_key(BATCH_ID, row.row), row.sealed) for row in rows]
    assert set(commitments) == {commitment(record, seed) for record, seed in opened}
    assert proposal.content["count"] == len(rows)
    assert b64url_decode(str(proposal.content["root"])) == approval_root(commitments)
    assert (proposal.content["form5"], proposal.content["form4"]) == (
        b64url_encode(b"5" * 32),
        b64url_encode(b"4" * 32),
    )


def test_a_proposal_names_no_person_and_no_row() -> None:
    content = proposed([a_row(3)]).content
    assert set(content) == {
        "type", "batch", "institution", "bureau", "count", "root", "form5", "form4",
    }  # fmt: skip
    legacy = proposed([a_row(3)], legacy="示例市2023年审核").content
    assert legacy.keys() - content.keys() == {"legacy", "earlier_review"}
    assert (legacy["legacy"], legacy["earlier_review"]) == (True, "示例市2023年审核")


def test_a_proposed_certificate_is_sealed_under_its_commitment() -> None:
    (certificate,) = proposed([a_row(3)]).certificates
    record, seed = VAULT.open_record("record", certificate.commitment, certificate.sealed)
    assert commitment(record, seed) == certificate.commitment
    assert certificate.number == record.number
    assert certificate.person == VAULT.person("201", record.id_number)


def test_a_row_that_was_moved_or_altered_is_not_proposed() -> None:
    row = a_row(3)
    altered = bytearray(row.sealed)
    altered[-1] ^= 1
    for wrong in (
        StoredBatchRow(4, False, False, "[]", row.sealed),
        StoredBatchRow(3, False, False, "[]", bytes(altered)),
        StoredBatchRow(3, False, False, "[]", b""),
    ):
        with pytest.raises(SealBroken):
            proposed([wrong])


def test_a_row_whose_document_is_none_is_not_proposed() -> None:
    with pytest.raises(IdentityFault):
        proposed([a_row(3, id_number="430102199003074516")])


def test_only_a_bureaus_key_signs_an_approval() -> None:
    content = proposed([a_row(3)]).content
    approval = signed_by(BUREAU, content, ORIGIN)
    assert approval["key"] == BUREAU.key_id
    stamped(approval, START)
    signature = b64url_decode(str(approval["signature"]), length=64)
    verify(BUREAU.public, bureau_message(ORIGIN, approval), signature)
    with pytest.raises(BadSignature):
        verify(BUREAU.public, bureau_message("log.example/another", approval), signature)
    for role in KeyRole:
        if role is not KeyRole.BUREAU:
            with pytest.raises(WrongKeyRole):
                signed_by(seeded_key(role, 9), content, ORIGIN)
