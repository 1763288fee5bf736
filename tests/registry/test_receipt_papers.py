"""Verification receipts on paper: signed like the sheet, and told by what is attached to them."""

import io
from dataclasses import replace
from hashlib import sha256

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import read_certification_data

from signing.outcomes import Outcome
from signing.pades import attachments
from signing.report import Conclusion, FormKind
from signing.trust import trust_from_files
from signing.verification_receipt import ATTACHMENT, parse_verification_receipt
from signing.verification_statement import Given, GivenKind, VerificationStatement
from signing.verifier import verify
from tests.builders import a_number
from tests.registry.filled import HOLDERS, Scene, Story
from web.receipts import SENTENCES

PLAIN = HOLDERS[Story.PLAIN]


def _statement(scene: Scene, number: str = PLAIN.number, name: str | None = None) -> VerificationStatement:
    checked = scene.register.verify_number(number, name=name, id_number=None)
    found = scene.register.statement(checked, Given(GivenKind.NUMBER, number), name=name or "")
    assert found is not None
    return found


def _paper(scene: Scene, statement: VerificationStatement) -> bytes:
    return scene.register.verification_receipt_pdf(statement, SENTENCES)


@pytest.mark.parametrize(
    "number",
    [PLAIN.number, HOLDERS[Story.SUPERSEDED].number, HOLDERS[Story.ANNULLED].number, a_number(999_999)],
)
def test_a_receipt_on_paper_is_recognised_as_one_and_says_the_same(told: Scene, number: str) -> None:
    statement = _statement(told, number)
    paper = _paper(told, statement)
    alone = verify(paper, trust_from_files(told.register.trust_files()), told.register.clock())
    found = told.register.verify_file(paper, name=None)
    assert found.report == alone
    assert (alone.kind, alone.conclusion) == (FormKind.VERIFICATION_RECEIPT, Conclusion.STATED_THEN)
    assert alone.stated == statement
    assert {step.outcome for step in alone.signing_steps} == {Outcome.PASSED}
    assert [step.name for step in alone.signing_steps][:5] == [
        "pdf_signature_found",
        "pdf_covers_whole_file",
        "pdf_signature_intact",
        "pdf_certificate_chain",
        "pdf_attachment",
    ]


def test_the_attachment_is_the_signed_receipt_itself(told: Scene) -> None:
    statement = _statement(told)
    ((name, data),) = attachments(_paper(told, statement)).items()
    assert name == ATTACHMENT
    assert data == told.register.verification_receipt(statement)
    assert parse_verification_receipt(data)[0] == statement


def test_the_same_receipt_gives_the_same_paper(told: Scene) -> None:
    statement = _statement(told)
    assert sha256(_paper(told, statement)).digest() == sha256(_paper(told, statement)).digest()


def test_an_altered_paper_says_nothing(told: Scene) -> None:
    paper = bytearray(_paper(told, _statement(told)))
    paper[len(paper) // 3] ^= 1
    found = told.register.verify_file(bytes(paper), name=None)
    assert found.report is not None
    assert found.report.conclusion is Conclusion.NOT_AUTHENTIC
    assert found.report.stated is None


def test_readers_of_pdf_see_a_certified_document_that_allows_no_change(told: Scene) -> None:
    certification = read_certification_data(PdfFileReader(io.BytesIO(_paper(told, _statement(told)))))
    assert certification is not None
    assert certification.permission.name == "NO_CHANGES"


def test_a_character_that_no_font_has_is_named_and_not_drawn_as_a_box(told: Scene) -> None:
    statement = replace(_statement(told, name="示例外人"), name="示\U0001fae8例")
    paper = _paper(told, statement)
    report = told.register.verify_file(paper, name=None).report
    assert report is not None
    assert report.stated == statement
