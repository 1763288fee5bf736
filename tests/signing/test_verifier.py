"""Every form verified by itself, and every way in which it must not pass."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.credential import credential_body
from signing.data_integrity import sign_document
from signing.did import DidKey, did_document
from signing.encoding import Json, canonical_json
from signing.keys import KeyRole, SigningKey
from signing.notes import COSIGNATURE_TYPE, Note, VerifierKey, cosign
from signing.outcomes import Outcome
from signing.pdf_signing import sign_pdf
from signing.qr_image import qr_png
from signing.receipts import Receipt, parse_receipt
from signing.report import Conclusion, FormKind, Report
from signing.sheet import SheetContent
from signing.status_list import StatusPurpose
from signing.trust import Trust, trust_from_files
from signing.verifier import Lookups, verify
from tests.signing.sample_forms import (
    DID,
    FORM_KEYS,
    KEYS,
    LOG,
    NOW,
    ORIGIN,
    RECORD,
    REGISTERED_AT,
    SHEET_CERTIFICATE,
    SIGNED_AT,
    WITNESS,
    forms,
    make_credential,
    make_qr_text,
    named,
    printer,
    public_receipt,
    statement,
    status_list,
    trust,
    trust_files,
    with_attachment,
)

TRUST = trust()
CREDENTIAL, PDF, QR = forms().credential, forms().pdf, forms().qr_text
RECEIPT = statement().receipt_public
HERE = Lookups(ordinal_of=lambda index: index, receipt_of=lambda _: RECEIPT)
IN_FORCE, COULD_NOT = Conclusion.AUTHENTIC_AND_IN_FORCE, Conclusion.COULD_NOT_CHECK


def _failures(report: Report) -> dict[str, str]:
    return {step.name: step.reason for step in report.steps if step.outcome is Outcome.FAILED}


def _resigned(change: Mapping[str, Json], key: SigningKey, role: KeyRole = KeyRole.CREDENTIAL) -> bytes:
    """The sample credential with top-level parts changed, signed by `key` under the name of `role`."""
    body = {**credential_body(statement()), **change}
    method = f"{DID}#{role}-{key.key_id}"
    return canonical_json(sign_document(body, key, method=method, created_at=REGISTERED_AT))


def _changed(path: tuple[str | int, ...], value: Json) -> bytes:
    """The sample credential with one value changed, and signed by the register's own key all the same."""
    body = json.loads(canonical_json(credential_body(statement())))
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return _resigned(body, KEYS[KeyRole.CREDENTIAL])


@pytest.mark.parametrize(
    ("form", "kind"), [(PDF, FormKind.PDF), (CREDENTIAL, FormKind.CREDENTIAL)], ids=["pdf", "credential"]
)
def test_a_file_of_the_holder_is_signed_registered_and_in_force(form: bytes, kind: FormKind) -> None:
    report = verify(form, TRUST, NOW)
    assert {step.outcome for step in report.steps} == {Outcome.PASSED}
    assert (report.kind, report.conclusion, report.conclusion.exit_code) == (kind, IN_FORCE, 0)
    assert (report.fields["number"], report.fields["name"]) == (RECORD.number, RECORD.name)
    assert (report.version, report.entry_index) == (1, 1)


def test_a_code_is_signed_and_in_force_but_carries_no_proof_of_registration() -> None:
    for form in (QR, f" {QR}\n", QR.encode(), qr_png(QR)):
        report = verify(form, TRUST, NOW)
        assert (report.signed, report.registered, report.in_force) == (
            Outcome.PASSED,
            Outcome.NOT_CHECKED,
            Outcome.PASSED,
        )
        assert report.conclusion is IN_FORCE
        assert report.fields["masked_name"] == "示**"
        assert "name" not in report.fields


def test_a_receipt_is_registered_and_its_standing_is_open() -> None:
    for form in (RECEIPT, statement().full_receipt):
        report = verify(form, TRUST, NOW)
        assert (report.registered, report.in_force) == (Outcome.PASSED, Outcome.NOT_CHECKED)
        assert (report.kind, report.conclusion, report.conclusion.exit_code) == (
            FormKind.RECEIPT,
            COULD_NOT,
            2,
        )


