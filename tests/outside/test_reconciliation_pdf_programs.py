"""The reconciliation report on paper as other people's programs see it."""

import io
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from registry.national.report_paper import ReportPrinter
from signing.pdf_signing import sign_pdf
from tests.outside.pdf_programs import ran
from tests.registry.national.sample_reports import BUT_FOR, BUT_FOR_MANY, DIFFERS, EXACT, report
from tests.signing.sample_forms import FORM_KEYS, NOW
from web.staff.national.words import reason_in_both


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report of each kind as a file."""
    folder, printer = tmp_path_factory.mktemp("reports"), ReportPrinter()
    samples = {"exact": EXACT, "but_for": BUT_FOR, "many": BUT_FOR_MANY, "differs": DIFFERS}
    paths = {}
    for name, stated in samples.items():
        drawn = printer.draw(report(stated), reason_in_both)
        paths[name] = folder / f"{name}.pdf"
        paths[name].write_bytes(sign_pdf(drawn, FORM_KEYS.sheet, FORM_KEYS.sheet_certificate, signed_at=NOW))
    return paths


def test_verapdf_finds_every_report_to_be_pdf_a_4f(papers: dict[str, Path]) -> None:
    said = ran("verapdf", "--flavour", "4f", "--format", "text", *papers.values())
    assert [line.split()[0] for line in said.splitlines() if line.endswith("4f")] == ["PASS"] * len(papers)


def test_qpdf_and_mutool_find_nothing_wrong_and_read_the_outcome(papers: dict[str, Path]) -> None:
    outcomes = {
        "exact": "完全一致",
        "but_for": "除所列事项外一致",
        "many": "除所列事项外一致",
        "differs": "不一致",
    }
    for name, path in papers.items():
        assert "No syntax or stream encoding errors found" in ran("qpdf", "--check", path)
        assert outcomes[name] in ran("mutool", "draw", "-F", "txt", path, "1")


def test_a_report_takes_two_pages_even_with_four_hundred_exceptions(papers: dict[str, Path]) -> None:
    assert {name: _pages(path) for name, path in papers.items()} == dict.fromkeys(papers, 2)


def _pages(path: Path) -> int:
    return int(PdfFileReader(io.BytesIO(path.read_bytes())).root["/Pages"]["/Count"])
