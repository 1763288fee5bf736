"""The sheet's PDF signature: judged by an unrelated validator, and against every kind of change."""

import io
import random
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.certificates import Subject, issue_root, issue_sheet_certificate
from signing.errors import WrongKeyRole
from signing.form_errors import MalformedPdf
from signing.keys import KeyRole, SigningKey
from signing.outcomes import Outcome, Step
from signing.pades import CHAIN, FOUND, INTACT, WHOLE_FILE, attachments, check_pdf
from signing.pdf_signing import sign_pdf
from signing.sheet import SheetContent
from signing.standing import CLOCK_SKEW
from tests.signing.sample_forms import (
    KEYS,
    NOW,
    ROOT,
    SHEET_CERTIFICATE,
    SIGNED_AT,
    forms,
    printer,
    statement,
    with_attachment,
    written,
)

PDF = forms().pdf
GAP = PDF.index(b"/Contents <3") + len(b"/Contents <")
UNSIGNED = printer().draw(statement(), SheetContent(forms().qr_text, forms().credential, "0" * 16))
VALID_FROM, VALID_UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)


def _check(pdf: bytes, root: bytes = ROOT, now: datetime = NOW) -> dict[str, Step]:
    return {step.name: step for step in check_pdf(pdf, [root], now)}


def _reason(pdf: bytes, name: str, root: bytes = ROOT, now: datetime = NOW) -> str:
    step = _check(pdf, root, now)[name]
    assert step.outcome is Outcome.FAILED
    return step.reason


def _third_party(pdf: bytes, root: bytes = ROOT) -> PdfSignatureStatus:
    context = ValidationContext(trust_roots=[x509.Certificate.load(root)], moment=NOW, allow_fetching=False)
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    status = validate_pdf_signature(signature, context)
    assert isinstance(status, PdfSignatureStatus)
    return status


def test_a_signed_sheet_passes_all_four_steps() -> None:
    steps = check_pdf(PDF, [ROOT], NOW)
    assert [step.name for step in steps] == [FOUND, WHOLE_FILE, INTACT, CHAIN]
    assert {step.outcome for step in steps} == {Outcome.PASSED}


def test_an_unrelated_validator_accepts_it_and_sees_the_whole_file_covered() -> None:
    status = _third_party(PDF)
    assert status.bottom_line
    assert status.signing_cert.subject.native["common_name"] == "示例省登记平台"
    assert status.md_algorithm == "sha512"
    assert status.signer_reported_dt == SIGNED_AT


def test_an_unrelated_validator_rejects_an_altered_file_and_an_update() -> None:
    place = PDF.index(b"/ModDate") if b"/ModDate" in PDF else 2000
    altered = PDF[:place] + bytes([PDF[place] ^ 1]) + PDF[place + 1 :]
    assert not _third_party(altered).bottom_line
    assert not _third_party(with_attachment(PDF)).bottom_line


def test_the_same_sheet_key_and_time_give_the_same_bytes() -> None:
    again = [
        sign_pdf(UNSIGNED, KEYS[KeyRole.SHEET], SHEET_CERTIFICATE, signed_at=SIGNED_AT) for _ in range(2)
    ]
    assert again[0] == again[1]


def test_only_a_sheet_key_signs_sheets() -> None:
    with pytest.raises(WrongKeyRole):
        sign_pdf(UNSIGNED, KEYS[KeyRole.CREDENTIAL], SHEET_CERTIFICATE, signed_at=SIGNED_AT)


def test_a_changed_byte_anywhere_fails_a_step() -> None:
    """Every byte of the container, where signatures usually leave room, and a sample of its padding and of
    all others; a changed digit and a changed case of it in turn."""
    drawn = random.Random(20251121)
    container_ends = len(PDF[GAP : GAP + 4096].rstrip(b"0"))
    places = [
        *range(GAP - 60, GAP + container_ends + 4),
        *range(GAP + 4096 - 4, GAP + 4096 + 200),
        *drawn.sample(range(GAP + container_ends, GAP + 4096), 60),
        *drawn.sample(range(len(PDF)), 200),
    ]
    for turn, place in enumerate(places):
        change = 0x20 if turn % 2 else 0x01
        altered = PDF[:place] + bytes([PDF[place] ^ change]) + PDF[place + 1 :]
        failures = [step for step in check_pdf(altered, [ROOT], NOW) if step.outcome is Outcome.FAILED]
        assert failures, place


def test_an_incremental_update_is_named() -> None:
    updated = with_attachment(PDF)
    assert updated.startswith(PDF)
    assert _reason(updated, WHOLE_FILE) == "bytes_after_signature"
    assert _check(updated)[INTACT].outcome is Outcome.PASSED


@pytest.mark.parametrize("tail", [b"\n", b"%%EOF\n", b"\x00"])
def test_bytes_behind_the_signed_file_are_named(tail: bytes) -> None:
    assert _reason(PDF + tail, WHOLE_FILE) == "bytes_after_signature"