def test_with_the_log_at_hand_codes_and_receipts_are_answered_in_full() -> None:
    for form in (RECEIPT, QR):
        report = verify(form, TRUST, NOW, lookups=HERE)
        assert {step.outcome for step in report.steps} == {Outcome.PASSED}
        assert report.conclusion is IN_FORCE
    annulled = trust(annulled=[1])
    assert verify(RECEIPT, annulled, NOW, lookups=HERE).conclusion is Conclusion.ANNULLED


def test_no_report_shows_the_identity_number() -> None:
    for form in (PDF, CREDENTIAL, RECEIPT, statement().full_receipt, QR):
        report = verify(form, TRUST, NOW)
        assert "id_number" not in report.fields
        assert RECORD.id_number not in repr(report)
        assert RECORD.name not in repr(report.steps)


@pytest.mark.parametrize("form", [PDF, CREDENTIAL, QR], ids=["pdf", "credential", "qr"])
def test_an_annulled_certificate_answers_annulled_and_a_replaced_one_superseded(form: bytes | str) -> None:
    annulled, superseded = verify(form, trust(annulled=[1]), NOW), verify(form, trust(superseded=[1]), NOW)
    both = verify(form, trust(annulled=[1], superseded=[1]), NOW)
    assert annulled.conclusion is both.conclusion is Conclusion.ANNULLED
    assert superseded.conclusion is Conclusion.SUPERSEDED
    for report in (annulled, superseded):
        assert (report.signed, report.in_force, report.conclusion.exit_code) == (
            Outcome.PASSED,
            Outcome.FAILED,
            1,
        )


def test_another_certificates_annulment_does_not_matter() -> None:
    assert verify(CREDENTIAL, trust(annulled=[0, 2], superseded=[0, 2]), NOW).conclusion is IN_FORCE


def test_a_version_with_another_ordinal_stays_in_force_when_the_first_is_replaced() -> None:
    first = replace(statement(), ordinal=0)
    superseded = trust(superseded=[0])
    assert verify(make_credential(first, FORM_KEYS), superseded, NOW).conclusion is Conclusion.SUPERSEDED
    assert verify(CREDENTIAL, superseded, NOW).conclusion is IN_FORCE


# ---- status lists that cannot be believed -----------------------------------------------------------


def _with_list(data: bytes) -> Trust:
    return trust_from_files({**trust_files(), "status/revocation-0.json": data})


@pytest.mark.parametrize(
    ("anchors", "now", "age", "reason"),
    [
        (
            trust_from_files({name: data for name, data in trust_files().items() if "status" not in name}),
            NOW,
            None,
            "no_status_list",
        ),
        (TRUST, NOW + timedelta(days=8), None, "status_list_stale"),
        (TRUST, NOW, timedelta(minutes=30), "status_list_stale"),
        (TRUST, NOW - timedelta(hours=2), None, "status_list_from_the_future"),
    ],
    ids=["none", "expired", "too_old", "future"],
)
@pytest.mark.parametrize("form", [CREDENTIAL, QR], ids=["credential", "qr"])
def test_without_a_fresh_status_list_the_standing_is_open(
    form: bytes | str, anchors: Trust, now: datetime, age: timedelta | None, reason: str
) -> None:
    report = verify(form, anchors, now, max_status_age=age)
    assert report.in_force is Outcome.NOT_CHECKED
    assert {step.reason for step in report.standing_steps} == {reason}
    assert (report.signed, report.conclusion) == (Outcome.PASSED, COULD_NOT)


def test_a_stale_list_says_what_it_last_knew() -> None:
    report = verify(CREDENTIAL, trust(annulled=[1]), NOW + timedelta(days=30))
    assert [step.detail["last_known"] for step in report.standing_steps] == ["annulled", "in_force"]


