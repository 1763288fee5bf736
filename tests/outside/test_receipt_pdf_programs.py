"""The verification receipt on paper as other people's programs see it."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pdf_signing import sign_pdf
from signing.receipt_paper import ReceiptPrinter
from signing.verification_statement import VerificationStatement
from tests.outside.pdf_programs import ran
from tests.signing.sample_forms import FORM_KEYS, NOW, ORIGIN
from tests.signing.sample_receipts import FORGED, NOT_FOUND, STATEMENT, receipt
from web.receipts import SENTENCES


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A receipt of each length as a file."""
    folder, printer = tmp_path_factory.mktemp("receipts"), ReceiptPrinter()

    def made(name: str, statement: VerificationStatement) -> Path:
        drawn = printer.draw(statement, receipt(statement), SENTENCES, origin=ORIGIN)
        path = folder / f"{name}.pdf"
        path.write_bytes(sign_pdf(drawn, FORM_KEYS.sheet, FORM_KEYS.sheet_certificate, signed_at=NOW))
        return path

    stranger = replace(STATEMENT, name_match=False, name="")
    samples = {"authentic": STATEMENT, "not_found": NOT_FOUND, "forged": FORGED, "stranger": stranger}
    return {name: made(name, statement) for name, statement in samples.items()}


def test_verapdf_finds_every_receipt_to_be_pdf_a_4f(papers: dict[str, Path]) -> None:
    said = ran("verapdf", "--flavour", "4f", "--format", "text", *papers.values())
    assert [line.split()[0] for line in said.splitlines() if line.endswith("4f")] == ["PASS"] * len(papers)


def test_qpdf_and_mutool_find_nothing_wrong(papers: dict[str, Path]) -> None:
    for path in papers.values():
        assert "No syntax or stream encoding errors found" in ran("qpdf", "--check", path)
        assert "Verification Receipt".lower() in ran("mutool", "draw", "-F", "txt", path, "1").lower()


def test_a_receipt_takes_at_most_two_pages(papers: dict[str, Path]) -> None:
    counts = {name: _pages(path) for name, path in papers.items()}
    assert counts == {"authentic": 2, "not_found": 1, "forged": 1, "stranger": 2}


def test_a_name_that_did_not_match_stands_beside_the_conclusion_and_in_its_row(
    papers: dict[str, Path],
) -> None:
    said = {name: ran("mutool", "draw", "-F", "txt", path, "1") for name, path in papers.items()}
    assert {name: text.count("不一致") for name, text in said.items()} == {
        "authentic": 0,
        "not_found": 0,
        "forged": 0,
        "stranger": 2,
    }


def _pages(path: Path) -> int:
    return int(PdfFileReader(io.BytesIO(path.read_bytes())).root["/Pages"]["/Count"])
