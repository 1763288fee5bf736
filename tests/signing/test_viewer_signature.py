"""The optional ECDSA signature for PDF viewers: others accept it, and nothing of ours ever rests on it."""

import io
import pickle
import random
import re

import pytest
from asn1crypto import x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.certificates import (
    check_sheet_certificate,
    one_from_pem,
    to_pem,
)
from signing.form_errors import UntrustedCertificate
from signing.keys import KeyRole, SigningKey
from signing.outcomes import Outcome
from signing.pades import CHAIN, FOUND, INTACT, WHOLE_FILE, attachments, check_pdf
from signing.pdf_signing import sign_pdf
from signing.report import Conclusion
from signing.verifier import verify
from signing.viewer_key import ViewerKey, ViewerSigner
from tests.signing.sample_forms import (
    NOW,
    ROOT,
    SIGNED_AT,
    forms,
    trust,
    with_attachment,
)
from tests.signing.sample_viewer import BOTH, STRANGER, UNSIGNED, VIEWER, signed, with_viewer_signature


def _failures(pdf: bytes) -> dict[str, str]:
    steps = check_pdf(pdf, [ROOT], NOW)
    return {step.name: step.reason for step in steps if step.outcome is Outcome.FAILED}


def _gaps(pdf: bytes) -> list[int]:
    """Where the containers begin, in the order of the file."""
    return [found.end() - 1 for found in re.finditer(rb"/Contents <3", pdf)]


def test_signatures_are_those_of_the_published_example() -> None:
    """Source: RFC 6979 A.2.5, P-256 with SHA-256, message "sample"."""
    private = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    key = ViewerKey(ec.derive_private_key(private, ec.SECP256R1()))
    assert decode_dss_signature(key.sign(b"sample")) == (
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    )


def test_the_same_sheet_has_the_same_bytes_and_differs_from_one_without() -> None:
    assert signed(VIEWER) == BOTH
    assert signed(None) == forms().pdf
    assert signed(STRANGER) != BOTH


def test_a_sheet_with_both_signatures_passes_every_step_and_verifies_as_one_without() -> None:
    steps = check_pdf(BOTH, [ROOT], NOW)
    assert [step.name for step in steps] == [FOUND, WHOLE_FILE, INTACT, CHAIN]
    assert {step.outcome for step in steps} == {Outcome.PASSED}
    assert attachments(BOTH) == attachments(forms().pdf)
    report = verify(BOTH, trust(), NOW)
    assert report.conclusion is Conclusion.AUTHENTIC_AND_IN_FORCE
    assert report.steps == verify(forms().pdf, trust(), NOW).steps


def test_an_unrelated_validator_accepts_both_and_sees_the_last_cover_the_whole_file() -> None:
    context = ValidationContext(trust_roots=[x509.Certificate.load(ROOT)], moment=NOW, allow_fetching=False)
    first, last = PdfFileReader(io.BytesIO(BOTH)).embedded_signatures
    found = [validate_pdf_signature(each, context) for each in (first, last)]
    assert all(isinstance(each, PdfSignatureStatus) and each.bottom_line for each in found)
    assert [each.md_algorithm for each in found] == ["sha256", "sha512"]
    assert found[0].docmdp_ok
    assert first.docmdp_level is MDPPerm.FILL_FORMS
    assert last.compute_integrity_info() is None
    assert last.coverage.name == "ENTIRE_FILE"
    assert last.field_name == "RegisterSignature"


@pytest.mark.parametrize("which", [0, 1])
def test_a_changed_byte_of_either_container_fails_a_step(which: int) -> None:
    start = _gaps(BOTH)[which]
    length = len(BOTH[start : start + 4096].rstrip(b"0"))
    drawn = random.Random(20251122)
    for place in [*drawn.sample(range(start, start + length), 60), start + 4000, start - 2, start + 4097]:
        assert _failures(BOTH[:place] + bytes([BOTH[place] ^ 1]) + BOTH[place + 1 :]), place


def test_a_foreign_signature_put_in_place_of_the_viewers_is_noticed() -> None:
    """Same length, and good by itself: made by a stranger over the same bytes."""
    mine, theirs = _gaps(BOTH)[0], _gaps(signed(STRANGER))[0]
    assert mine == theirs
    swapped = BOTH[:mine] + signed(STRANGER)[theirs : theirs + 4096] + BOTH[mine + 4096 :]
    assert len(swapped) == len(BOTH)
    assert _failures(swapped) == {INTACT: "content_changed"}


def test_a_file_with_the_registers_signature_cut_off_is_refused() -> None:
    """What is left is a well-formed PDF with one good ECDSA signature over all of it."""
    end = BOTH.index(b"%%EOF", _gaps(BOTH)[0]) + len(b"%%EOF\n")
    cut = BOTH[:end]
    (alone,) = PdfFileReader(io.BytesIO(cut)).embedded_signatures
    alone.compute_integrity_info()
    assert alone.coverage.name == "ENTIRE_FILE"
    assert CHAIN in _failures(cut)
    assert verify(cut, trust(), NOW).conclusion is Conclusion.NOT_AUTHENTIC


def test_a_file_with_the_viewers_signature_emptied_is_refused() -> None:
    start = _gaps(BOTH)[0]
    assert _failures(BOTH[:start] + b"0" * 4096 + BOTH[start + 4096 :]) == {INTACT: "content_changed"}


@pytest.mark.parametrize("viewer", [VIEWER, STRANGER], ids=["own", "foreign"])
def test_a_signature_for_viewers_behind_the_registers_is_refused(viewer: ViewerSigner) -> None:
    """Swapped order: the last signature has to be the register's, for only that one covers everything."""
    for pdf in (forms().pdf, BOTH):
        failures = _failures(with_viewer_signature(pdf, viewer))
        assert failures
        assert FOUND in failures or INTACT in failures


def test_three_signatures_are_one_too_many_even_under_the_registers_own() -> None:
    two = with_viewer_signature(with_viewer_signature(UNSIGNED, VIEWER, MDPPerm.FILL_FORMS), STRANGER)
    pdf = signed(None, two)
    assert _failures(pdf) == {FOUND: "several_signatures"}


@pytest.mark.parametrize("tail", [b"\n", b"%%EOF\n", b"\x00"])
def test_bytes_behind_both_signatures_are_named(tail: bytes) -> None:
    assert _failures(BOTH + tail) == {WHOLE_FILE: "bytes_after_signature"}
    assert _failures(with_attachment(BOTH)) == {WHOLE_FILE: "bytes_after_signature"}


def test_the_viewers_certificate_is_none_for_sheets() -> None:
    posing = SigningKey.from_seed(KeyRole.SHEET, bytes([88]) * 32)
    forged = sign_pdf(UNSIGNED, posing, VIEWER.certificate, signed_at=SIGNED_AT)
    assert _failures(forged) == {INTACT: "bad_signature", CHAIN: "certificate_for_other_purpose"}
    assert one_from_pem(to_pem(VIEWER.certificate)) == VIEWER.certificate
    with pytest.raises(UntrustedCertificate):
        one_from_pem(b"-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(UntrustedCertificate, match="certificate_for_other_purpose"):
        check_sheet_certificate(VIEWER.certificate, [ROOT], SIGNED_AT)


def test_the_key_never_shows_itself() -> None:
    assert repr(VIEWER.key) == f"<ViewerKey {VIEWER.key.key_id}>"
    with pytest.raises(TypeError):
        pickle.dumps(VIEWER.key)