def test_a_list_signed_by_another_key_or_altered_is_not_believed() -> None:
    stranger = SigningKey.from_seed(KeyRole.STATUS, bytes([99]) * 32)
    altered = json.loads(status_list(StatusPurpose.REVOCATION, [1]))
    honest = json.loads(status_list(StatusPurpose.REVOCATION))
    altered["credentialSubject"]["encodedList"] = honest["credentialSubject"]["encodedList"]
    unsigned = {name: value for name, value in honest.items() if name != "proof"}
    for forged in (
        status_list(StatusPurpose.REVOCATION, key=stranger),
        canonical_json(altered),
        canonical_json(unsigned),
        canonical_json({**honest, "issuer": "did:web:other.example"}),
    ):
        report = verify(CREDENTIAL, _with_list(forged), NOW)
        assert report.standing_steps[0].reason == "status_list_not_authentic"
        assert report.conclusion is COULD_NOT


@pytest.mark.parametrize(
    ("purpose", "change"),
    [
        (StatusPurpose.SUPERSESSION, {"id": f"{ORIGIN}/status/revocation-0"}),
        (StatusPurpose.REVOCATION, {"issuer": "did:web:other.example"}),
    ],
)
def test_a_well_signed_list_of_another_purpose_or_issuer_is_not_believed(
    purpose: StatusPurpose, change: dict[str, Json]
) -> None:
    body: dict[str, Json] = {**json.loads(status_list(purpose)), **change}
    del body["proof"]
    assert isinstance(body["credentialSubject"], dict)
    body["credentialSubject"]["id"] = f"{body['id']}#list"
    key = KEYS[KeyRole.STATUS]
    signed = sign_document(body, key, method=f"{DID}#status-{key.key_id}", created_at=NOW)
    report = verify(CREDENTIAL, _with_list(canonical_json(signed)), NOW)
    assert report.standing_steps[0].reason == "status_list_not_authentic"


# ---- keys -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [KeyRole.STATUS, KeyRole.QR, KeyRole.LOG, KeyRole.SHEET])
def test_a_credential_signed_by_a_key_of_another_purpose_is_refused(role: KeyRole) -> None:
    for name in (role, KeyRole.CREDENTIAL):
        report = verify(_resigned({}, KEYS[role], name), TRUST, NOW)
        assert _failures(report) == {"credential_key": "unknown_key"}
        assert report.conclusion is Conclusion.NOT_AUTHENTIC


def test_a_strangers_register_is_refused_whole() -> None:
    """A consistent forgery under the register's name, with keys that the trust folder does not hold."""
    keys = {role: SigningKey.from_seed(role, bytes([50 + at]) * 32) for at, role in enumerate(KeyRole)}
    forged = replace(FORM_KEYS, credential=keys[KeyRole.CREDENTIAL], qr=keys[KeyRole.QR])
    sample = statement(receipt=public_receipt(RECORD, log_key=keys[KeyRole.LOG]))
    report = verify(make_credential(sample, forged), TRUST, NOW)
    assert _failures(report) == {
        "credential_key": "unknown_key",
        "checkpoint_signed_by_log": "unknown_log_key",
    }
    assert _failures(verify(make_qr_text(sample, forged), TRUST, NOW)) == {"qr_key": "unknown_key"}


def test_another_registers_form_is_refused() -> None:
    other = replace(statement(), origin="https://other.example")
    assert _failures(verify(make_credential(other, FORM_KEYS), TRUST, NOW)) == {
        "credential_key": "unknown_key"
    }
    assert _failures(verify(make_qr_text(other, FORM_KEYS), TRUST, NOW)) == {"qr_key": "unknown_key"}


def test_an_issuer_that_the_key_does_not_belong_to_is_refused() -> None:
    issuer: Json = {
        "id": "did:web:other.example",
        "type": ["Profile"],
        "name": "示例",
        "url": "https://other.example",
    }
    report = verify(_resigned({"issuer": issuer}, KEYS[KeyRole.CREDENTIAL]), TRUST, NOW)
    assert _failures(report) == {"credential_key": "unknown_key"}


