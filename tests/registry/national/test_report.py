"""Reconciliation reports: what both sides signed can be checked, and all ways in which they must not pass."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.national.errors import MalformedReport
from registry.national.findings import ComparisonOutcome, DifferenceKind, ExceptionGroup, Waiting
from registry.national.report import NetworkAnswer, Side, StatedReconciliation, parse_report
from registry.national.report_check import CheckedReport, check_report
from signing.data_integrity import sign_document
from signing.did import DidKey, did_document
from signing.encoding import canonical_json
from signing.errors import WrongKeyRole
from signing.keys import KeyRole, SigningKey, key_id
from signing.outcomes import Outcome
from signing.trust import trust_from_files
from tests.registry.national.sample_reports import (
    BUT_FOR,
    BUT_FOR_MANY,
    COMPARED_AT,
    DIFFERS,
    EXACT,
    NETWORK_KEYS,
    SIZE,
    WITNESSED,
    answered,
    asked,
    nonce_of,
    report,
)
from tests.signing.sample_forms import KEYS, NOW, ORIGIN, WITNESS, trust, trust_files

TRUST = trust()
REPORT = report(BUT_FOR)


def _checked(data: bytes) -> CheckedReport:
    return check_report(data, TRUST, NETWORK_KEYS, NOW)


def _faults(checked: CheckedReport) -> dict[str, str]:
    return {step.name: step.reason for step in checked.steps if step.outcome is Outcome.FAILED}


@pytest.mark.parametrize("stated", [EXACT, BUT_FOR, BUT_FOR_MANY], ids=["exact", "but_for", "but_for_many"])
def test_a_report_holds_for_who_has_nothing_but_both_sides_keys(stated: StatedReconciliation) -> None:
    checked = _checked(report(stated))
    assert checked.holds is Outcome.PASSED
    assert checked.stated == stated
    assert [step.name for step in checked.steps] == [
        "reconciliation_read",
        "reconciliation_period",
        "reconciliation_key",
        "reconciliation_signed",
        "checkpoint_signed_by_log",
        "reconciliation_size",
        "network_key",
        "network_signed",
        "network_digest",
        "network_answer",
        "sides_equal",
        "exceptions_explain",
    ]


def test_a_report_of_a_difference_is_authentic_and_does_not_hold() -> None:
    checked = _checked(report(DIFFERS))
    assert checked.is_authentic is Outcome.PASSED
    assert _faults(checked) == {"sides_equal": "count_differs"}


def test_a_root_alone_that_differs_is_a_difference() -> None:
    other = asked(DIFFERS, Side(DIFFERS.ours.count, sha256(b"another").digest()))
    assert _faults(_checked(report(other))) == {"sides_equal": "root_differs"}


def test_no_byte_of_a_report_can_be_changed() -> None:
    data, survived = report(EXACT), list[int]()
    for place in range(len(data)):
        altered = bytes([*data[:place], data[place] ^ 1, *data[place + 1 :]])
        if not _faults(_checked(altered)):
            survived.append(place)
    assert survived == []


def test_no_byte_of_the_networks_answer_can_be_changed_even_by_us() -> None:
    body, survived = EXACT.answer.body, list[int]()
    for place in range(len(body)):
        altered = bytes([*body[:place], body[place] ^ 1, *body[place + 1 :]])
        answer = NetworkAnswer(altered, EXACT.answer.fields)
        if "network_digest" not in _faults(_checked(report(replace(EXACT, answer=answer)))):
            survived.append(place)
    assert survived == []


@pytest.mark.parametrize("name", ["content-type", "content-digest", "signature-input", "signature"])
def test_no_field_of_the_networks_answer_can_be_changed_or_left_out_even_by_us(name: str) -> None:
    fields, value = dict(EXACT.answer.fields), EXACT.answer.fields[name]
    survived = list[str]()
    for place in range(len(value)):
        altered = value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
        answer = NetworkAnswer(EXACT.answer.body, fields | {name: altered})
        if not _faults(_checked(report(replace(EXACT, answer=answer)))):
            survived.append(altered)
    assert survived == []
    left = {each: text for each, text in fields.items() if each != name}
    answer = NetworkAnswer(EXACT.answer.body, left)
    assert _faults(_checked(report(replace(EXACT, answer=answer)))).keys() & {"network_signed", "network_key"}


def test_the_answer_of_another_report_fits_into_none() -> None:
    yesterday = asked(replace(EXACT, salt=bytes(16)))
    assert _faults(_checked(report(replace(EXACT, answer=yesterday.answer)))) == {
        "network_answer": "answer_to_another_question"
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda it: replace(it, salt=bytes(16)),
        lambda it: replace(it, ours=Side(it.ours.count - 1, it.ours.root), registered=it.registered - 1),
        lambda it: replace(it, ours=Side(it.ours.count, bytes(32))),
        lambda it: replace(it, checkpoint=WITNESSED),
    ],
    ids=["salt", "count", "root", "checkpoint"],
)
def test_the_networks_signature_covers_our_side(
    change: Callable[[StatedReconciliation], StatedReconciliation],
) -> None:
    faults = _faults(_checked(report(change(EXACT))))
    assert faults["network_answer"] == "answer_to_another_question"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda it: replace(it, exceptions=it.exceptions[1:]), "exceptions_incomplete"),
        (lambda it: replace(it, exceptions=()), "exceptions_incomplete"),
        (lambda it: replace(it, exceptions=(), registered=it.ours.count), "outcome_contradicts"),
        (lambda it: replace(it, outcome=ComparisonOutcome.EXACT), "outcome_contradicts"),
        (lambda it: replace(it, outcome=ComparisonOutcome.DIFFERS), "lists_contradict"),
        (lambda it: replace(it, differences=DIFFERS.differences), "lists_contradict"),
        (lambda it: replace(it, exceptions=(*it.exceptions, it.exceptions[0])), "lists_contradict"),
        (
            lambda it: replace(
                it, exceptions=(ExceptionGroup(Waiting.PENDING, "", True, (5, 4)), *it.exceptions)
            ),
            "lists_contradict",
        ),
        (
            lambda it: replace(
                it, exceptions=(*it.exceptions, ExceptionGroup(Waiting.PENDING, "", True, (99_017,)))
            ),
            "lists_contradict",
        ),
        (
            lambda it: replace(
                it, exceptions=(*it.exceptions, ExceptionGroup(Waiting.REJECTED, "", True, (9,)))
            ),
            "lists_contradict",
        ),
    ],
)
def test_lists_that_were_shortened_or_contradict_the_counts_do_not_pass_even_when_signed(
    change: Callable[[StatedReconciliation], StatedReconciliation], reason: str
) -> None:
    assert _faults(_checked(report(change(BUT_FOR)))) == {"exceptions_explain": reason}


def test_a_report_that_calls_different_sides_equal_does_not_pass() -> None:
    lie = replace(DIFFERS, outcome=ComparisonOutcome.EXACT, differences=())
    assert _faults(_checked(report(lie))) == {
        "sides_equal": "count_differs",
        "exceptions_explain": "outcome_contradicts",
    }


def test_a_size_that_is_not_the_checkpoints_and_an_entry_behind_it_do_not_pass() -> None:
    behind = ExceptionGroup(Waiting.PENDING, "", True, (SIZE,))
    for stated in (replace(EXACT, size=SIZE + 1), replace(BUT_FOR, exceptions=(*BUT_FOR.exceptions, behind))):
        assert _faults(_checked(report(stated)))["reconciliation_size"] == "entry_behind_checkpoint"


def test_an_answer_over_a_part_is_none_over_everything() -> None:
    part = {"prefix": "0", "count": EXACT.ours.count, "root": "A" * 43}
    answer = answered(EXACT.ours, nonce_of(EXACT), said={"ranges": [part]})
    assert "network_answer" in _faults(_checked(report(replace(EXACT, answer=answer))))


def test_an_answer_of_somebody_else_is_not_the_networks() -> None:
    stranger = SigningKey.from_seed(KeyRole.NATIONAL, bytes([9]) * 32)
    stated = replace(EXACT, answer=answered(EXACT.ours, nonce_of(EXACT), key=stranger))
    assert _faults(_checked(report(stated))) == {"network_key": "unknown_key"}
    posing = {next(iter(NETWORK_KEYS)): stranger.public}
    assert _faults(check_report(report(EXACT), TRUST, posing, NOW)) == {"network_signed": "bad_signature"}


def test_without_the_networks_key_its_side_is_not_checked_and_not_called_good() -> None:
    checked = check_report(REPORT, TRUST, {}, NOW)
    assert checked.is_authentic is Outcome.NOT_CHECKED
    open_steps = {step.name: step.reason for step in checked.steps if step.outcome is Outcome.NOT_CHECKED}
    assert open_steps == dict.fromkeys(["network_key", "network_signed", "network_digest"], "no_network_key")


def test_a_report_by_another_key_of_ours_or_one_that_leaked_does_not_pass() -> None:
    leaked = DidKey(KeyRole.RECEIPT, KEYS[KeyRole.RECEIPT].public, COMPARED_AT - timedelta(days=1))
    distrusting = trust_from_files({**trust_files(), "did.json": did_document(ORIGIN, [leaked])})
    assert _faults(check_report(REPORT, distrusting, NETWORK_KEYS, NOW)) == {
        "reconciliation_key": "unknown_key"
    }
    other = SigningKey.from_seed(KeyRole.RECEIPT, bytes([99]) * 32)
    assert _faults(_checked(report(EXACT, other))) == {"reconciliation_key": "unknown_key"}
    with pytest.raises(WrongKeyRole):
        report(EXACT, KEYS[KeyRole.CREDENTIAL])


def test_a_signature_that_is_dated_otherwise_than_the_comparison_does_not_pass() -> None:
    document = json.loads(REPORT)
    method = document.pop("proof")["verificationMethod"]
    later = COMPARED_AT + timedelta(minutes=1)
    signed = sign_document(document, KEYS[KeyRole.RECEIPT], method=method, created_at=later)
    assert _faults(_checked(canonical_json(signed))) == {"reconciliation_signed": "proof_malformed"}


def test_an_answer_that_was_kept_from_another_day_does_not_pass() -> None:
    # Nothing was registered since, so that our side and with it the nonce are still the same.
    later = replace(EXACT, compared_at=COMPARED_AT + timedelta(days=1, seconds=1))
    checked = check_report(report(later), TRUST, NETWORK_KEYS, NOW + timedelta(days=1))
    assert _faults(checked)["network_answer"] == "answer_of_another_time"
    assert checked.is_authentic is Outcome.FAILED


def test_a_report_from_the_future_does_not_pass() -> None:
    early = check_report(REPORT, TRUST, NETWORK_KEYS, COMPARED_AT - timedelta(hours=1))
    assert "reconciliation_period" in _faults(early)


def test_a_required_witness_that_did_not_cosign_is_missed() -> None:
    strict = trust_from_files({**trust_files(), "witnesses": f"quorum 1\n{WITNESS}\n".encode()})
    assert "witnesses_cosigned" in _faults(check_report(REPORT, strict, NETWORK_KEYS, NOW))
    witnessed = asked(replace(EXACT, checkpoint=WITNESSED))
    assert check_report(report(witnessed), strict, NETWORK_KEYS, NOW).holds is Outcome.PASSED


def test_a_report_has_one_spelling() -> None:
    document = json.loads(REPORT)
    for data in (
        json.dumps(document).encode(),
        REPORT.replace(b'"exchanges":1', b'"exchanges":1,"more":1'),
        REPORT.replace(b'"reason":null', b'"reason":""'),
        REPORT + b"\n",
        b"[]",
        b"\xff",
    ):
        with pytest.raises(MalformedReport):
            parse_report(data)


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_unread_and_nothing_worse(data: bytes) -> None:
    checked = _checked(data)
    assert checked.is_authentic is Outcome.FAILED
    assert checked.stated is None


def test_nothing_in_a_report_names_a_certificate_or_a_person() -> None:
    document = json.loads(report(BUT_FOR))
    assert set(document) == {
        "type", "issuer", "registerName", "comparedAt", "size", "checkpoint", "salt", "registered", "ours",
        "network", "outcome", "exceptions", "differences", "exchanges", "healed", "proof",
    }  # fmt: skip
    assert set(document["exceptions"][0]) == {"state", "reason", "earlierOnline", "entries"}
    assert {kind.value for kind in DifferenceKind} == {
        "missing",
        "older",
        "newer",
        "other_content",
        "surplus",
    }


def test_the_key_of_the_network_is_found_by_its_id() -> None:
    assert list(NETWORK_KEYS) == [key_id(public) for public in NETWORK_KEYS.values()]
    assert f'keyid="{next(iter(NETWORK_KEYS))}"' in EXACT.answer.fields["signature-input"]