def test_a_file_cut_short_is_refused() -> None:
    for length in (0, 4, 100, GAP, GAP + 100, len(PDF) - 1):
        steps = check_pdf(PDF[:length], [ROOT], NOW)
        assert any(step.outcome is Outcome.FAILED for step in steps), length


def test_an_unsigned_sheet_is_named() -> None:
    assert _reason(UNSIGNED, FOUND) == "not_signed"


def test_a_second_signature_is_refused() -> None:
    second = PDF[GAP - 11 :].replace(b"RegisterSignature", b"AnotherSignature_")
    assert _reason(PDF + second, FOUND) == "several_signatures"


def test_a_signature_that_leaves_out_the_start_is_refused() -> None:
    moved = PDF.replace(b"/ByteRange [0 ", b"/ByteRange [1 ")
    assert _reason(moved, FOUND) == "range_malformed"


def test_another_root_is_named() -> None:
    other = SigningKey.from_seed(KeyRole.ROOT, bytes([99]) * 32)
    root = issue_root(
        other, Subject("示例省登记平台根证书", "示例省"), valid_from=VALID_FROM, valid_until=VALID_UNTIL
    )
    assert _reason(PDF, CHAIN, root) == "not_issued_by_root"
    assert _check(PDF, root)[INTACT].outcome is Outcome.PASSED


def test_a_sheet_signed_by_a_stranger_with_a_chain_of_his_own_is_named() -> None:
    root_key, key = (SigningKey.from_seed(role, bytes([77]) * 32) for role in (KeyRole.ROOT, KeyRole.SHEET))
    subject = Subject("示例省登记平台", "示例省")
    root = issue_root(root_key, subject, valid_from=VALID_FROM, valid_until=VALID_UNTIL)
    certificate = issue_sheet_certificate(
        key.public, subject, root_key, root, valid_from=VALID_FROM, valid_until=VALID_UNTIL
    )
    forged = sign_pdf(UNSIGNED, key, certificate, signed_at=SIGNED_AT)
    assert _check(forged)[INTACT].outcome is Outcome.PASSED
    assert _reason(forged, CHAIN) == "not_issued_by_root"
    assert _check(forged, root)[CHAIN].outcome is Outcome.PASSED


def test_the_root_certificate_itself_signs_no_sheet() -> None:
    root_as_sheet = SigningKey.from_seed(KeyRole.SHEET, bytes([list(KeyRole).index(KeyRole.ROOT)]) * 32)
    forged = sign_pdf(UNSIGNED, root_as_sheet, ROOT, signed_at=SIGNED_AT)
    assert _reason(forged, CHAIN) == "certificate_for_other_purpose"


def test_a_certificate_that_was_not_valid_when_it_signed_is_named() -> None:
    early = sign_pdf(
        UNSIGNED, KEYS[KeyRole.SHEET], SHEET_CERTIFICATE, signed_at=VALID_FROM - timedelta(days=1)
    )
    assert _reason(early, CHAIN) == "certificate_not_valid_then"


def test_a_time_of_signing_in_the_future_is_named() -> None:
    late = SIGNED_AT - CLOCK_SKEW
    assert _reason(PDF, CHAIN, now=late - timedelta(seconds=1)) == "signed_in_the_future"
    # A clock slow by minutes makes no forgery: a receipt on paper is often checked right after it was made.
    assert _check(PDF, ROOT, late)[CHAIN].outcome is Outcome.PASSED


def test_a_certificate_that_does_not_fit_the_key_is_refused() -> None:
    stranger = SigningKey.from_seed(KeyRole.SHEET, bytes([77]) * 32)
    forged = sign_pdf(UNSIGNED, stranger, SHEET_CERTIFICATE, signed_at=SIGNED_AT)
    assert _reason(forged, INTACT) == "bad_signature"


def test_the_attached_credential_is_taken_out_whole() -> None:
    assert attachments(PDF) == {f"{statement().record.number}.json": forms().credential}


def test_a_pdf_without_attachments_says_so() -> None:
    with pytest.raises(MalformedPdf):
        attachments(b"%PDF-2.0\n")
    writer = IncrementalPdfFileWriter(io.BytesIO(UNSIGNED))
    del writer.root[generic.pdf_name("/Names")]
    writer.update_root()  # type: ignore[no-untyped-call]  # pyHanko types its interface in part
    with pytest.raises(MalformedPdf):
        attachments(written(writer))


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_a_report_or_the_rooms_own_error(data: bytes) -> None:
    for pdf in (data, b"%PDF-2.0\n" + data, PDF[: GAP - 20] + data + PDF[GAP:]):
        assert len(check_pdf(pdf, [ROOT], NOW)) == 4
    with pytest.raises(MalformedPdf):
        attachments(data)


@given(st.binary(min_size=1, max_size=400))
def test_an_arbitrary_container_is_a_failed_step(data: bytes) -> None:
    content = data.hex().upper().encode().ljust(4096, b"0")
    steps = check_pdf(PDF[:GAP] + content + PDF[GAP + 4096 :], [ROOT], NOW)
    assert any(step.outcome is Outcome.FAILED for step in steps)