def test_a_revoked_key_is_refused_from_that_day_on() -> None:
    keys = [DidKey(role, KEYS[role].public) for role in (KeyRole.STATUS, KeyRole.QR)]
    revoked = DidKey(KeyRole.CREDENTIAL, KEYS[KeyRole.CREDENTIAL].public, NOW)
    anchors = trust_from_files({**trust_files(), "did.json": did_document(ORIGIN, [*keys, revoked])})
    assert verify(CREDENTIAL, anchors, NOW - timedelta(minutes=1)).signed is Outcome.PASSED
    assert _failures(verify(CREDENTIAL, anchors, NOW)) == {"credential_key": "unknown_key"}


# ---- what the register itself must not be able to say falsely ------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("credentialSubject", "licenseNumber"), "S000043990001253000002", "field_differs"),
        (("credentialSubject", "identifier", 0, "identityHash"), "示例乙", "field_differs"),
        (("credentialSubject", "achievement", "humanCode"), "6-31-01-04", "field_differs"),
        (("credentialSubject", "achievement", "fieldOfStudy"), "钳工", "field_differs"),
        (("credentialSubject", "achievement", "specialization"), "高压", "field_differs"),
        (("credentialSubject", "result", 0, "value"), "1", "field_differs"),
        (("credentialSubject", "source", "id"), f"{ORIGIN}/institutions/S000043990002", "field_differs"),
        (("awardedDate",), "2025-09-02T00:00:00+08:00", "field_differs"),
        (("validFrom",), "2025-09-20T02:03:05Z", "other_time_of_registration"),
    ],
)
def test_a_field_that_was_not_registered_is_found_even_under_a_good_signature(
    path: tuple[str | int, ...], value: str, reason: str
) -> None:
    report = verify(_changed(path, value), TRUST, NOW)
    assert report.signed is Outcome.PASSED
    assert _failures(report) == {"fields_as_registered": reason}
    assert report.conclusion is Conclusion.NOT_AUTHENTIC


def test_the_receipt_of_another_certificate_does_not_help() -> None:
    other = statement(replace(named("示例乙"), number="S000043990001253000002"))
    evidence = credential_body(other)["evidence"]
    report = verify(_resigned({"evidence": evidence}, KEYS[KeyRole.CREDENTIAL]), TRUST, NOW)
    assert "fields_as_registered" in _failures(report)


def test_an_entry_that_is_not_in_the_signed_tree_is_found() -> None:
    receipt = parse_receipt(statement().holder_receipt)
    for broken in (
        replace(receipt, index=0),
        replace(receipt, proof=(bytes(32),)),
        replace(receipt, proof=()),
    ):
        assert _failures(verify(broken.to_bytes(), TRUST, NOW)) == {"entry_in_log": "not_in_tree"}


def test_an_opening_that_does_not_fit_is_found() -> None:
    receipt = parse_receipt(RECEIPT)
    extra = receipt.extra.replace("电工".encode(), "焊工".encode())
    assert extra != receipt.extra
    report = verify(replace(receipt, extra=extra).to_bytes(), TRUST, NOW)
    assert _failures(report) == {"opening_fits_commitment": "opening_does_not_fit"}


def test_a_receipt_that_opens_nothing_is_refused() -> None:
    receipt = parse_receipt(RECEIPT)
    bare = Receipt(receipt.index, receipt.proof, receipt.checkpoint)
    assert _failures(verify(bare.to_bytes(), TRUST, NOW)) == {"receipt_read": "receipt_malformed"}


def test_a_code_whose_number_is_not_the_registered_one_is_found_where_the_log_is_at_hand() -> None:
    other = statement(named("示例乙"))
    report = verify(make_qr_text(other, FORM_KEYS), TRUST, NOW, lookups=HERE)
    assert _failures(report) == {"fields_as_registered": "other_commitment"}


def test_a_form_from_the_future_is_refused() -> None:
    report = verify(CREDENTIAL, TRUST, REGISTERED_AT - timedelta(days=1))
    assert _failures(report)["credential_period"] == "registered_in_the_future"


# ---- witnesses --------------------------------------------------------------------------------------


