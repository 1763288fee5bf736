"""Verification receipts: what they state can be read, and every way in which they must not pass."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from apsig import ProofVerifier  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.data_integrity import sign_document
from signing.did import DidKey, did_document
from signing.encoding import canonical_json
from signing.errors import MalformedEncoding, WrongKeyRole
from signing.form_errors import MalformedVerificationReceipt
from signing.keys import KeyRole, SigningKey
from signing.multibase import multikey
from signing.outcomes import Outcome, failed, passed
from signing.report import Conclusion, FormKind, Report
from signing.trust import Trust, trust_from_files
from signing.verification_receipt import parse_verification_receipt
from signing.verification_statement import (
    Given,
    GivenKind,
    Question,
    VerificationStatement,
    stated_steps,
)
from signing.verification_statement_json import statement_json
from signing.verifier import verify
from tests.signing.sample_forms import DID, KEYS, NOW, ORIGIN, WITNESS, trust, trust_files
from tests.signing.sample_receipts import (
    CHECKED_AT,
    FORGED,
    HELD,
    NOT_FOUND,
    STATEMENT,
    WITNESSED,
    receipt,
    reworded,
)

TRUST = trust()
RECEIPT = receipt()


def _failures(report: Report) -> dict[str, str]:
    return {step.name: step.reason for step in report.steps if step.outcome is Outcome.FAILED}


def _with_keys(keys: list[DidKey]) -> Trust:
    return trust_from_files({**trust_files(), "did.json": did_document(ORIGIN, keys)})


def _with_witness() -> Trust:
    return trust_from_files({**trust_files(), "witnesses": f"quorum 1\n{WITNESS}\n".encode()})


@pytest.mark.parametrize(
    ("statement", "exit_code"),
    [(STATEMENT, 0), (NOT_FOUND, 1), (FORGED, 1)],
    ids=["valid", "unknown", "forged"],
)
def test_a_receipt_says_what_was_stated_then_and_leaves_today_open(
    statement: VerificationStatement, exit_code: int
) -> None:
    report = verify(receipt(statement), TRUST, NOW)
    assert (report.kind, report.conclusion) == (FormKind.VERIFICATION_RECEIPT, Conclusion.STATED_THEN)
    assert (report.signed, report.registered, report.in_force) == (
        Outcome.PASSED,
        Outcome.PASSED,
        Outcome.NOT_CHECKED,
    )
    assert report.stated == statement
    assert report.fields == {}
    assert report.exit_code == exit_code


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert receipt() == RECEIPT
    assert parse_verification_receipt(RECEIPT)[0] == STATEMENT


def test_another_program_verifies_the_proof_and_refuses_an_altered_receipt() -> None:
    verifier = ProofVerifier(multikey(KEYS[KeyRole.RECEIPT].public))
    # It takes the proof value out of what it is given, so each time it gets a document of its own.
    assert verifier.verify_proof(json.loads(RECEIPT)) == json.loads(RECEIPT)["proof"]["verificationMethod"]
    altered = json.loads(
        reworded(RECEIPT, '"conclusion":"authentic_and_in_force"', '"conclusion":"annulled"')
    )
    assert verifier.verify_proof(altered) is None


def test_only_a_key_for_receipts_signs_one() -> None:
    with pytest.raises(WrongKeyRole):
        receipt(key=KEYS[KeyRole.CREDENTIAL])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"conclusion":"authentic_and_in_force"', '"conclusion":"annulled"', "bad_signature"),
        ('"sha256":"ab', '"sha256":"aa', "bad_signature"),
        ('"checkedAt":"2025-09-30', '"checkedAt":"2025-09-29', "proof_malformed"),
        ('"proofPurpose":"assertionMethod"', '"proofPurpose":"authentication"', "proof_malformed"),
    ],
)
def test_a_receipt_with_one_value_altered_is_not_authentic(old: str, new: str, reason: str) -> None:
    report = verify(reworded(RECEIPT, old, new), TRUST, NOW)
    assert report.conclusion is Conclusion.NOT_AUTHENTIC
    assert _failures(report)["statement_signed"] == reason
    assert report.exit_code == 1


def test_a_key_of_another_role_or_register_or_one_that_leaked_is_not_believed() -> None:
    body = statement_json(STATEMENT)
    credential_key = KEYS[KeyRole.CREDENTIAL]
    method = f"{DID}#credential-{credential_key.key_id}"
    by_credential_key = canonical_json(
        sign_document(body, credential_key, method=method, created_at=CHECKED_AT)
    )
    strange = receipt(key=SigningKey.from_seed(KeyRole.RECEIPT, bytes([99]) * 32))
    elsewhere = receipt(replace(STATEMENT, issuer="did:web:other.example"))
    for data in (by_credential_key, strange, elsewhere):
        report = verify(data, TRUST, NOW)
        assert _failures(report) == {"statement_key": "unknown_key"}
        assert report.conclusion is Conclusion.NOT_AUTHENTIC
    leaked = _with_keys([DidKey(KeyRole.RECEIPT, KEYS[KeyRole.RECEIPT].public, NOW - timedelta(hours=1))])
    assert _failures(verify(RECEIPT, leaked, NOW)) == {"statement_key": "unknown_key"}
    assert verify(RECEIPT, leaked, NOW - timedelta(hours=2)).conclusion is Conclusion.STATED_THEN


def test_a_receipt_stays_good_when_its_key_was_rotated_out() -> None:
    newer = SigningKey.from_seed(KeyRole.RECEIPT, bytes([77]) * 32)
    both = _with_keys([DidKey(KeyRole.RECEIPT, key.public) for key in (KEYS[KeyRole.RECEIPT], newer)])
    assert verify(RECEIPT, both, NOW).conclusion is Conclusion.STATED_THEN


def test_a_receipt_from_the_future_is_refused() -> None:
    report = verify(RECEIPT, TRUST, CHECKED_AT - timedelta(minutes=6))
    assert _failures(report)["statement_period"] == "stated_in_the_future"


def test_the_checkpoint_inside_has_to_be_the_logs_and_the_witnesses() -> None:
    assert _failures(verify(RECEIPT, _with_witness(), NOW)) == {"witnesses_cosigned": "too_few_cosignatures"}
    witnessed = receipt(replace(STATEMENT, checkpoint=WITNESSED))
    assert verify(witnessed, _with_witness(), NOW).conclusion is Conclusion.STATED_THEN
    other = receipt(replace(STATEMENT, checkpoint=STATEMENT.checkpoint.replace("\n2\n", "\n3\n")))
    assert _failures(verify(other, TRUST, NOW)) == {"checkpoint_signed_by_log": "bad_signature"}
    none = receipt(replace(STATEMENT, checkpoint="no note"))
    assert _failures(verify(none, TRUST, NOW)) == {"checkpoint_signed_by_log": "checkpoint_malformed"}


_LIST = STATEMENT.status_lists[0]
_SIGNED_FAILED = stated_steps(Question.SIGNED, (failed("credential_signed", "bad_signature"),))
_NUMBER_GOOD = stated_steps(Question.REGISTERED, (passed("number_registered"),))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (replace(STATEMENT, certificate=replace(HELD, entry_index=2)), "entry_behind_checkpoint"),
        (replace(STATEMENT, given=replace(STATEMENT.given, entry_index=2)), "entry_behind_checkpoint"),
        (replace(STATEMENT, status_lists=(replace(_LIST, name="other-0"),)), "status_list_implausible"),
        (
            replace(STATEMENT, status_lists=(replace(_LIST, valid_from=NOW),)),
            "status_list_implausible",
        ),
        (replace(STATEMENT, steps=_SIGNED_FAILED), "conclusion_contradicts_steps"),
        (replace(STATEMENT, certificate=None, filings=None), "conclusion_contradicts_steps"),
        (replace(STATEMENT, name_match=None), "conclusion_contradicts_steps"),
        (
            replace(STATEMENT, given=Given(GivenKind.NUMBER, NOT_FOUND.given.number)),
            "conclusion_contradicts_steps",
        ),
        (replace(NOT_FOUND, steps=_NUMBER_GOOD), "conclusion_contradicts_steps"),
        (replace(NOT_FOUND, certificate=HELD), "conclusion_contradicts_steps"),
        (replace(FORGED, steps=STATEMENT.steps), "conclusion_contradicts_steps"),
    ],
)
def test_a_statement_that_contradicts_itself_is_not_passed_though_it_is_signed(
    statement: VerificationStatement, reason: str
) -> None:
    report = verify(receipt(statement), TRUST, NOW)
    assert _failures(report) == {"statement_consistent": reason}
    assert report.conclusion is Conclusion.NOT_AUTHENTIC


def test_a_document_with_a_key_too_many_or_of_another_spelling_is_not_read() -> None:
    document = json.loads(RECEIPT)
    held = document["certificate"]
    broken = [
        {**document, "idNumber": "430102199003074515"},
        {**document, "certificate": {**held, "name": "示例甲"}},
        {**document, "certificate": {**held, "level": True}},
        {**document, "certificate": {**held, "entryIndex": 1.5}},
        {**document, "name": ""},
        {**document, "given": {**document["given"], "number": "S000043990001253000001"}},
        {**document, "given": {**document["given"], "sha256": "AB" * 32}},
        {**document, "signed": "failed"},
        {**document, "conclusion": "could_not_check"},
        {**document, "steps": [None]},
        {key: value for key, value in document.items() if key != "statusLists"},
    ]
    for each in broken:
        with pytest.raises(MalformedVerificationReceipt):
            parse_verification_receipt(canonical_json(each))
        report = verify(canonical_json(each), TRUST, NOW)
        assert _failures(report) == {"statement_read": "not_a_statement"}
        assert (report.kind, report.conclusion) == (
            FormKind.VERIFICATION_RECEIPT,
            Conclusion.NOT_AUTHENTIC,
        )


def test_spaces_between_the_values_are_another_spelling() -> None:
    spaced = json.dumps(json.loads(RECEIPT), ensure_ascii=False).encode()
    with pytest.raises(MalformedEncoding):
        parse_verification_receipt(spaced)
    assert _failures(verify(spaced, TRUST, NOW)) == {"statement_read": "not_canonical"}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(RECEIPT) - 1), st.integers(1, 255))
def test_no_flipped_byte_passes(at: int, change: int) -> None:
    data = bytearray(RECEIPT)
    data[at] ^= change
    report = verify(bytes(data), TRUST, NOW)
    unknown = report.kind is FormKind.UNKNOWN
    assert report.conclusion is (Conclusion.NOT_RECOGNISED if unknown else Conclusion.NOT_AUTHENTIC)