def test_who_requires_a_witness_gets_one_or_a_failed_step() -> None:
    anchors = trust_from_files({**trust_files(), "witnesses": f"quorum 1\n{WITNESS}\n".encode()})
    witnessed = public_receipt(RECORD, witnessed=True)
    assert verify(witnessed, anchors, NOW).registered is Outcome.PASSED
    assert _failures(verify(RECEIPT, anchors, NOW)) == {"witnesses_cosigned": "too_few_cosignatures"}
    line = witnessed.decode().splitlines()[-1]
    forged = witnessed.decode().replace(line, line[:-6] + ("A" if line[-6] != "A" else "B") + line[-5:])
    assert _failures(verify(forged.encode(), anchors, NOW)) == {"witnesses_cosigned": "bad_cosignature"}


def test_two_witnesses_are_two_keys_and_no_other_line_makes_up_for_one() -> None:
    other = SigningKey.from_seed(KeyRole.WITNESS, b"o" * 32)
    second = VerifierKey("witness.example/w2", COSIGNATURE_TYPE, other.public)
    anchors = trust_from_files({**trust_files(), "witnesses": f"quorum 2\n{WITNESS}\n{second}\n".encode()})
    receipt = parse_receipt(public_receipt(RECORD, witnessed=True))
    one = receipt.checkpoint

    def failures(note: Note) -> dict[str, str]:
        return _failures(verify(replace(receipt, checkpoint=note).to_bytes(), anchors, NOW))

    def also(name: str, key: SigningKey) -> Note:
        return cosign(one, name, key, 1_760_000_001)

    too_few = {"witnesses_cosigned": "too_few_cosignatures"}
    assert failures(one) == too_few
    assert failures(also("witness.example/w3", other)) == too_few
    assert failures(also(second.name, KEYS[KeyRole.WITNESS])) == too_few
    assert failures(also(LOG, KEYS[KeyRole.LOG])) == too_few
    assert failures(also(WITNESS.name, KEYS[KeyRole.WITNESS])) == {"witnesses_cosigned": "bad_cosignature"}
    other_note = replace(one, text=one.text.replace("\n2\n", "\n3\n"))
    elsewhere = cosign(other_note, second.name, other, 1_760_000_001).signatures[-1]
    moved = replace(one, signatures=(*one.signatures, elsewhere))
    assert failures(moved) == {"witnesses_cosigned": "bad_cosignature"}
    assert failures(also(second.name, other)) == {}


# ---- PDFs -------------------------------------------------------------------------------------------


def test_a_pdf_with_a_byte_appended_is_not_opened() -> None:
    report = verify(PDF + b"\n", TRUST, NOW)
    assert _failures(report) == {"pdf_covers_whole_file": "bytes_after_signature"}
    assert report.fields == {}
    assert report.conclusion is Conclusion.NOT_AUTHENTIC


def _sheet_with(credential: bytes) -> bytes:
    """The sample's sheet with any credential attached: only the holder of the sheet key could make it."""
    content = SheetContent(QR, credential, KEYS[KeyRole.SHEET].key_id)
    drawn = printer().draw(statement(), content)
    return sign_pdf(drawn, KEYS[KeyRole.SHEET], SHEET_CERTIFICATE, signed_at=SIGNED_AT)


def test_a_sheet_that_carries_another_certificates_credential_is_found() -> None:
    other = statement(replace(RECORD, number="S000043990001253000002"))
    report = verify(_sheet_with(make_credential(other, FORM_KEYS)), TRUST, NOW)
    assert _failures(report) == {"pdf_attachment": "attachment_of_other_certificate"}
    assert report.conclusion is Conclusion.NOT_AUTHENTIC


def test_a_sheet_that_carries_an_altered_credential_is_found() -> None:
    report = verify(
        _sheet_with(CREDENTIAL.replace(b"S000043990001253000001", b"S000043990001253000003")), TRUST, NOW
    )
    assert {"pdf_attachment", "credential_signed", "fields_as_registered"} == set(_failures(report))


def test_a_sheet_with_a_second_attachment_is_found_though_it_is_signed() -> None:
    drawn = printer().draw(statement(), SheetContent(QR, CREDENTIAL, KEYS[KeyRole.SHEET].key_id))
    signed = sign_pdf(with_attachment(drawn), KEYS[KeyRole.SHEET], SHEET_CERTIFICATE, signed_at=SIGNED_AT)
    assert _failures(verify(signed, TRUST, NOW)) == {"pdf_attachment": "attachment_unexpected"}


# ---- arbitrary and flipped bytes --------------------------------------------------------------------


@pytest.mark.parametrize("form", [CREDENTIAL, RECEIPT, QR.encode()], ids=["credential", "receipt", "qr"])
@settings(max_examples=150)
@given(st.integers(0, 1 << 20), st.integers(1, 255))
def test_any_changed_byte_fails_a_named_step(form: bytes, place: int, change: int) -> None:
    altered = bytearray(form)
    altered[place % len(form)] ^= change
    report = verify(bytes(altered), TRUST, NOW)
    assert all(step.name and step.reason for step in report.steps if step.outcome is not Outcome.PASSED)
    if bytes(altered).strip() != form.strip():
        assert _failures(report)
        # What no longer begins like a form, or names another type, is none of ours any more.
        unknown = report.kind is FormKind.UNKNOWN
        assert report.conclusion is (Conclusion.NOT_RECOGNISED if unknown else Conclusion.NOT_AUTHENTIC)


@settings(max_examples=60)
@given(
    st.sampled_from(
        [b"", b"%PDF-2.0\n", b"{", b"c2sp.org/tlog-proof@v1\n", b"https://x/q/", b"\x89PNG\r\n\x1a\n"]
    ),
    st.binary(max_size=200),
)
def test_arbitrary_bytes_are_a_report_that_is_never_good(start: bytes, data: bytes) -> None:
    report = verify(start + data, TRUST, NOW, lookups=HERE)
    known = report.kind is not FormKind.UNKNOWN
    assert report.conclusion in (
        (Conclusion.NOT_AUTHENTIC, COULD_NOT) if known else (Conclusion.NOT_RECOGNISED,)
    )
    assert report.signed is not Outcome.PASSED


@given(st.text(max_size=80))
def test_arbitrary_text_is_a_report_that_is_never_good(text: str) -> None:
    report = verify(text, TRUST, NOW)
    unknown = report.kind is FormKind.UNKNOWN
    assert report.conclusion is (Conclusion.NOT_RECOGNISED if unknown else Conclusion.NOT_AUTHENTIC)


def test_a_photo_without_a_code_says_nothing_about_the_paper() -> None:
    report = verify(b"\x89PNG\r\n\x1a\n", TRUST, NOW)
    assert (report.conclusion, report.steps[0].reason) == (COULD_NOT, "picture_unreadable")


def test_a_photo_of_another_code_is_no_certificate() -> None:
    assert verify(qr_png("https://example.com/x"), TRUST, NOW).conclusion is Conclusion.NOT_AUTHENTIC


def test_where_no_witness_is_required_no_tick_is_given_for_one() -> None:
    names = [step.name for step in verify(RECEIPT, TRUST, NOW).steps]
    assert "witnesses_cosigned" not in names
    assert "entry_in_log" in names


@pytest.mark.parametrize(
    "document", [b"{}", b'{"type":"x"}', b'{"name":"other"}', status_list(StatusPurpose.REVOCATION)]
)
def test_json_of_another_kind_is_not_taken_for_a_damaged_certificate(document: bytes) -> None:
    report = verify(document, TRUST, NOW)
    assert (report.kind, _failures(report)) == (FormKind.UNKNOWN, {"form_recognised": "unknown_form"})
    assert report.conclusion is Conclusion.NOT_RECOGNISED


@pytest.mark.parametrize("document", [b"{", CREDENTIAL[:-1], b"{" + b" " * (1 << 18) + b"}"])
def test_json_that_is_cut_short_or_endless_is_a_damaged_certificate(document: bytes) -> None:
    report = verify(document, TRUST, NOW)
    assert (report.kind, report.steps[0].reason) == (FormKind.CREDENTIAL, "not_canonical")
